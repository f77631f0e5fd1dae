"""The parts of a digest after its first: owed together with it, each claimed as the one before arrives.

Each function is one step inside the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, select

from bot.digest.ledger import Arrived, Claim, Delivery, State, delivery_id
from bot.storage.corrections import payload_hash
from bot.storage.deliveries import as_sending, update_rows
from bot.storage.inserts import insert_new
from bot.storage.tables import deliveries


def add_parts(
    connection: Connection, delivery: Delivery, payloads: Sequence[str], first: int, due_at: datetime
) -> None:
    """Owe further messages of a digest, in its thread, numbered from `first`."""
    numbered = enumerate(payloads, start=first)
    insert_new(connection, deliveries, [new_part(delivery, number, payload, due_at) for number, payload in numbered])


def new_part(delivery: Delivery, part: int, payload: str, due_at: datetime) -> dict[str, object]:
    """Return the row of a part after the first."""
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


def next_parts(connection: Connection, arrived: Sequence[Arrived], lease: timedelta) -> dict[Claim, Claim]:
    """Claim the parts that follow those that arrived; returns each by the claim of the part before it."""
    before = {_next_id(one.claim): one for one in arrived}
    query = (
        select(deliveries.c.id, deliveries.c.attempt, deliveries.c.payload, deliveries.c.wake_at)
        .where(
            deliveries.c.id.in_(list(before)), deliveries.c.state == State.PENDING, deliveries.c.payload.is_not(None)
        )
        .with_for_update(skip_locked=True)
    )
    ready = [row for row in connection.execute(query).mappings() if row["wake_at"] <= before[row["id"]].at]
    claims = {before[row["id"]].claim: _following(before[row["id"]], row, lease) for row in ready}
    update_rows(connection, [as_sending(claim) for claim in claims.values()])
    return claims


def _following(arrived: Arrived, row: RowMapping, lease: timedelta) -> Claim:
    """Return the claim of the part after one that arrived."""
    return replace(
        arrived.claim,
        delivery_id=row["id"],
        attempt=row["attempt"] + 1,
        lease_until=arrived.at + lease,
        payload=row["payload"],
        first_sent_at=arrived.at,
        last_sent_at=arrived.at,
        part=arrived.claim.part + 1,
        thread=arrived.claim.thread or arrived.message_id,
        unsure=False,
        resting=False,
    )


def _next_id(mine: Claim) -> str:
    return delivery_id(mine.address, mine.local_date, mine.part + 1, mine.edition)
