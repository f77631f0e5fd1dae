"""Hold names by PostgreSQL's advisory locks, which go with the session: the `Seats` port over our database."""

import asyncio
import contextlib
import threading
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

_CLASS = 0x53454154  # "SEAT": apart from the locks that others take on the same database
# The server ends a session whose machine vanished without a word after some fifteen seconds.
_KEEPALIVES = (
    "SET tcp_keepalives_idle = 5",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 2",
)


class StoredSeats:
    """Keep one connection open for as long as names are held; where it breaks, all of them are lost."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._turn = threading.Lock()

    async def take(self, name: str) -> bool:
        """Hold a name, or go on holding it; False while another process does, or the database can't be asked."""
        return await asyncio.to_thread(self._take, name)

    async def leave(self) -> None:
        """Let go of every name."""
        await asyncio.to_thread(self._leave)

    def _take(self, name: str) -> bool:
        with self._turn:
            try:
                return self._ask(name)
            except SQLAlchemyError:
                self._forget()
                return False

    def _ask(self, name: str) -> bool:
        connection = self._connected()
        if name in self._held:
            # Ours unless the session ended meanwhile, which asking anything shows.
            connection.execute(text("SELECT 1"))
            return True
        key = crc32(name.encode()) - (1 << 31)
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:class, :key)"), {"class": _CLASS, "key": key})
        if taken:
            self._held.add(name)
        return bool(taken)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            # Out of the pool: a session that went back to it would keep its locks.
            self._connection.detach()
            for setting in _KEEPALIVES:
                self._connection.execute(text(setting))
        return self._connection

    def _leave(self) -> None:
        with self._turn:
            self._forget()

    def _forget(self) -> None:
        """End the session, and with it what it holds; it may have ended already."""
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            with contextlib.suppress(SQLAlchemyError):
                connection.close()
