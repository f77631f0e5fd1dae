"""Find posted digests whose entries were edited since, and write down that their messages say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from bot.digest.compose import CORRECTED_DAYS, Candidate
from bot.digest.frame import Frame, read_frame
from bot.digest.ledger import Delivery, Material, State
from bot.storage.deliveries import build_delivery, rows
from bot.storage.filed import read_filed
from bot.storage.tables import channels, deliveries, delivery_entries, entries

_sibling = deliveries.alias("sibling")


@dataclass(frozen=True, slots=True)
class PostedPart:
    """A posted message: its part, its id on the platform, and the hash of what it says."""

    part: int
    message_id: str
    payload_hash: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """A posted digest, the ids of its entries that were edited after the post, and its frame where it has one."""

    delivery: Delivery
    edited: frozenset[str]
    frame: Frame | None


def find_outdated(connection: Connection, now: datetime, limit: int) -> list[Outdated]:
    """Return digests of the last 7 days whose entries were edited after the post; one that isn't whole yet waits."""
    since = func.coalesce(deliveries.c.corrected, deliveries.c.revision)
    query = (
        select(deliveries.c.id)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .join(delivery_entries, delivery_entries.c.delivery_id == deliveries.c.id)
        .join(entries, entries.c.id == delivery_entries.c.entry_id)
        .where(deliveries.c.settled_at >= now - timedelta(days=CORRECTED_DAYS), deliveries.c.state == State.POSTED)
        .where(channels.c.corrections, channels.c.resting_since.is_(None), entries.c.changed > since)
        .where(~_has_open_parts())
        .distinct()
        .limit(limit)
    )
    found = connection.execute(rows().where(deliveries.c.id.in_(query))).mappings().all()
    return [
        Outdated(build_delivery(row), _edited(connection, row["id"], row["revision"]), read_frame(row["frame"]))
        for row in found
    ]


def _has_open_parts() -> ColumnElement[bool]:
    return exists().where(
        _sibling.c.channel_id == deliveries.c.channel_id,
        _sibling.c.wake_at.is_not(None),
        _sibling.c.local_date == deliveries.c.local_date,
        _sibling.c.edition == deliveries.c.edition,
    )


def last_part(connection: Connection, delivery: Delivery) -> int:
    """Return the number of a digest's last message, posted or not."""
    last = connection.scalar(
        select(func.max(deliveries.c.part))
        .where(deliveries.c.channel_id == delivery.channel_id, deliveries.c.local_date == delivery.local_date)
        .where(deliveries.c.edition == delivery.edition)
    )
    return int(last or 0)


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
    there = {one.filed.id for one in material.candidates if not one.gone}
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
