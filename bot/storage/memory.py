"""What adapters remember across restarts and replicas: the `Memory` and `Database` ports over our tables."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine, delete, or_, select

from bot.ports import Clock
from bot.storage.engine import explained, snapshot, transaction
from bot.storage.inserts import insert_into
from bot.storage.tables.remembered import memories

Result = TypeVar("Result")

# Rows that nobody will ask for again are swept away at most this often.
SWEEP_INTERVAL = timedelta(minutes=10)


class StoredMemory:
    """Remember small texts under keys; a text whose time is over is as good as gone."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._swept_at = clock.now()

    async def first_time(self, kind: str, key: str, keep: timedelta) -> bool:
        """Tell whether this key is new, and remember it for `keep`: exactly one caller is told yes."""
        return await asyncio.to_thread(self._add, kind, key, keep)

    async def recall(self, kind: str, key: str) -> str | None:
        """Return what was remembered under a key, None where nothing (any more) is."""
        return await asyncio.to_thread(self._read, kind, key)

    async def remember(self, kind: str, key: str, value: str, keep: timedelta | None = None) -> None:
        """Remember a text under a key, for good where `keep` is None."""
        await asyncio.to_thread(self._write, kind, key, value, keep)

    async def forget(self, kind: str, prefix: str) -> None:
        """Forget every key of a kind that begins like this."""
        await asyncio.to_thread(self._delete, kind, prefix)

    def _add(self, kind: str, key: str, keep: timedelta) -> bool:
        now = self._clock.now()
        row = {"kind": kind, "key": key, "value": "", "expires_at": now + keep}
        insert = insert_into(self._engine.dialect.name, memories).values(row)
        # An expired row counts as none, so taking it over is as good as adding one.
        taken = insert.on_conflict_do_update(
            index_elements=["kind", "key"], set_=row, where=memories.c.expires_at <= now
        ).returning(memories.c.key)
        with transaction(self._engine) as connection:
            added = connection.execute(taken).first() is not None
            if now - self._swept_at >= SWEEP_INTERVAL:
                self._swept_at = now
                connection.execute(delete(memories).where(memories.c.expires_at <= now))
        return added

    def _read(self, kind: str, key: str) -> str | None:
        lives = or_(memories.c.expires_at.is_(None), memories.c.expires_at > self._clock.now())
        wanted = select(memories.c.value).where(memories.c.kind == kind, memories.c.key == key, lives)
        with snapshot(self._engine) as connection:
            found: str | None = connection.scalar(wanted)
        return found

    def _write(self, kind: str, key: str, value: str, keep: timedelta | None) -> None:
        expires_at: datetime | None = None if keep is None else self._clock.now() + keep
        row = {"kind": kind, "key": key, "value": value, "expires_at": expires_at}
        with transaction(self._engine) as connection:
            insert = insert_into(self._engine.dialect.name, memories).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["kind", "key"], set_=row))

    def _delete(self, kind: str, prefix: str) -> None:
        begins = memories.c.key.startswith(prefix, autoescape=True)
        with transaction(self._engine) as connection:
            connection.execute(delete(memories).where(memories.c.kind == kind, begins))


class LentDatabase:
    """Lend the engine to a library that keeps rows of its own in tables our migrations make."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Engine], Result]) -> Result:
        """Call `work` with the engine in a thread and return its result. Raises StorageError."""
        return await asyncio.to_thread(self._run, work)

    def _run(self, work: Callable[[Engine], Result]) -> Result:
        with explained(self._engine):
            return work(self._engine)
