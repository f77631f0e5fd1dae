"""Open the database and its transactions, and say in one sentence why it can't be used."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageError
from bot.sentences import sentence
from bot.storage.faults import explain

_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})


def open_engine(address: str | Path, *, busy_timeout: float = 15.0, hang_timeout: float = 60.0) -> Engine:
    """Return an engine for a SQLite file or a database address; nothing is opened yet.

    `busy_timeout` is how long, in seconds, SQLite waits for another writer; `hang_timeout` is after how many
    PostgreSQL ends a transaction in which nothing happens.
    Raises StorageError for an address that is none, or that needs a package which isn't there.
    """
    url = _read_address(address)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, busy_timeout)
    return _open_postgresql(url, hang_timeout)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Write: commit when the block ends well, roll back when it doesn't. Raises StorageError.

    SQLite takes its one write lock at once, so that a block that reads before it writes can't fail half-way.
    """
    with explained(engine), engine.connect() as connection:
        connection.execution_options(sqlite_begin=("BEGIN IMMEDIATE",))
        with connection.begin():
            yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read: every query in the block sees the database as it was at the first one. Raises StorageError."""
    with explained(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn a database error into a StorageError that says what to do, where the database is at fault."""
    try:
        yield
    except DBAPIError as error:
        reason = explain(engine, error)
        if reason is None:
            raise
        raise StorageError(reason) from error


def _read_address(address: str | Path) -> URL:
    if isinstance(address, Path):
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StorageError(
            sentence("DATABASE_URL is not a database address. Use postgresql://USER:PASSWORD@HOST/DATABASE.")
        ) from None
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in _SQLITE and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite")
    raise StorageError(
        sentence(
            "Paperboy can't keep its data in “{kind}”. Use postgresql://USER:PASSWORD@HOST/DATABASE or"
            " sqlite:///FILE as DATABASE_URL.",
            kind=url.drivername,
        )
    )


def _open_postgresql(url: URL, hang_timeout: float) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 10})
    except ImportError:
        raise StorageError(
            sentence("PostgreSQL needs one more package. Install it with `pip install 'paperboy[postgresql]'`.")
        ) from None
    # A machine that freezes in the middle of a transaction would keep its rows from every other replica for ever.
    limit = f"SET idle_in_transaction_session_timeout = {round(hang_timeout * 1000)}"  # milliseconds

    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(limit)
        connection.commit()

    event.listen(engine, "connect", set_up)
    return engine


def _open_sqlite(url: URL, busy_timeout: float) -> Engine:
    # A prepared statement may take a hundred kilobytes, and each connection keeps its own.
    arguments = {"timeout": busy_timeout, "cached_statements": 16}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Prepare a new SQLite connection; the driver's own implicit BEGIN is switched off (see `_begin_sqlite`)."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # Each connection has a cache of its own, which it never shrinks; the system caches the file for all of them.
    connection.execute("PRAGMA cache_size = -500")  # kibibytes
    # A delivery that is claimed must still be claimed after a power cut, so every commit reaches the disk.
    connection.execute("PRAGMA synchronous = FULL")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Let readers and the writer work side by side; the file remembers it.

    SQLite doesn't wait for other connections at this change, as it does at a BEGIN: so wait there, then try, and
    once more where somebody came between.
    """
    for tries_left in reversed(range(20)):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not tries_left or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Begin as the `sqlite_begin` option says: the driver would begin only at the first change, and never at a read."""
    for statement in connection.get_execution_options().get("sqlite_begin", ("BEGIN",)):
        connection.exec_driver_sql(statement)
