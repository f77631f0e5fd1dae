"""Keep what was told of what is broken: a row before each message, fenced like a delivery, gone once it is healed."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, select, update

from bot.digest.alert import Alert, Cause, Sending, Trouble, alert_id
from bot.digest.ledger import LEASE
from bot.model import ChannelAddress
from bot.storage.engine import snapshot, transaction
from bot.storage.inserts import insert_new
from bot.storage.tables import alerts
from bot.storage.troubles import has_posted_since, read_causes

_Key = tuple[str, str, str]


class AlertStore:
    """Say what has to be told, and write down what was; safe for several processes. Raises StorageError."""

    def __init__(self, engine: Engine, *, lease: timedelta = LEASE) -> None:
        self._engine = engine
        self.lease = lease

    def look(self, now: datetime) -> list[Alert]:
        """Write down what has broken, forget what is healed, and return what is broken: each with what was told.

        An alert that waits, or that somebody is sending, is left out.
        """
        with snapshot(self._engine) as connection:
            causes, kept = read_causes(connection, now), _kept(connection)
            news = [cause for cause in causes if _key(cause) not in kept]
            healed = [row["id"] for row in kept.values() if _is_healed(connection, row, causes)]
        if news or healed:
            with transaction(self._engine) as connection:
                connection.execute(delete(alerts).where(alerts.c.id.in_(healed)))
                insert_new(connection, alerts, [_new(cause, now) for cause in news])
                kept = _kept(connection)
        ready = [row for row in kept.values() if row["wake_at"] is None or row["wake_at"] <= now]
        broken = {_key(cause): cause for cause in causes}
        return [_build(row, broken.get((row["platform"], row["workspace"], row["cause"]))) for row in ready]

    def claim(self, alert: Alert, destination: ChannelAddress, payload: str, now: datetime) -> Sending | None:
        """Take an alert up to send it, None where somebody else has. What may have been sent stays as it was."""
        if alert.unsure and alert.destination and alert.payload is not None:
            destination, payload = alert.destination, alert.payload
        first, last = alert.first_sent_at or now, alert.last_sent_at or now
        values = {
            "attempt": alert.attempt + 1,
            "destination": str(destination),
            "payload": payload,
            "wake_at": now + self.lease,
            "first_sent_at": first,
            "last_sent_at": last,
        }
        if not self._write(alert, values):
            return None
        return Sending(alert.id, alert.attempt + 1, destination, payload, first, last, alert.unsure)

    def resend(self, mine: Sending, now: datetime) -> Sending | None:
        """Renew the right for a second send, None where somebody else has it by now."""
        values = {"attempt": mine.attempt + 1, "wake_at": now + self.lease, "last_sent_at": now}
        if not self._write(mine, values):
            return None
        return replace(mine, attempt=mine.attempt + 1, last_sent_at=now, unsure=False)

    def told(self, mine: Sending, message_id: str) -> None:
        """Write down that an alert arrived."""
        self._write(mine, {"message_id": message_id, "wake_at": None})

    def redrawn(self, alert: Alert, payload: str) -> None:
        """Write down what the message of an alert says now."""
        self._write(alert, {"payload": payload})

    def put_off(self, one: Alert | Sending, until: datetime, *, stored: bool) -> None:
        """Let an alert wait; `stored` says that its message may be there, and has to be looked up first."""
        sent = {} if stored else {"first_sent_at": None, "last_sent_at": None}
        self._write(one, {"wake_at": until, **sent})

    def find(self, wanted: str, now: datetime) -> Alert | None:
        """Return an alert by its id, None once its cause is healed and nothing is left of it."""
        with snapshot(self._engine) as connection:
            row = connection.execute(select(alerts).where(alerts.c.id == wanted)).mappings().first()
            if row is None:
                return None
            mine = (row["platform"], row["workspace"], row["cause"])
            return _build(row, next((each for each in read_causes(connection, now) if _key(each) == mine), None))

    def _write(self, one: Alert | Sending, values: dict[str, object]) -> bool:
        own = (alerts.c.id == one.id, alerts.c.attempt == one.attempt)
        with transaction(self._engine) as connection:
            return connection.execute(update(alerts).where(*own).values(values)).rowcount == 1


def forget_workspace(connection: Connection, platform: str, workspace: str) -> None:
    """Forget that a workspace refused our credentials: it has given us new ones."""
    own = (alerts.c.platform == platform, alerts.c.workspace == workspace)
    connection.execute(delete(alerts).where(*own, alerts.c.cause == Trouble.LOCKED_OUT.value))


def _key(cause: Cause) -> _Key:
    return cause.platform, cause.workspace, cause.key


def _kept(connection: Connection) -> dict[_Key, RowMapping]:
    rows = connection.execute(select(alerts).order_by(alerts.c.since, alerts.c.id)).mappings()
    return {(row["platform"], row["workspace"], row["cause"]): row for row in rows}


def _is_healed(connection: Connection, row: RowMapping, causes: list[Cause]) -> bool:
    """Say whether what an alert tells of is no more.

    Every start trusts credentials anew before it knows them to be good: only a message that arrived shows that.
    """
    key = (row["platform"], row["workspace"], row["cause"])
    if any(_key(cause) == key for cause in causes):
        return False
    if row["cause"] != Trouble.LOCKED_OUT.value:
        return True
    return has_posted_since(connection, row["platform"], row["workspace"], row["since"])


def _new(cause: Cause, now: datetime) -> dict[str, object]:
    return {
        "id": alert_id(cause.platform, cause.workspace, cause.key, now),
        "platform": cause.platform,
        "workspace": cause.workspace,
        "cause": cause.key,
        "since": now,
        "attempt": 0,
        "wake_at": now,
    }


def _build(row: RowMapping, cause: Cause | None) -> Alert:
    return Alert(
        id=row["id"],
        attempt=row["attempt"],
        cause=cause,
        destination=ChannelAddress.read(row["destination"]) if row["destination"] else None,
        payload=row["payload"],
        message_id=row["message_id"],
        first_sent_at=row["first_sent_at"],
        last_sent_at=row["last_sent_at"],
    )
