"""Upgrades: from every revision, with a row in every table, nothing is lost; SQLite is copied first."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, select

from bot.errors import StorageError
from bot.storage import migrate as migrate_module
from bot.storage.backup import KEPT, back_up
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import migrate, migrate_to
from bot.storage.migrations import HEAD, VERSION_TABLE
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.rows import fill

REVISIONS = sorted(
    step.revision
    for step in ScriptDirectory(str(Path(migrate_module.__file__).with_name("migrations"))).walk_revisions()
)


def tables_of(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def contents(engine: Engine, tables: MetaData) -> dict[str, list[dict[str, object]]]:
    with snapshot(engine) as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in tables.tables.items()
            if name != VERSION_TABLE
        }


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_upgrade_keeps_every_row_of_every_table(databases: SqliteFiles | PostgresServer, revision: str) -> None:
    engine = open_engine(databases.empty())
    migrate_to(engine, revision)
    old = tables_of(engine)
    with transaction(engine) as connection:
        fill(connection, old, rows=3)
    before = contents(engine, old)
    assert all(before.values()), "a table without rows proves nothing"
    migrate(engine)
    after = contents(engine, tables_of(engine))
    for name, rows in before.items():
        assert [{key: row[key] for key in rows[0]} for row in after[name]] == rows, name
    engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_start_on_an_old_sqlite_database_copies_it_first(sqlite: SqliteFiles, tmp_path: Path, revision: str) -> None:
    file = tmp_path / "paperboy.db"
    engine = open_engine(file)
    migrate_to(engine, revision)
    with transaction(engine) as connection:
        fill(connection, tables_of(engine), rows=2)
    before = contents(engine, tables_of(engine))
    migrate(engine)
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("paperboy-20")
    assert copy.name.endswith(f"-tables-{revision}.db")
    old = open_engine(copy)
    assert contents(old, tables_of(old)) == before
    migrate(engine)
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1, "a start on today's tables makes no copy"
    engine.dispose()
    old.dispose()


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "paperboy.db")
    migrate(engine)
    engine.dispose()
    assert not (tmp_path / "backups").exists()


def test_a_copy_is_whole_while_somebody_writes_and_private(tmp_path: Path) -> None:
    file = tmp_path / "paperboy.db"
    engine = open_engine(file)
    migrate(engine)
    with transaction(engine) as connection:
        fill(connection, tables_of(engine), rows=2)
        copy = back_up(engine, "test")
        assert copy is not None
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("SELECT count(*) FROM channels").fetchone() == (0,), "what isn't committed isn't copied"
        assert opened.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == (HEAD,)
    engine.dispose()


def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "paperboy.db")
    migrate(engine)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = [back_up(engine, "test", start + timedelta(days=day)) for day in range(KEPT + 2)]
    assert sorted((tmp_path / "backups").iterdir()) == made[-KEPT:]
    engine.dispose()


def test_without_a_copy_nothing_is_changed(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "paperboy.db")
    migrate_to(engine, REVISIONS[0])
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StorageError, match=r"can't be backed up, so it was left as it was: .*Make room"):
        migrate(engine)
    assert set(tables_of(engine).tables) & {"channels", "memories"} == set()
    engine.dispose()
