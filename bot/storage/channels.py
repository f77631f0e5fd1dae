"""Keep configured channels: their schedule, their rule term by term, and who changed what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update

from bot.digest.rules import read_rule, terms
from bot.digest.schedule import next_due, owed_after
from bot.model import Channel, ChannelAddress, ChannelOptions, Schedule, Style, Subscription
from bot.storage.chunks import portions
from bot.storage.tables import audit, channels, subscriptions

OPTIONS = ("previews", "post_empty", "on_this_day", "crosspost", "corrections")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: rule and settings before and after, in the words of the commands. `at` is UTC.

    `id` grows with time; 0 is of a row that isn't written yet.
    """

    at: datetime
    person: str
    action: str
    before: str
    after: str
    id: int = 0


def read_channel(connection: Connection, address: ChannelAddress) -> Channel | None:
    """Return a configured channel, None where nobody has configured it."""
    row = connection.execute(select(channels).where(*_at(address))).mappings().first()
    return None if row is None else _build(row, _terms(connection, [row["id"]]).get(row["id"], []))


def read_channels(connection: Connection, ids: Iterable[int] | None = None) -> list[Channel]:
    """Return channels by id, or all of them, in the order of their addresses."""
    chosen = connection.scalars(select(channels.c.id)).all() if ids is None else sorted(set(ids))
    rows: list[RowMapping] = []
    for portion in portions(chosen):
        rows += connection.execute(select(channels).where(channels.c.id.in_(portion))).mappings()
    words = _terms(connection, chosen)
    found = [_build(row, words.get(row["id"], [])) for row in rows]
    return sorted(found, key=lambda channel: str(channel.address))


def add_channel(connection: Connection, channel: Channel, now: datetime, origin: str) -> Channel:
    """Write a new channel and return it with its id."""
    values = {**_values(channel), "version": 1, "created_at": now, "next_due_at": _next_due_at(channel, None)}
    channel_id = connection.execute(insert(channels).values(values).returning(channels.c.id)).scalar_one()
    _write_terms(connection, channel_id, channel.subscription, now, origin)
    found = read_channel(connection, channel.address)
    assert found is not None  # noqa: S101 - written two lines above
    return found


def change_channel(connection: Connection, channel: Channel, now: datetime, origin: str) -> None:
    """Write a channel as it is now; what is due next follows from it."""
    planned = connection.scalar(select(channels.c.planned_through).where(channels.c.id == channel.id))
    values = {
        **_values(channel),
        "version": channels.c.version + 1,
        "next_due_at": _next_due_at(channel, planned),
    }
    connection.execute(update(channels).where(channels.c.id == channel.id).values(values))
    _write_terms(connection, channel.id, channel.subscription, now, origin)


def write_audit(connection: Connection, channel_id: int, row: AuditRow) -> None:
    """Write down who changed what."""
    connection.execute(
        insert(audit).values(
            channel_id=channel_id, at=row.at, person=row.person, action=row.action, before=row.before, after=row.after
        )
    )


def read_audit(connection: Connection, channel_id: int, limit: int = 20) -> list[AuditRow]:
    """Return a channel's last changes, newest first."""
    query = select(audit).where(audit.c.channel_id == channel_id).order_by(audit.c.id.desc()).limit(limit)
    return [
        AuditRow(row["at"], row["person"], row["action"], row["before"], row["after"], row["id"])
        for row in connection.execute(query).mappings()
    ]


def origins(connection: Connection, channel_id: int) -> dict[str, str]:
    """Return where each term of a channel's rule comes from: `person` or `settings`."""
    query = select(subscriptions.c.term, subscriptions.c.origin).where(subscriptions.c.channel_id == channel_id)
    return {row.term: row.origin for row in connection.execute(query)}


def move_channel(connection: Connection, old: ChannelAddress, new: ChannelAddress) -> bool:
    """Give a channel its new address; False where there is no such channel or the new one is configured already."""
    if read_channel(connection, old) is None or read_channel(connection, new) is not None:
        return False
    values = {"platform": new.platform, "workspace": new.workspace, "channel": new.channel}
    changed = connection.execute(
        update(channels).where(*_at(old)).values({**values, "version": channels.c.version + 1})
    )
    return changed.rowcount == 1


def channels_of(connection: Connection, platform: str, workspace: str) -> list[ChannelAddress]:
    """Return the addresses in a workspace that have a rule, sorted."""
    query = (
        select(channels.c.channel)
        .where(channels.c.platform == platform, channels.c.workspace == workspace)
        .where(channels.c.id.in_(select(subscriptions.c.channel_id)))
        .order_by(channels.c.channel)
    )
    return [ChannelAddress(platform, workspace, channel) for channel in connection.scalars(query)]


def workspaces_of(connection: Connection, platform: str) -> list[str]:
    """Return the workspaces of a platform that have a channel, sorted."""
    query = select(channels.c.workspace).where(channels.c.platform == platform)
    return list(connection.scalars(query.distinct().order_by(channels.c.workspace)))


def count_channels(connection: Connection) -> int:
    """Count the channels that have a rule."""
    return connection.scalar(select(func.count(subscriptions.c.channel_id.distinct()))) or 0


def _at(address: ChannelAddress) -> tuple[ColumnElement[bool], ...]:
    return (
        channels.c.platform == address.platform,
        channels.c.workspace == address.workspace,
        channels.c.channel == address.channel,
    )


def _next_due_at(channel: Channel, planned_through: date | None) -> datetime | None:
    """Return when to plan this channel next, None while it wants nothing or is paused without end."""
    after = owed_after(channel, planned_through)
    if after is None or channel.subscription.wants_nothing:
        return None
    return next_due(channel.schedule, after).due_at


def _values(channel: Channel) -> dict[str, object]:
    return {
        "platform": channel.address.platform,
        "workspace": channel.address.workspace,
        "channel": channel.address.channel,
        "at": channel.schedule.at.strftime("%H:%M"),
        "zone": channel.schedule.zone,
        "weekdays": "".join(str(day) for day in channel.schedule.weekdays),
        "language": channel.language,
        "style": channel.style.value,
        **{name: getattr(channel.options, name) for name in OPTIONS},
        "first_date": channel.first_date,
        "paused": channel.paused,
        "paused_until": channel.paused_until,
        "resting_since": channel.resting_since,
    }


def _build(row: RowMapping, words: Sequence[str]) -> Channel:
    return Channel(
        id=row["id"],
        address=ChannelAddress(row["platform"], row["workspace"], row["channel"]),
        first_date=row["first_date"],
        schedule=Schedule(time.fromisoformat(row["at"]), row["zone"], tuple(int(day) for day in row["weekdays"])),
        language=row["language"],
        style=Style(row["style"]),
        options=ChannelOptions(**{name: row[name] for name in OPTIONS}),
        subscription=read_rule(" ".join(words)).subscription if words else Subscription(),
        paused=row["paused"],
        paused_until=row["paused_until"],
        resting_since=row["resting_since"],
        created_at=row["created_at"],
    )


def _write_terms(connection: Connection, channel_id: int, rule: Subscription, now: datetime, origin: str) -> None:
    """Make the stored terms those of the rule; a term that stays keeps its origin."""
    kept = origins(connection, channel_id)
    wanted = terms(rule)
    gone = [term for term in kept if term not in wanted]
    if gone:
        connection.execute(
            delete(subscriptions).where(subscriptions.c.channel_id == channel_id, subscriptions.c.term.in_(gone))
        )
    added = [
        {"channel_id": channel_id, "term": term, "position": position, "origin": origin, "created_at": now}
        for position, term in enumerate(wanted)
        if term not in kept
    ]
    if added:
        connection.execute(insert(subscriptions), added)


def _terms(connection: Connection, ids: Iterable[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    for portion in portions(ids):
        query = (
            select(subscriptions.c.channel_id, subscriptions.c.term)
            .where(subscriptions.c.channel_id.in_(portion))
            .order_by(subscriptions.c.channel_id, subscriptions.c.position, subscriptions.c.created_at)
        )
        for channel_id, term in connection.execute(query):
            found.setdefault(channel_id, []).append(term)
    return found
