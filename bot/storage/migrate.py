"""Bring a database to the tables of this version, in one transaction, whoever else is starting at the same time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnClause, Connection, Engine, Text, column, inspect, select, table, text

from bot.errors import StorageError
from bot.sentences import sentence
from bot.storage.backup import back_up
from bot.storage.engine import explained, snapshot
from bot.storage.migrations import HEAD, VERSION_TABLE

_MIGRATIONS = Path(__file__).with_name("migrations")
_log = logging.getLogger(__name__)
_ADVISORY_LOCK = 0x5041504552  # "PAPER": the same number for every Paperboy on a PostgreSQL database


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; a step that fails leaves it as it was.

    A SQLite database with older tables is copied first. Raises StorageError for a database that can't be used, can't
    be copied, or that a newer Paperboy has written.
    """
    with snapshot(engine) as connection:
        current = _is_current(connection)
    if not current:
        with _alone(engine) as connection:
            if not _is_current(connection):
                stored = stored_revision(connection)
                if stored is not None:
                    back_up(engine, f"tables-{stored}")
                _upgrade(connection, HEAD)
                _log.info("The tables are at revision %s (were at %s)", HEAD, stored)


def migrate_to(engine: Engine, revision: str) -> None:
    """Bring a new database to the tables of an older revision, to read what that one wrote."""
    with _alone(engine) as connection:
        _upgrade(connection, revision)


def _is_current(connection: Connection) -> bool:
    stored = stored_revision(connection)
    if stored is not None and stored > HEAD:
        raise StorageError(
            sentence(
                "The database was written by a newer Paperboy (tables {stored}, this one knows {known})."
                " Update Paperboy, or name another database.",
                stored=stored,
                known=HEAD,
            )
        )
    return stored == HEAD


def stored_revision(connection: Connection) -> str | None:
    """Return the revision of the tables, None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: ColumnClause[str] = column("version_num", Text)
    return connection.scalar(select(version).select_from(table(VERSION_TABLE, version)))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that no other process shares.

    SQLite's foreign keys rest meanwhile, or rebuilding a table would empty the ones that point to it; they
    can only be switched off before the transaction, and are checked at its end.
    """
    with explained(engine), engine.connect() as connection:
        connection.detach()
        connection.execution_options(sqlite_begin=("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"))
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
            yield connection
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise AssertionError("a migration left rows that point nowhere")


def _upgrade(connection: Connection, target: str) -> None:
    """Run the missing revisions; Alembic takes 0.35 s to import, so only here."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_MIGRATIONS))

    def steps(revision: str, _: MigrationContext) -> list[RevisionStep]:
        return script._upgrade_revs(target, revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, transactional_ddl=True)
        environment.run_migrations()
