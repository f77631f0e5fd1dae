"""Know whether this process is the only runner on its database: a lock that dies with the process."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine, text

_ADVISORY_LOCK = 0x44494745  # "DIGE": the same number for every runner on a PostgreSQL database


@contextmanager
def sole_runner(engine: Engine) -> Iterator[bool]:
    """Yield whether no other process holds the lock, and hold it as long as the block lasts."""
    if engine.dialect.name == "postgresql":
        with _on_postgresql(engine) as alone:
            yield alone
    else:
        with _on_sqlite(engine) as alone:
            yield alone


@contextmanager
def _on_postgresql(engine: Engine) -> Iterator[bool]:
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        yield bool(connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _ADVISORY_LOCK}))
        connection.invalidate()  # the lock goes with the session, also where the server has gone already


@contextmanager
def _on_sqlite(engine: Engine) -> Iterator[bool]:
    """Lock a small database beside the real one: every system lets go of it when the process dies."""
    with closing(sqlite3.connect(f"{engine.url.database}.runner", timeout=0, isolation_level=None)) as beside:
        try:
            beside.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
