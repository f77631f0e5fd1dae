"""Read what is broken now: channels that refuse, workspaces that refuse our credentials, digests nobody can tell of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.digest.alert import NOBODY, Cause, Trouble
from bot.digest.ledger import State
from bot.model import ChannelAddress
from bot.sentences import Sentence, sentence
from bot.storage.tables import audit, blocks, channels, deliveries, subscriptions

# What nobody could tell of is told of for as long as somebody may still look it up in the channel.
AMBIGUOUS_FOR = timedelta(days=7)


def read_causes(connection: Connection, now: datetime) -> list[Cause]:
    """Return everything that is broken, in the order of platforms and workspaces."""
    found = [*_resting(connection), *_locked_out(connection), *_ambiguous(connection, now)]
    return sorted(found, key=lambda cause: (cause.platform, cause.workspace, cause.key))


def has_posted_since(connection: Connection, platform: str, workspace: str, since: datetime) -> bool:
    """Say whether anything has arrived in a workspace after an instant: its credentials are good again."""
    query = (
        select(deliveries.c.id)
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .where(channels.c.platform == platform, channels.c.workspace == workspace)
        .where(deliveries.c.state == State.POSTED, deliveries.c.settled_at > since)
    )
    return connection.scalar(query.limit(1)) is not None


def _resting(connection: Connection) -> list[Cause]:
    """Gather the resting channels that have a rule by workspace and reason."""
    query = (
        select(channels)
        .where(channels.c.resting_since.is_not(None))
        .where(channels.c.id.in_(select(subscriptions.c.channel_id)))
        .order_by(channels.c.platform, channels.c.workspace, channels.c.channel)
    )
    together = defaultdict(list)
    for row in connection.execute(query).mappings():
        reason: Sentence = row["resting_reason"] or sentence("The platform refuses the channel.")
        together[row["platform"], row["workspace"], str(reason)].append((row, reason))
    subscribers = _subscribers(connection, (rows[0][0]["id"] for rows in together.values()))
    return [
        Cause(
            platform,
            workspace,
            Trouble.RESTING,
            rows[0][1],
            tuple(ChannelAddress(platform, workspace, row["channel"]) for row, _ in rows),
            rows[0][0]["language"],
            subscribers.get(rows[0][0]["id"]),
        )
        for (platform, workspace, _), rows in together.items()
    ]


def _locked_out(connection: Connection) -> list[Cause]:
    found = []
    for row in connection.execute(select(blocks)).mappings():
        workspace = (channels.c.platform == row["platform"], channels.c.workspace == row["workspace"])
        one = connection.execute(select(channels.c.id, channels.c.language).where(*workspace).limit(1)).first()
        subscriber = _subscribers(connection, [one.id]).get(one.id) if one else None
        language = one.language if one else "ko"
        found.append(
            Cause(
                row["platform"],
                row["workspace"],
                Trouble.LOCKED_OUT,
                row["reason"],
                language=language,
                subscriber=subscriber,
            )
        )
    return found


def _ambiguous(connection: Connection, now: datetime) -> list[Cause]:
    query = (
        select(
            deliveries.c.id,
            deliveries.c.local_date,
            deliveries.c.error,
            channels.c.platform,
            channels.c.workspace,
            channels.c.channel,
            channels.c.language,
            deliveries.c.channel_id,
        )
        .join(channels, channels.c.id == deliveries.c.channel_id)
        .where(deliveries.c.state == State.AMBIGUOUS, deliveries.c.settled_at > now - AMBIGUOUS_FOR)
        .where(deliveries.c.first_sent_at.is_not(None))
    )
    rows = connection.execute(query).all()
    subscribers = _subscribers(connection, (row.channel_id for row in rows))
    return [
        Cause(
            row.platform,
            row.workspace,
            Trouble.AMBIGUOUS,
            row.error or sentence("There was no answer."),
            (ChannelAddress(row.platform, row.workspace, row.channel),),
            row.language,
            subscribers.get(row.channel_id),
            row.id,
            row.local_date,
        )
        for row in rows
    ]


def _subscribers(connection: Connection, ids: Iterable[int]) -> Mapping[int, str]:
    """Return who changed each channel last, where a person did."""
    wanted = list(ids)
    if not wanted:
        return {}
    last = (
        select(func.max(audit.c.id))
        .where(audit.c.channel_id.in_(wanted), audit.c.person.not_in(NOBODY))
        .group_by(audit.c.channel_id)
    )
    return {
        row.channel_id: row.person
        for row in connection.execute(select(audit.c.channel_id, audit.c.person).where(audit.c.id.in_(last)))
    }
