"""Find posted digests whose entries were edited since, and write down that their messages say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, func, select, update

from bot.digest.compose import CORRECTED_DAYS, Candidate
from bot.digest.ledger import Delivery, Material, State
from bot.storage.deliveries import build_delivery, rows
from bot.storage.filed import read_filed
from bot.storage.tables import channels, deliveries, delivery_entries, entries


@dataclass(frozen=True, slots=True)
class PostedPart:
    """A posted message: its part, its id on the platform, and the hash of what it says."""

    part: int
    message_id: str
    payload_hash: str


def find_outdated(connection: Connection, now: datetime, limit: int) -> list[tuple[Delivery, frozenset[str]]]:
    """Return digests of the last 7 days with the ids of their entries that were edited after the post."""
    since = func.coalesce(deliveries.c.corrected, deliveries.c.revision)
    query = (
        select(deliveries.c.id)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .join(delivery_entries, delivery_entries.c.delivery_id == deliveries.c.id)
        .join(entries, entries.c.id == delivery_entries.c.entry_id)
        .where(deliveries.c.settled_at >= now - timedelta(days=CORRECTED_DAYS), deliveries.c.state == State.POSTED)
        .where(channels.c.corrections, channels.c.resting_since.is_(None), entries.c.changed > since)
        .distinct()
        .limit(limit)
    )
    found = connection.execute(rows().where(deliveries.c.id.in_(query))).mappings().all()
    return [(build_delivery(row), _edited(connection, row["id"], row["revision"])) for row in found]


def posted_parts(connection: Connection, delivery: Delivery) -> list[PostedPart]:
    """Return the messages of a digest that were posted, in order."""
    query = (
        select(deliveries.c.part, deliveries.c.platform_message_id, deliveries.c.payload_hash)
        .where(deliveries.c.channel_id == delivery.channel_id, deliveries.c.local_date == delivery.local_date)
        .where(deliveries.c.edition == delivery.edition, deliveries.c.state == State.POSTED)
        .order_by(deliveries.c.part)
    )
    return [PostedPart(*row) for row in connection.execute(query)]


def with_own_entries(connection: Connection, material: Material, delivery: Delivery) -> Material:
    """Add a digest's entries that are of another date by now."""
    there = {one.filed.id for one in material.candidates}
    missing = [entry for entry in delivery.entries or () if entry not in there]
    moved = tuple(Candidate(filed, 0) for filed in read_filed(connection, missing).values())
    return replace(material, candidates=(*material.candidates, *moved))


def compared(connection: Connection, delivery: Delivery, revision: int, edits: Mapping[int, str]) -> None:
    """Write down with which revision a digest was compared, and what its edited parts say now."""
    own = (
        deliveries.c.channel_id == delivery.channel_id,
        deliveries.c.local_date == delivery.local_date,
        deliveries.c.edition == delivery.edition,
    )
    connection.execute(update(deliveries).where(*own, deliveries.c.part == 0).values(corrected=revision))
    for part, payload in edits.items():
        connection.execute(
            update(deliveries)
            .where(*own, deliveries.c.part == part)
            .values(payload=payload, payload_hash=payload_hash(payload))
        )


def payload_hash(payload: str) -> str:
    """Return the hash by which two payloads are compared."""
    return sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()


def _edited(connection: Connection, delivery_id: str, revision: int) -> frozenset[str]:
    query = (
        select(entries.c.id)
        .join(delivery_entries, delivery_entries.c.entry_id == entries.c.id)
        .where(delivery_entries.c.delivery_id == delivery_id, entries.c.changed > revision)
    )
    return frozenset(connection.scalars(query))
