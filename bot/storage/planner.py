"""Who plans among the replicas on one PostgreSQL, and whether wake-ups are waiting in procrastinate's tables."""

import contextlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from bot.storage.engine import explained, snapshot, transaction
from bot.storage.tables import heartbeats

RUNNER = "cluster"  # as its heartbeat is called
PATIENCE = timedelta(seconds=30)
_TURN_LOCK = 0x504C414E  # "PLAN"
_INSTALL_LOCK = 0x50524F43  # "PROC"


class Planner:
    """Hold the planner's lock on a connection of its own: it goes when the process or the server does.

    A planner that hangs keeps its lock; after `patience` without its heartbeat others plan beside it, which does no
    harm. What only one process should do is left to whoever `leads`.
    """

    def __init__(self, engine: Engine, *, patience: timedelta = PATIENCE) -> None:
        self._engine = engine
        self._patience = patience
        self._session: Connection | None = None

    @property
    def conninfo(self) -> str:
        """Return the database's address as libpq reads it."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def leads(self) -> bool:
        """Say whether this process had the lock when it last asked."""
        return self._session is not None

    def take_turn(self, now: datetime) -> bool:
        """Say whether this process plans now: it has the lock, or whoever has it hangs. Raises StorageError."""
        with explained(self._engine):
            return self._has_lock() or self._is_missed(now)

    def _has_lock(self) -> bool:
        """Say whether this process holds the lock, taking it if it is free; it keeps it until the process ends."""
        if self._session is not None and self._is_alive(self._session):
            return True
        self.give_up()
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if session.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _TURN_LOCK}):
            self._session = session
            return True
        session.close()
        return False

    def _is_missed(self, now: datetime) -> bool:
        with self._engine.connect() as connection:
            beaten = connection.scalar(select(heartbeats.c.at).where(heartbeats.c.runner == RUNNER))
        return beaten is not None and now - beaten > self._patience

    def give_up(self) -> None:
        """Let another replica plan."""
        if self._session is not None:
            with contextlib.suppress(DBAPIError):
                self._session.invalidate()
                self._session.close()
            self._session = None

    def install(self, schema: str) -> None:
        """Create procrastinate's tables unless they are there, however many replicas start at once."""
        with transaction(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _INSTALL_LOCK})
            if not inspect(connection).has_table("procrastinate_jobs"):
                connection.exec_driver_sql(schema.replace("%", "%%"))

    def queued(self) -> bool:
        """Say whether a wake-up waits for a worker."""
        with snapshot(self._engine) as connection:
            query = text("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo')")
            return bool(connection.scalar(query))

    @staticmethod
    def _is_alive(session: Connection) -> bool:
        try:
            session.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True
