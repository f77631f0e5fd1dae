"""Write down what became of a delivery, and of the channel or workspace it was for.

Each function is one step inside the caller's transaction. A change to a row that somebody sends names the attempt it
was claimed with, so that whoever comes too late changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Delete, Update, bindparam, delete, func, literal, select, update

from bot.digest.ledger import Arrived, Claim, Delivery, State
from bot.model import ChannelAddress
from bot.sentences import Sentence
from bot.storage.deliveries import fence, fenced_update
from bot.storage.inserts import insert_new
from bot.storage.tables import blocks, channels, deliveries, delivery_entries, meta
from bot.storage.tables.base import Strings


def posted(connection: Connection, arrived: Sequence[Arrived]) -> list[Arrived]:
    """Settle deliveries that arrived; returns those that nobody else has taken over."""
    query = (
        select(deliveries.c.id, deliveries.c.attempt)
        .where(deliveries.c.id.in_([one.claim.delivery_id for one in arrived]), deliveries.c.state == State.SENDING)
        .order_by(deliveries.c.id)  # whoever locks several rows locks them in this order
        .with_for_update()
    )
    attempts = {row.id: row.attempt for row in connection.execute(query)}
    mine = [one for one in arrived if attempts.get(one.claim.delivery_id) == one.claim.attempt]
    if mine:
        connection.execute(fenced_update(), [_as_posted(one) for one in mine])
    return mine


def _as_posted(one: Arrived) -> dict[str, object]:
    return fence(one.claim) | {
        "state": State.POSTED.value,
        "wake_at": None,
        "settled_at": one.at,
        "platform_message_id": one.message_id,
        "error_class": None,
        "error": None,
    }


def not_sent(connection: Connection, mine: Claim, until: datetime, error_class: str, error: Sentence) -> None:
    """Put a delivery back that was certainly not stored; the attempt isn't spent."""
    values = {
        "state": State.PENDING.value,
        "wake_at": until,
        "attempt": mine.attempt - 1,
        "first_sent_at": None,
        "last_sent_at": None,
        "error_class": error_class,
        "error": error,
    }
    connection.execute(fenced_update(), fence(mine) | values)


def put_off(connection: Connection, delivery_id: str, until: datetime, error_class: str, error: Sentence) -> None:
    """Let a delivery wait that could not be taken up."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.wake_at.is_not(None))
        .values(wake_at=until, error_class=error_class, error=error)
    )


def unsure(connection: Connection, mine: Claim, until: datetime, error_class: str, error: Sentence) -> None:
    """Leave a delivery `sending`, to be looked up after `until`."""
    values = {"wake_at": until, "error_class": error_class, "error": error}
    connection.execute(fenced_update(), fence(mine) | values)


def give_up(
    connection: Connection,
    mine: Claim,
    state: State,
    now: datetime,
    error_class: str,
    error: Sentence,
    *,
    surely_not_stored: bool = False,
) -> bool:
    """Settle a delivery that can't be posted, and with it the parts that would have followed; False if taken over."""
    values: dict[str, object] = {
        "state": state.value,
        "wake_at": None,
        "settled_at": now,
        "error_class": error_class,
        "error": error,
    }
    own = values | ({"first_sent_at": None, "last_sent_at": None} if surely_not_stored else {})
    if connection.execute(fenced_update(), fence(mine) | own).rowcount == 0:
        return False
    digest = select(deliveries.c.channel_id, deliveries.c.local_date, deliveries.c.edition).where(
        deliveries.c.id == mine.delivery_id
    )
    channel_id, local_date, edition = connection.execute(digest).one()
    connection.execute(
        update(deliveries)
        .where(deliveries.c.channel_id == channel_id, deliveries.c.local_date == local_date)
        .where(deliveries.c.edition == edition, deliveries.c.state == State.PENDING)
        .values(values)
    )
    return True


def settle(
    connection: Connection, delivery: Delivery, state: State, now: datetime, *, error: Sentence | None = None
) -> None:
    """Settle an unsent delivery (see `settle_all`)."""
    settle_all(connection, [delivery], state, now, error=error)


def settle_all(
    connection: Connection,
    found: Sequence[Delivery],
    state: State,
    now: datetime,
    *,
    error: Sentence | None = None,
) -> None:
    """Settle unsent deliveries, with every open part of their digests, and let their entries go.

    The fate of their dates is decided with that: the revision of the notes is written down.
    """
    if found:
        digests = [
            {"of_channel": one.channel_id, "of_date": one.local_date, "of_edition": one.edition} for one in found
        ]
        became = {"now_state": state.value, "at": now, "reason": error}
        connection.execute(_settle_unsent(), [digest | became for digest in digests])
        connection.execute(_release(), digests)


def _of_digest() -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries.c.channel_id == bindparam("of_channel"),
        deliveries.c.local_date == bindparam("of_date"),
        deliveries.c.edition == bindparam("of_edition"),
    )


@cache
def _settle_unsent() -> Update:
    return (
        update(deliveries)
        .where(*_of_digest(), deliveries.c.wake_at.is_not(None))
        .values(
            state=bindparam("now_state"),
            wake_at=None,
            settled_at=bindparam("at"),
            error=bindparam("reason"),
            revision=func.coalesce(deliveries.c.revision, select(meta.c.revision).scalar_subquery()),
            entries=func.coalesce(deliveries.c.entries, literal((), Strings)),
        )
    )


@cache
def _release() -> Delete:
    """Let the entries of digests go that will not be posted, so that another may have them."""
    gone = select(deliveries.c.id).where(*_of_digest())
    return delete(delivery_entries).where(delivery_entries.c.delivery_id.in_(gone))


def withdraw(connection: Connection, delivery: Delivery) -> bool:
    """Leave a failed or ambiguous digest be, with its parts; its entries stay promised. False where it is neither."""
    changed = connection.execute(
        update(deliveries)
        .where(deliveries.c.channel_id == delivery.channel_id, deliveries.c.local_date == delivery.local_date)
        .where(deliveries.c.edition == delivery.edition)
        .where(deliveries.c.state.in_((State.FAILED, State.AMBIGUOUS)))
        .values(state=State.CANCELLED.value)
    )
    return changed.rowcount > 0


def rest(connection: Connection, channel_id: int, now: datetime, reason: Sentence) -> bool:
    """Let a channel rest that refused, and say why; True where that is new. The first reason stays."""
    newly = connection.execute(
        update(channels)
        .where(channels.c.id == channel_id, channels.c.resting_since.is_(None))
        .values(resting_since=now, resting_reason=reason, tried_at=now, version=channels.c.version + 1)
    )
    if newly.rowcount == 0:
        connection.execute(update(channels).where(channels.c.id == channel_id).values(tried_at=now))
    return newly.rowcount == 1


def wake(connection: Connection, channel_id: int, now: datetime) -> bool:
    """Take a channel up again and put its failed digests back; False where it wasn't resting."""
    woken = connection.execute(
        update(channels)
        .where(channels.c.id == channel_id, channels.c.resting_since.is_not(None))
        .values(resting_since=None, resting_reason=None, tried_at=None, version=channels.c.version + 1)
    )
    if woken.rowcount == 0:
        return False
    retry_failed(connection, channel_id, now)
    return True


def try_again(connection: Connection, channel_id: int, now: datetime) -> None:
    """Put a channel's failed digests back, to be tried at once. A channel that rests does so until one arrives."""
    connection.execute(update(channels).where(channels.c.id == channel_id).values(tried_at=None))
    retry_failed(connection, channel_id, now)


def retry_failed(connection: Connection, channel_id: int, now: datetime) -> None:
    """Put the failed deliveries of a channel back: those that may have arrived are looked up first."""
    failed = (deliveries.c.channel_id == channel_id, deliveries.c.state == State.FAILED)
    connection.execute(
        update(deliveries)
        .where(*failed, deliveries.c.first_sent_at.is_not(None))
        .values(state=State.SENDING, wake_at=now, settled_at=None)
    )
    connection.execute(update(deliveries).where(*failed).values(state=State.PENDING, wake_at=now, settled_at=None))
    connection.execute(
        update(deliveries)
        .where(deliveries.c.channel_id == channel_id, deliveries.c.wake_at.is_not(None), deliveries.c.wake_at > now)
        .where(deliveries.c.state == State.PENDING)
        .values(wake_at=now)
    )


def block(connection: Connection, address: ChannelAddress, now: datetime, reason: Sentence) -> bool:
    """Send nothing to a workspace that refuses our credentials; True where that is new."""
    before = connection.scalar(select(func.count()).select_from(blocks).where(*_workspace(address)))
    row = {"platform": address.platform, "workspace": address.workspace, "since": now, "reason": reason}
    insert_new(connection, blocks, [row])
    return before == 0


def mend(connection: Connection, platform: str, workspace: str | None = None) -> int:
    """Send again to a workspace, or to all of a platform's; returns how many were blocked."""
    mended = delete(blocks).where(blocks.c.platform == platform)
    if workspace is not None:
        mended = mended.where(blocks.c.workspace == workspace)
    return connection.execute(mended).rowcount


def _workspace(address: ChannelAddress) -> tuple[ColumnElement[bool], ...]:
    return blocks.c.platform == address.platform, blocks.c.workspace == address.workspace
