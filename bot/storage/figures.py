"""Read the ledger in numbers, and whether the database answers at all."""

from datetime import datetime

from sqlalchemy import Engine, func, select

from bot.digest.ledger import State
from bot.figures import LedgerFigures
from bot.storage.engine import snapshot
from bot.storage.tables import deliveries, heartbeats, meta

_OPEN = (State.PENDING.value, State.SENDING.value)


def read_ledger_figures(engine: Engine, now: datetime) -> LedgerFigures:
    """Count deliveries by state, and say what is overdue as of `now`. Raises StorageError."""
    by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    oldest = select(func.min(deliveries.c.due_at)).where(deliveries.c.state.in_(_OPEN), deliveries.c.due_at <= now)
    with snapshot(engine) as connection:
        states = {state: number for state, number in connection.execute(by_state)}  # noqa: C416 - rows are no pairs
        beats = {row.runner: row.at for row in connection.execute(select(heartbeats.c.runner, heartbeats.c.at))}
        return LedgerFigures(states, connection.scalar(oldest), beats)


def reach(engine: Engine) -> None:
    """Ask the database the least there is to ask. Raises StorageError where it doesn't answer."""
    with snapshot(engine) as connection:
        connection.execute(select(meta.c.revision)).first()
