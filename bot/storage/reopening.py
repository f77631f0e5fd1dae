"""Take up again what was settled without being posted."""

from datetime import datetime

from sqlalchemy import Connection, case, null, update

from bot.digest.ledger import Delivery, State
from bot.storage.inserts import insert_new
from bot.storage.tables import deliveries, delivery_entries

UNPOSTED = (State.FAILED, State.EXPIRED, State.CANCELLED, State.AMBIGUOUS, State.SKIPPED)


def reopen(connection: Connection, delivery: Delivery, now: datetime, *, look: bool = True) -> bool:
    """Put an unposted delivery back with its thread; False where it isn't one.

    What was composed is sent as it was, and its entries are promised again; the rest is composed anew. With `look`,
    what may have arrived is looked up first. It is due since now: what somebody asks for isn't too old to be posted.
    """
    unsure = look and delivery.first_sent_at is not None
    sent = {} if unsure else {"first_sent_at": None, "last_sent_at": None}
    changed = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery.id, deliveries.c.state.in_(UNPOSTED))
        .values(
            state=State.SENDING if unsure else State.PENDING,
            due_at=now,
            wake_at=now,
            settled_at=None,
            entries=case((deliveries.c.payload.is_(None), null()), else_=deliveries.c.entries),
            revision=case((deliveries.c.payload.is_(None), null()), else_=deliveries.c.revision),
            **sent,
        )
    )
    if changed.rowcount == 0:
        return False
    _promise_again(connection, delivery)
    connection.execute(
        update(deliveries)
        .where(deliveries.c.channel_id == delivery.channel_id, deliveries.c.local_date == delivery.local_date)
        .where(deliveries.c.edition == delivery.edition, deliveries.c.part > delivery.part)
        .where(deliveries.c.state.in_(UNPOSTED))
        .values(state=State.PENDING, wake_at=now, settled_at=None)
    )
    return True


def _promise_again(connection: Connection, delivery: Delivery) -> None:
    promised = [
        {"channel_id": delivery.channel_id, "entry_id": entry, "delivery_id": delivery.id}
        for entry in delivery.entries or ()
    ]
    insert_new(connection, delivery_entries, promised)
