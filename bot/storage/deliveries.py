"""The ledger's rows: how one is read, written and named in a condition."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Update,
    bindparam,
    exists,
    false,
    func,
    select,
    true,
    tuple_,
    update,
)

from bot.digest.ledger import Claim, Delivery, State, delivery_id
from bot.model import Channel, ChannelAddress
from bot.storage.chunks import portions
from bot.storage.tables import blocks, channels, deliveries

_earlier = deliveries.alias("earlier")


def rows() -> "Select[tuple[object, ...]]":
    """Select rows of the ledger with what `build_delivery` needs of their channels."""
    return select(
        deliveries,
        channels.c.platform,
        channels.c.workspace,
        channels.c.channel,
        channels.c.resting_since,
        channels.c.tried_at,
        channels.c.version,
    ).join(channels, channels.c.id == deliveries.c.channel_id)


def build_delivery(row: RowMapping) -> Delivery:
    """Build a delivery from a row of the ledger joined with its channel."""
    return Delivery(
        id=row["id"],
        channel_id=row["channel_id"],
        address=ChannelAddress(row["platform"], row["workspace"], row["channel"]),
        local_date=row["local_date"],
        edition=row["edition"],
        part=row["part"],
        due_at=row["due_at"],
        state=State(row["state"]),
        attempt=row["attempt"],
        wake_at=row["wake_at"],
        entries=row["entries"],
        first_sent_at=row["first_sent_at"],
        last_sent_at=row["last_sent_at"],
        settled_at=row["settled_at"],
        message_id=row["platform_message_id"],
        error_class=row["error_class"],
        error=row["error"],
    )


def read_delivery(connection: Connection, wanted: str) -> Delivery | None:
    """Return a delivery by its id."""
    row = connection.execute(rows().where(deliveries.c.id == wanted)).mappings().first()
    return None if row is None else build_delivery(row)


def new_row(channel: Channel, local_date: date, edition: int, due_at: datetime) -> dict[str, object]:
    """Return the row of a digest's first part, due at `due_at`."""
    return {
        "id": delivery_id(channel.address, local_date, 0, edition),
        "channel_id": channel.id,
        "local_date": local_date,
        "edition": edition,
        "part": 0,
        "due_at": due_at,
        "state": State.PENDING.value,
        "wake_at": due_at,
        "attempt": 0,
    }


# Both conditions ask for a value, not for existence: a planner may turn an EXISTS into a join of all that is due, while
# a value is looked up row by row, in the order of the index, for the few rows that are wanted.


def is_first_in_line() -> ColumnElement[bool]:
    """Say in SQL that no earlier part of the same channel is open."""
    mine = (deliveries.c.local_date, deliveries.c.edition, deliveries.c.part)
    theirs = (_earlier.c.local_date, _earlier.c.edition, _earlier.c.part)
    before = _earlier.c.channel_id == deliveries.c.channel_id, tuple_(*theirs) < tuple_(*mine)
    waits = select(false()).where(*before, _earlier.c.wake_at.is_not(None)).limit(1)
    return func.coalesce(waits.scalar_subquery(), true())


def is_served(platforms: Sequence[str] | None = None) -> ColumnElement[bool]:
    """Say in SQL that the workspace takes our credentials, and that its platform is one of these, if any are given."""
    blocked = exists().where(blocks.c.platform == channels.c.platform, blocks.c.workspace == channels.c.workspace)
    served = select(true()).where(channels.c.id == deliveries.c.channel_id, ~blocked)
    if platforms is not None:
        served = served.where(channels.c.platform.in_(platforms))
    return func.coalesce(served.scalar_subquery(), false())


@cache
def fenced_update() -> Update:
    """Return the update of a claim's own row; the values to set are given with the parameters of `fence`."""
    return update(deliveries).where(
        deliveries.c.id == bindparam("own_id"),
        deliveries.c.attempt == bindparam("own_attempt"),
        deliveries.c.state == State.SENDING.value,
    )


def fence(mine: Claim) -> dict[str, object]:
    """Return the parameters that name a claim's own row."""
    return {"own_id": mine.delivery_id, "own_attempt": mine.attempt}


def read_deliveries(connection: Connection, ids: Iterable[str]) -> list[Delivery]:
    """Return deliveries by id, first parts only, in the order of channels and dates."""
    found: list[Delivery] = []
    for portion in portions(sorted(set(ids))):
        query = rows().where(deliveries.c.id.in_(portion), deliveries.c.part == 0)
        found += [build_delivery(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda one: (str(one.address), one.local_date, one.edition))


def as_sending(mine: Claim) -> dict[str, object]:
    """Return what a claim changes in its row."""
    return {
        "of_id": mine.delivery_id,
        "state": State.SENDING.value,
        "attempt": mine.attempt,
        "wake_at": mine.lease_until,
        "first_sent_at": mine.first_sent_at,
        "last_sent_at": mine.last_sent_at,
    }


def update_rows(connection: Connection, changed: Sequence[Mapping[str, object]]) -> None:
    """Change rows by `of_id`; all name the same columns."""
    if changed:
        connection.execute(_by_id(), changed)


@cache
def _by_id() -> Update:
    return update(deliveries).where(deliveries.c.id == bindparam("of_id"))
