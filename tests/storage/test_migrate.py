"""Migrations: the tables they make are the tables the code uses, and nothing breaks them half-way."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from bot.errors import StorageError
from bot.storage import migrate as migrate_module
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import migrate
from bot.storage.migrations import HEAD, VERSION_TABLE
from bot.storage.tables import meta, metadata
from tests.fakes.databases import PostgresServer, SqliteFiles


def test_head_is_the_newest_revision_on_disk() -> None:
    script = ScriptDirectory(str(Path(migrate_module.__file__).with_name("migrations")))
    revisions = [step.revision for step in script.walk_revisions()]
    assert script.get_heads() == [HEAD]
    assert sorted(revisions) == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_migrated_tables_are_the_tables_in_the_code(engine: Engine) -> None:
    with snapshot(engine) as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        missing = produce_migrations(context, metadata).upgrade_ops
        assert isinstance(missing, UpgradeOps)
        assert missing.is_empty(), "a migration has yet to do this:\n" + render_python_code(missing)


def test_a_new_database_gets_tables_and_an_identity_once(empty_engine: Engine) -> None:
    migrate(empty_engine)
    first = _meta(empty_engine)
    migrate(empty_engine)
    assert _meta(empty_engine) == first
    assert first[0]["revision"] == 0
    assert len(str(first[0]["database_id"])) == 16


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"newer Paperboy.*9999.*Update Paperboy"):
        migrate(engine)
    with snapshot(engine) as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "9999"


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    versions = Path(migrate_module.__file__).with_name("migrations") / "versions"
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for file in versions.glob("0*.py"):
        (folder / "versions" / file.name).write_bytes(file.read_bytes())
    (folder / "versions" / "9998_broken.py").write_text(_BROKEN.format(down=HEAD))
    migrate(empty_engine)
    before = (_schema(empty_engine), _meta(empty_engine))
    monkeypatch.setattr(migrate_module, "_MIGRATIONS", folder)
    monkeypatch.setattr(migrate_module, "HEAD", "9998")
    with pytest.raises(ZeroDivisionError):
        migrate(empty_engine)
    assert (_schema(empty_engine), _meta(empty_engine)) == before
    monkeypatch.undo()
    migrate(empty_engine)


def test_processes_that_start_at_once_migrate_once(databases: SqliteFiles | PostgresServer) -> None:
    address = databases.empty()
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        identities = pool.map(_migrate_and_identify, [address] * 6, chunksize=1)
    assert len(set(identities)) == 1


def _migrate_and_identify(address: str | Path) -> str:
    engine = open_engine(address, busy_timeout=30)
    migrate(engine)
    identity = str(_meta(engine)[0]["database_id"])
    engine.dispose()
    return identity


def _meta(engine: Engine) -> list[dict[str, object]]:
    with snapshot(engine) as connection:
        return [dict(row) for row in connection.execute(select(meta)).mappings()]


def _schema(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        inspector = inspect(connection)
        return {
            name: [column["name"] for column in inspector.get_columns(name)] for name in inspector.get_table_names()
        }


_BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "9998"
down_revision = "{down}"


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("meta", sa.Column("extra", sa.Text))
    op.execute("UPDATE meta SET revision = 7")
    1 / 0
"""
