"""Read a channel as people ask about it: with its ledger, and with what a rule would have posted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.digest.ledger import Delivery, State
from bot.model import Channel, ChannelAddress
from bot.sentences import Sentence
from bot.storage.channels import origins
from bot.storage.deliveries import build_delivery, rows
from bot.storage.tables import audit, blocks, channels, deliveries, entries, tags


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel with what its ledger says: the last post, what comes next, and why nothing does."""

    channel: Channel
    next_due_at: datetime | None
    last_posted: Delivery | None
    open: int
    blocked: Sentence | None
    resting: Sentence | None
    origins: "dict[str, str]"


def read_view(connection: Connection, channel: Channel) -> ChannelView:
    """Return a channel with what its ledger says."""
    mine = deliveries.c.channel_id == channel.id
    posted = (
        rows()
        .where(mine, deliveries.c.part == 0, deliveries.c.state == State.POSTED)
        .order_by(deliveries.c.local_date.desc(), deliveries.c.edition.desc())
        .limit(1)
    )
    last = connection.execute(posted).mappings().first()
    blocked: Sentence | None = connection.scalar(
        select(blocks.c.reason).where(
            blocks.c.platform == channel.address.platform, blocks.c.workspace == channel.address.workspace
        )
    )
    return ChannelView(
        channel,
        next_due_at=connection.scalar(select(channels.c.next_due_at).where(channels.c.id == channel.id)),
        last_posted=None if last is None else build_delivery(last),
        open=connection.scalar(select(func.count()).where(mine, deliveries.c.wake_at.is_not(None))) or 0,
        blocked=blocked,
        resting=connection.scalar(select(channels.c.resting_reason).where(channels.c.id == channel.id)),
        origins=origins(connection, channel.id),
    )


def read_last_action(connection: Connection, address: ChannelAddress, person: str) -> str | None:
    """Return what somebody did last in a channel, None where they never did anything."""
    own = (channels.c.workspace == address.workspace, channels.c.channel == address.channel)
    found: str | None = connection.scalar(
        select(audit.c.action)
        .join(channels, channels.c.id == audit.c.channel_id)
        .where(channels.c.platform == address.platform, *own, audit.c.person == person)
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    return found


def read_tags_by_day(connection: Connection, days: int) -> "list[list[frozenset[str]]]":
    """Return, for the last days that have notes, the folded tags of each entry."""
    living = entries.c.gone_at.is_(None)
    last = select(entries.c.last_day).where(living, entries.c.last_day.is_not(None)).distinct()
    dates = connection.scalars(last.order_by(entries.c.last_day.desc()).limit(days)).all()
    if not dates:
        return []
    query = (
        select(entries.c.last_day, entries.c.id, tags.c.folded)
        .outerjoin(tags, tags.c.entry_id == entries.c.id)
        .where(living, entries.c.last_day.in_(dates))
    )
    found: dict[date, dict[str, set[str]]] = {}
    for row in connection.execute(query):
        labels = found.setdefault(row.last_day, {}).setdefault(row.id, set())
        if row.folded is not None:
            labels.add(row.folded)
    return [[frozenset(labels) for labels in by_entry.values()] for by_entry in found.values()]
