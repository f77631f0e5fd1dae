"""Write down what is owed: one row a channel and due date, and tell which rows somebody may take up now."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update

from bot.digest.ledger import State
from bot.digest.plan import Plan, is_expired, plan_as_of, plan_channel
from bot.digest.schedule import Due, instant, local_date
from bot.model import Channel
from bot.storage.channels import read_channels
from bot.storage.deliveries import build_delivery, is_first_in_line, is_served, new_row, rows
from bot.storage.inserts import insert_new
from bot.storage.settling import settle
from bot.storage.tables import channels, deliveries, meta

# Channels planned in one transaction: 10,000 at the same minute neither wait for one another nor fill the memory.
CHANNELS_AT_ONCE = 1000
_log = logging.getLogger(__name__)


def plan_due(connection: Connection, now: datetime, catch_up_days: int) -> list[str] | None:
    """Plan up to 1,000 channels that are due; returns the ids of rows, None where no channel was due."""
    query = (
        select(channels.c.id, channels.c.planned_through)
        .where(channels.c.next_due_at <= now)
        .order_by(channels.c.next_due_at)
        .limit(CHANNELS_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    planned_through = {row.id: row.planned_through for row in connection.execute(query)}
    if not planned_through:
        return None
    found = read_channels(connection, planned_through)
    plans = [plan_channel(channel, planned_through[channel.id], now, catch_up_days) for channel in found]
    _move_on(connection, plans)
    return write_rows(connection, plans, now)


def plan_past(connection: Connection, now: datetime, catch_up_days: int) -> list[str]:
    """Plan the channels that were made after `now`, as of then; what the daily job plans by is left alone."""
    query = select(channels.c.id).where(channels.c.created_at > now, channels.c.next_due_at.is_not(None))
    found = read_channels(connection, connection.scalars(query).all())
    return write_rows(connection, [_as_of(connection, channel, now, catch_up_days) for channel in found], now)


def write_rows(connection: Connection, plans: Iterable[Plan], now: datetime) -> list[str]:
    """Insert the rows of plans unless they are there; returns the ids of all rows that the plans name."""
    revision = connection.scalar(select(meta.c.revision))
    written: list[dict[str, object]] = []
    for plan in plans:
        written += [new_row(plan.channel, due.local_date, 0, due.due_at) for due in plan.due]
        written += [_settled(plan.channel, due, State.EXPIRED, now, revision) for due in plan.expired]
        if plan.skipped is not None:
            due = Due(plan.skipped, instant(plan.skipped, plan.channel.schedule))
            written.append(_settled(plan.channel, due, State.SKIPPED, now, revision))
    _report_expired(sum(row["state"] == State.EXPIRED for row in written))
    # One statement needs the same columns in every row.
    insert_new(connection, deliveries, [row for row in written if "settled_at" in row])
    insert_new(connection, deliveries, [row for row in written if "settled_at" not in row])
    return [str(row["id"]) for row in written if row["state"] != State.SKIPPED]


def expire(connection: Connection, now: datetime, catch_up_days: int) -> list[str]:
    """Settle as expired what has waited so long that enough later dates have come due; returns the ids."""
    query = (
        rows()
        .where(deliveries.c.state == State.PENDING, deliveries.c.edition == 0, deliveries.c.part == 0)
        .where(deliveries.c.due_at <= now - timedelta(days=catch_up_days))
    )
    waiting = [build_delivery(row) for row in connection.execute(query).mappings()]
    known = {channel.id: channel for channel in read_channels(connection, {one.channel_id for one in waiting})}
    gone = [one for one in waiting if is_expired(known[one.channel_id], one.local_date, now, catch_up_days)]
    for one in gone:
        settle(connection, one, State.EXPIRED, now, error=one.error)
    _report_expired(len(gone))
    return [one.id for one in gone]


def count_due(connection: Connection, now: datetime, most: int, platforms: Sequence[str]) -> int:
    """Count the deliveries that may be taken up now, up to `most`: one a channel, none in a blocked workspace."""
    found = (
        select(deliveries.c.id)
        .where(deliveries.c.wake_at <= now, is_first_in_line(), is_served(platforms))
        .order_by(deliveries.c.wake_at)
        .limit(most)
    )
    return connection.scalar(select(func.count()).select_from(found.subquery())) or 0


def next_wake(connection: Connection, now: datetime) -> datetime | None:
    """Return when the ledger or the schedule has something to do after `now`, None while nothing is owed then.

    What is due by now has been taken up, or waits for something that no clock tells.
    """
    moments = (
        connection.scalar(select(func.min(deliveries.c.wake_at)).where(deliveries.c.wake_at > now)),
        connection.scalar(select(func.min(channels.c.next_due_at)).where(channels.c.next_due_at > now)),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def has_open(connection: Connection) -> bool:
    """Say whether any delivery is still to be settled."""
    return connection.scalar(select(deliveries.c.id).where(deliveries.c.wake_at.is_not(None)).limit(1)) is not None


def take_over(connection: Connection, now: datetime) -> int:
    """End the leases of a dead process, where the caller knows that it is alone; returns how many."""
    stranded = (
        update(deliveries).where(deliveries.c.state == State.SENDING, deliveries.c.wake_at > now).values(wake_at=now)
    )
    return connection.execute(stranded).rowcount


def all_pages(step: Callable[[], list[str] | None]) -> list[str]:
    """Repeat a step until it has nothing left to do, and join what it returned."""
    joined: list[str] = []
    while (found := step()) is not None:
        joined += found
    return joined


def _report_expired(number: int) -> None:
    if number:
        _log.warning("digests that were missed for longer than the catch-up reaches, and are not posted: %d", number)


def _move_on(connection: Connection, plans: Sequence[Plan]) -> None:
    through = [
        {"of_id": plan.channel.id, "planned_through": plan.planned_through, "next_due_at": plan.next_due_at}
        for plan in plans
    ]
    connection.execute(update(channels).where(channels.c.id == bindparam("of_id")), through)


def _as_of(connection: Connection, channel: Channel, now: datetime, catch_up_days: int) -> Plan:
    last_row = connection.scalar(
        select(func.max(deliveries.c.local_date)).where(
            deliveries.c.channel_id == channel.id,
            deliveries.c.edition == 0,
            deliveries.c.local_date <= local_date(now, channel.schedule.zone),
        )
    )
    return plan_as_of(channel, last_row, now, catch_up_days)


def _settled(channel: Channel, due: Due, state: State, now: datetime, revision: int | None) -> dict[str, object]:
    row = new_row(channel, due.local_date, 0, due.due_at)
    return row | {"state": state.value, "wake_at": None, "settled_at": now, "revision": revision, "entries": ()}
