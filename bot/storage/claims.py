"""Take deliveries up: compose them, freeze their payloads, and hold them under a lease, one worker at a time.

Each function is one step inside the caller's transaction, for many deliveries at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, Select, select

from bot.digest.ledger import (
    COMPOSE_AGAIN,
    REST,
    Claim,
    Delivery,
    Prepared,
    State,
    TakenUp,
    is_paused,
)
from bot.model import Channel
from bot.sentences import Sentence, sentence
from bot.storage.channels import read_channels
from bot.storage.corrections import payload_hash
from bot.storage.deliveries import (
    as_sending,
    build_delivery,
    fence,
    fenced_update,
    is_first_in_line,
    is_served,
    rows,
    update_rows,
)
from bot.storage.inserts import insert_new
from bot.storage.parts import new_part
from bot.storage.settling import put_off, settle_all
from bot.storage.tables import deliveries, delivery_entries, meta

# Given channels with their deliveries and the revision of the notes, compose each inside the claim's transaction.
# None: this channel wants nothing now. An exception: a fault of ours with this one.
Prepare = Callable[[Connection, Sequence[tuple[Channel, Delivery]], int], Sequence[Prepared | Exception | None]]


def take_up(connection: Connection, wanted: Select[str], now: datetime, lease: timedelta, prepare: Prepare) -> TakenUp:
    """Take up the rows whose ids a query finds and locks, composing what hasn't been yet."""
    found = _read(connection, connection.scalars(wanted).all())
    resting, ready = _divide(found, lambda row: _must_rest(row, now))
    update_rows(connection, [{"of_id": row["id"], "wake_at": row["tried_at"] + REST} for row in resting])
    fresh, frozen = _divide(ready, lambda row: row["payload"] is None)
    retaken = [_retake(connection, row, now, lease) for row in frozen]
    composed = _compose(connection, fresh, now, lease, prepare)
    return TakenUp(tuple(row["id"] for row in found), (*retaken, *composed.claims), composed.faults)


def due(now: datetime, most: int, platforms: Sequence[str], beside: Sequence[int] = ()) -> Select[str]:
    """Find what is due on these platforms, the longest due first, one a channel and none of those in `beside`.

    Rows that another worker has in hand are passed over.
    """
    query = _open().where(deliveries.c.wake_at <= now, is_first_in_line(), is_served(platforms))
    query = query.order_by(deliveries.c.wake_at).limit(most)
    return query.where(deliveries.c.channel_id.not_in(beside)) if beside else query


def one(wanted: str, now: datetime) -> Select[str]:
    """Find one delivery, unless it is taken up too early, out of order, or while somebody's lease lasts."""
    return _open().where(deliveries.c.id == wanted, deliveries.c.wake_at <= now, is_first_in_line(), is_served())


def resend(connection: Connection, mine: Claim, now: datetime, lease: timedelta) -> Claim | None:
    """Renew a claim for a second send, None where somebody else has it by now."""
    values = {"attempt": mine.attempt + 1, "wake_at": now + lease, "last_sent_at": now}
    changed = connection.execute(fenced_update(), fence(mine) | values)
    if changed.rowcount == 0:
        return None
    return replace(mine, attempt=mine.attempt + 1, lease_until=now + lease, last_sent_at=now, unsure=False)


def _open() -> Select[str]:
    return select(deliveries.c.id).with_for_update(skip_locked=True)


def _read(connection: Connection, ids: Sequence[str]) -> Sequence[RowMapping]:
    revision = select(meta.c.revision).scalar_subquery().label("revision_now")
    query = (
        rows()
        .add_columns(revision)
        .where(deliveries.c.id.in_(ids))
        .order_by(deliveries.c.wake_at, deliveries.c.channel_id)
    )
    return connection.execute(query).mappings().all() if ids else ()


def _divide(
    found: Sequence[RowMapping], belongs: Callable[[RowMapping], bool]
) -> tuple[list[RowMapping], list[RowMapping]]:
    return [row for row in found if belongs(row)], [row for row in found if not belongs(row)]


def _must_rest(row: RowMapping, now: datetime) -> bool:
    return row["resting_since"] is not None and row["tried_at"] is not None and bool(now < row["tried_at"] + REST)


def _compose(
    connection: Connection, fresh: Sequence[RowMapping], now: datetime, lease: timedelta, prepare: Prepare
) -> TakenUp:
    """Compose deliveries and write down what each came to."""
    if not fresh:
        return TakenUp()
    channel_of = {channel.id: channel for channel in read_channels(connection, [row["channel_id"] for row in fresh])}
    wanted = [(channel_of[row["channel_id"]], build_delivery(row)) for row in fresh]
    paused = {one.id: one for channel, one in wanted if one.edition == 0 and is_paused(channel, one.local_date)}
    settle_all(connection, list(paused.values()), State.SKIPPED, now)
    wanted = [(channel, one) for channel, one in wanted if one.id not in paused]
    outcomes = prepare(connection, wanted, fresh[0]["revision_now"])
    decided = [(one, outcome) for (_, one), outcome in zip(wanted, outcomes, strict=True)]
    _settle_unsent(connection, decided, now)
    resting = {row["id"] for row in fresh if row["resting_since"] is not None}
    frozen = [
        (_claim(one, outcome.payloads[0], now, lease, resting=one.id in resting), one, outcome)
        for one, outcome in decided
        if isinstance(outcome, Prepared) and outcome.payloads
    ]
    _freeze(connection, frozen, fresh[0]["revision_now"])
    faults = tuple((one.id, outcome) for one, outcome in decided if isinstance(outcome, Exception))
    return TakenUp(claims=tuple(mine for mine, _, _ in frozen), faults=faults)


def _settle_unsent(
    connection: Connection, decided: Sequence[tuple[Delivery, Prepared | Exception | None]], now: datetime
) -> None:
    """Settle what there is nothing to post for, and let wait what can't be composed: it would be tried without end."""
    unwanted = [one for one, outcome in decided if outcome is None]
    settle_all(connection, unwanted, State.CANCELLED, now, error=sentence("the channel has no subscriptions any more"))
    empty = [one for one, outcome in decided if isinstance(outcome, Prepared) and not outcome.payloads]
    settle_all(connection, empty, State.EMPTY, now)
    for one, outcome in decided:
        if isinstance(outcome, Exception):
            kind = type(outcome).__name__
            put_off(connection, one.id, now + COMPOSE_AGAIN, kind, Sentence(str(outcome) or kind))


def _freeze(connection: Connection, taken: Sequence[tuple[Claim, Delivery, Prepared]], revision: int) -> None:
    """Write the payloads down, promise the entries to their deliveries, and take up the first parts."""
    update_rows(connection, [as_sending(mine) | _composed(mine, prepared, revision) for mine, _, prepared in taken])
    parts = [
        new_part(delivery, number, payload, delivery.due_at)
        for _, delivery, prepared in taken
        for number, payload in enumerate(prepared.payloads[1:], start=1)
    ]
    insert_new(connection, deliveries, parts)
    promised = [
        {"channel_id": mine.channel_id, "entry_id": entry, "delivery_id": mine.delivery_id}
        for mine, _, prepared in taken
        for entry in prepared.entries
    ]
    insert_new(connection, delivery_entries, promised)


def _composed(mine: Claim, prepared: Prepared, revision: int) -> dict[str, object]:
    return {
        "payload": mine.payload,
        "payload_hash": payload_hash(mine.payload),
        "entries": prepared.entries,
        "frame": prepared.frame,
        "revision": revision,
    }


def _retake(connection: Connection, row: RowMapping, now: datetime, lease: timedelta) -> Claim:
    """Take up what was composed before. A row that was being sent keeps its window: the caller has to look first."""
    delivery = build_delivery(row)
    mine = _claim(delivery, row["payload"], now, lease, resting=row["resting_since"] is not None)
    mine = replace(mine, thread=_thread(connection, delivery))
    if delivery.state is State.SENDING:
        first, last = delivery.first_sent_at or now, delivery.last_sent_at or now
        mine = replace(mine, unsure=True, first_sent_at=first, last_sent_at=last)
    update_rows(connection, [as_sending(mine)])
    return mine


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


def _claim(delivery: Delivery, payload: str, now: datetime, lease: timedelta, *, resting: bool) -> Claim:
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
        first_sent_at=now,
        last_sent_at=now,
        resting=resting,
    )
