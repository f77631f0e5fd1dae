"""Say what keeps a delivery waiting that somebody asked for, and what to do about it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, tuple_

from bot.digest.ledger import Delivery, State
from bot.sentences import Sentence, sentence
from bot.storage.deliveries import build_delivery, rows
from bot.storage.tables import blocks, deliveries


def read_open_before(connection: Connection, delivery: Delivery) -> Sequence[Delivery]:
    """Return what is open in the same channel and comes first, in order."""
    place = (deliveries.c.local_date, deliveries.c.edition, deliveries.c.part)
    mine = (delivery.local_date, delivery.edition, delivery.part)
    query = rows().where(deliveries.c.channel_id == delivery.channel_id, deliveries.c.wake_at.is_not(None))
    found = connection.execute(query.where(tuple_(*place) < tuple_(*mine)).order_by(*place)).mappings()
    return [build_delivery(row) for row in found]


def read_obstacle(connection: Connection, delivery: Delivery) -> Sentence | None:
    """Return why an open delivery isn't posted, None where nothing but its own time keeps it."""
    own = (blocks.c.platform == delivery.address.platform, blocks.c.workspace == delivery.address.workspace)
    refused = connection.scalar(select(blocks.c.reason).where(*own))
    if refused is not None:
        return sentence("The platform refuses my credentials: {reason}", reason=refused)
    earlier = next(iter(read_open_before(connection, delivery)), None)
    return None if earlier is None else _comes_first(earlier)


def _comes_first(earlier: Delivery) -> Sentence:
    day, reason = earlier.local_date.isoformat(), earlier.error or sentence("it has not been sent yet")
    until = f"{earlier.wake_at:%Y-%m-%d %H:%M:%S} UTC" if earlier.wake_at else ""
    if earlier.state is State.SENDING:
        return sentence(
            "The digest of {date} comes first in this channel, and it isn't known whether it was posted ({reason}). "
            "It is looked up again at {until}; run this again after that.",
            date=day,
            reason=reason,
            until=until,
        )
    return sentence(
        "The digest of {date} comes first in this channel and waits until {until} ({reason}). Run this again after "
        "that, or withdraw it with `paperboy deliveries cancel {id}`.",
        date=day,
        until=until,
        reason=reason,
        id=earlier.id,
    )
