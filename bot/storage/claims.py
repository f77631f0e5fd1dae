"""Take a delivery up: compose it, freeze its payload, and hold it under a lease, one worker at a time.

Each function is one step inside the caller's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, RowMapping, Select, Update, bindparam, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.digest.ledger import REST, Claim, Delivery, Prepared, State, delivery_id, is_paused
from bot.model import Channel
from bot.sentences import sentence
from bot.storage.corrections import payload_hash
from bot.storage.deliveries import build_delivery, fence, fenced_update, is_first_in_line, is_unblocked, rows
from bot.storage.inserts import insert_new
from bot.storage.settling import settle
from bot.storage.tables import deliveries, delivery_entries, meta
from bot.storage.tables.base import Instant

# Given a channel, its delivery and the revision of the notes, compose it inside the claim's transaction.
# None: this channel wants nothing now.
Prepare = Callable[[Connection, Channel, Delivery, int], Prepared | None]


def claim(
    connection: Connection,
    wanted: str,
    now: datetime,
    lease: timedelta,
    *,
    channel_of: Callable[[Connection, int, int], Channel],
    prepare: Prepare,
) -> Claim | None:
    """Take a delivery up, composing it if that hasn't been done. None where it isn't this worker's to send now.

    Nothing is taken up before its time, out of order, in a blocked workspace, or while somebody's lease lasts.
    `channel_of` returns a channel by id and version.
    """
    row = connection.execute(_open_row(), {"wanted": wanted, "now": now}).mappings().first()
    if row is None:
        return None
    delivery = build_delivery(row)
    if _must_rest(row, now):
        connection.execute(
            update(deliveries).where(deliveries.c.id == delivery.id).values(wake_at=row["tried_at"] + REST)
        )
        return None
    resting = row["resting_since"] is not None
    if row["payload"] is not None:
        thread = _thread(connection, delivery)
        return _take(connection, delivery, row["payload"], now, lease, thread=thread, resting=resting)
    channel = channel_of(connection, delivery.channel_id, row["version"])
    if delivery.edition == 0 and is_paused(channel, delivery.local_date):
        settle(connection, delivery, State.SKIPPED, now)
        return None
    prepared = prepare(connection, channel, delivery, row["revision_now"])
    if prepared is None:
        reason = sentence("the channel has no subscriptions any more")
        settle(connection, delivery, State.CANCELLED, now, error=reason)
        return None
    revision = row["revision_now"]
    return _freeze(connection, delivery, prepared, revision, now=now, lease=lease, resting=resting)


def resend(connection: Connection, mine: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """Renew a claim for a second send, None where somebody else has it by now."""
    values = {"attempt": mine.attempt + 1, "wake_at": now + lease, "last_sent_at": now}
    changed = connection.execute(fenced_update(), fence(mine) | values)
    if changed.rowcount == 0:
        return None
    return _renewed(mine, now, lease)


def next_part(connection: Connection, mine: Claim, message_id: str, now: datetime, lease: timedelta) -> Claim | None:
    """Claim the part that follows one just posted as `message_id`, None after the last."""
    key = {"of_channel": mine.channel_id, "of_date": mine.local_date, "of_edition": mine.edition}
    taken = {"state": State.SENDING.value, "wake_at": now + lease, "first_sent_at": now, "last_sent_at": now}
    row = connection.execute(_take_next(), {**key, "of_part": mine.part + 1, "now": now, **taken}).first()
    if row is None:
        return None
    return replace(
        mine,
        delivery_id=row.id,
        attempt=row.attempt,
        lease_until=now + lease,
        payload=row.payload,
        first_sent_at=now,
        last_sent_at=now,
        part=mine.part + 1,
        thread=mine.thread or message_id,
        unsure=False,
        resting=False,
    )


@cache
def _take_next() -> ReturningUpdate[tuple[object, ...]]:
    return (
        update(deliveries)
        .where(
            deliveries.c.channel_id == bindparam("of_channel"),
            deliveries.c.local_date == bindparam("of_date"),
            deliveries.c.edition == bindparam("of_edition"),
            deliveries.c.part == bindparam("of_part"),
            deliveries.c.state == State.PENDING.value,
            deliveries.c.wake_at <= bindparam("now", type_=Instant),
            deliveries.c.payload.is_not(None),
        )
        .values(
            attempt=deliveries.c.attempt + 1,
            state=bindparam("state"),
            wake_at=bindparam("wake_at"),
            first_sent_at=bindparam("first_sent_at"),
            last_sent_at=bindparam("last_sent_at"),
        )
        .returning(deliveries.c.id, deliveries.c.attempt, deliveries.c.payload)
    )


@cache
def _open_row() -> "Select[tuple[object, ...]]":
    return (
        rows()
        .add_columns(select(meta.c.revision).scalar_subquery().label("revision_now"))
        .where(deliveries.c.id == bindparam("wanted"), deliveries.c.wake_at <= bindparam("now", type_=Instant))
        .where(is_first_in_line(), is_unblocked())
        .with_for_update(skip_locked=True, of=deliveries)
    )


def _must_rest(row: RowMapping, now: datetime) -> bool:
    return row["resting_since"] is not None and row["tried_at"] is not None and bool(now < row["tried_at"] + REST)


def _thread(connection: Connection, delivery: Delivery) -> str | None:
    """Return the message id of the digest's first part, which an open part 1 always has."""
    if delivery.part == 0:
        return None
    return connection.scalar(
        select(deliveries.c.platform_message_id).where(
            deliveries.c.channel_id == delivery.channel_id,
            deliveries.c.local_date == delivery.local_date,
            deliveries.c.edition == delivery.edition,
            deliveries.c.part == 0,
        )
    )


def _freeze(
    connection: Connection,
    delivery: Delivery,
    prepared: Prepared,
    revision: int,
    *,
    now: datetime,
    lease: timedelta,
    resting: bool,
) -> Claim | None:
    """Write the payloads down, promise the entries to this delivery, and take up the first part."""
    if not prepared.payloads:
        settle(connection, delivery, State.EMPTY, now)
        return None
    first, *thread = prepared.payloads
    composed = {"entries": prepared.entries, "frame": prepared.frame, "revision": revision}
    taken = _take(connection, delivery, first, now, lease, composed=composed, resting=resting)
    add_parts(connection, delivery, thread, 1, delivery.due_at)
    promised = [
        {"channel_id": delivery.channel_id, "entry_id": entry, "delivery_id": delivery.id} for entry in prepared.entries
    ]
    insert_new(connection, delivery_entries, promised)
    return taken


def _take(
    connection: Connection,
    delivery: Delivery,
    payload: str,
    now: datetime,
    lease: timedelta,
    *,
    thread: str | None = None,
    composed: Mapping[str, object] | None = None,
    resting: bool = False,
) -> Claim:
    """Mark a row as being sent. A row that already was keeps its window: the caller has to look first.

    `composed` are the columns of a digest that has just been composed.
    """
    looking = delivery.state is State.SENDING
    values: dict[str, object] = {"state": State.SENDING.value, "attempt": delivery.attempt + 1, "wake_at": now + lease}
    if not looking:
        values |= {"first_sent_at": now, "last_sent_at": now}
    if composed is not None:
        values |= {"payload": payload, "payload_hash": payload_hash(payload), **composed}
    connection.execute(_update_row(), values | {"of_id": delivery.id})
    return Claim(
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        address=delivery.address,
        local_date=delivery.local_date,
        edition=delivery.edition,
        part=delivery.part,
        attempt=delivery.attempt + 1,
        lease_until=now + lease,
        payload=payload,
        first_sent_at=(delivery.first_sent_at or now) if looking else now,
        last_sent_at=(delivery.last_sent_at or now) if looking else now,
        thread=thread,
        unsure=looking,
        resting=resting,
    )


@cache
def _update_row() -> Update:
    return update(deliveries).where(deliveries.c.id == bindparam("of_id"))


def _renewed(mine: Claim, now: datetime, lease: timedelta) -> Claim:
    return replace(mine, attempt=mine.attempt + 1, lease_until=now + lease, last_sent_at=now, unsure=False)


def add_parts(
    connection: Connection, delivery: Delivery, payloads: Sequence[str], first: int, due_at: datetime
) -> None:
    """Owe further messages of a digest, in its thread, numbered from `first`."""
    numbered = enumerate(payloads, start=first)
    insert_new(connection, deliveries, [_part(delivery, part, payload, due_at) for part, payload in numbered])


def _part(delivery: Delivery, part: int, payload: str, due_at: datetime) -> dict[str, object]:
    return {
        "id": delivery_id(delivery.address, delivery.local_date, part, delivery.edition),
        "channel_id": delivery.channel_id,
        "local_date": delivery.local_date,
        "edition": delivery.edition,
        "part": part,
        "due_at": due_at,
        "state": State.PENDING.value,
        "wake_at": due_at,
        "attempt": 0,
        "payload": payload,
        "payload_hash": payload_hash(payload),
    }
