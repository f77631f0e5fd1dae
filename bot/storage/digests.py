"""What people and operators do with digests: configure channels, look at the ledger, ask for a date again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, select, update

from bot.digest.alert import Alert
from bot.digest.compose import Digest
from bot.digest.composer import Composer
from bot.digest.ledger import Delivery, State, delivery_id
from bot.digest.schedule import instant
from bot.model import Channel, ChannelAddress, TagCount
from bot.ports import Clock
from bot.sentences import Sentence, sentence
from bot.storage import settling
from bot.storage.alerts import AlertStore
from bot.storage.browse import read_tag_counts
from bot.storage.channels import (
    AuditRow,
    add_channel,
    change_channel,
    read_audit,
    read_channel,
    read_channels,
    write_audit,
)
from bot.storage.deliveries import build_delivery, new_row, read_delivery, rows
from bot.storage.engine import snapshot, transaction
from bot.storage.inserts import insert_new
from bot.storage.material import MaterialReader
from bot.storage.obstacles import read_obstacle, read_open_before
from bot.storage.recall import read_revision
from bot.storage.reopening import UNPOSTED, reopen
from bot.storage.tables import channels, deliveries, heartbeats
from bot.storage.views import ChannelView, read_last_action, read_tags_by_day, read_view


@dataclass(frozen=True, slots=True)
class Change:
    """A change to be written with its audit row; `before` and `after` are as `channel_text` writes them."""

    person: str
    action: str
    before: str
    after: str


class DigestStore:
    """Answer about channels and deliveries, and change them; each method is one transaction. Raises StorageError."""

    def __init__(self, engine: Engine, composer: Composer, clock: Clock) -> None:
        self._engine = engine
        self._composer = composer
        self._clock = clock
        self._material = MaterialReader()

    def channel(self, address: ChannelAddress) -> Channel | None:
        """Return a configured channel, None where nobody has configured it."""
        with snapshot(self._engine) as connection:
            return read_channel(connection, address)

    def channels(self) -> list[Channel]:
        """Return every configured channel, in the order of addresses."""
        with snapshot(self._engine) as connection:
            return read_channels(connection)

    def view(self, address: ChannelAddress) -> ChannelView | None:
        """Return a channel with what its ledger says."""
        with snapshot(self._engine) as connection:
            channel = read_channel(connection, address)
            return None if channel is None else read_view(connection, channel)

    def save(self, channel: Channel, change: Change, origin: str = "person") -> Channel:
        """Write a channel, new where its id is 0, and who changed it."""
        now = self._clock.now()
        with transaction(self._engine) as connection:
            if channel.id == 0:
                channel = add_channel(connection, channel, now, origin)
            else:
                change_channel(connection, channel, now, origin)
            row = AuditRow(now, change.person, change.action, change.before, change.after)
            write_audit(connection, channel.id, row)
        return channel

    def resume(self, channel: Channel, change: Change, skipped: date) -> None:
        """Write a channel that was paused; the dates up to `skipped` are decided with that."""
        now = self._clock.now()
        with transaction(self._engine) as connection:
            change_channel(connection, channel, now, "person")
            row = new_row(channel, skipped, 0, instant(skipped, channel.schedule))
            settled = {"state": State.SKIPPED.value, "wake_at": None, "settled_at": now, "entries": ()}
            insert_new(connection, deliveries, [row | settled | {"revision": read_revision(connection)}])
            connection.execute(
                update(channels)
                .where(channels.c.id == channel.id)
                .where(func.coalesce(channels.c.planned_through, date.min) < skipped)
                .values(planned_through=skipped)
            )
            change_channel(connection, channel, now, "person")
            audit_row = AuditRow(now, change.person, change.action, change.before, change.after)
            write_audit(connection, channel.id, audit_row)

    def changes(self, channel: Channel, limit: int = 20) -> list[AuditRow]:
        """Return a channel's last changes, newest first."""
        with snapshot(self._engine) as connection:
            return read_audit(connection, channel.id, limit)

    def last_action(self, address: ChannelAddress, person: str) -> str | None:
        """Return what somebody did last in a channel, None where they never did anything."""
        with snapshot(self._engine) as connection:
            return read_last_action(connection, address, person)

    def tag_counts(self) -> Sequence[TagCount]:
        """Return the tags, most used first."""
        with snapshot(self._engine) as connection:
            return read_tag_counts(connection)

    def tags_by_day(self, days: int) -> "list[list[frozenset[str]]]":
        """Return, for the last days that have notes, the folded tags of each entry."""
        with snapshot(self._engine) as connection:
            return read_tags_by_day(connection, days)

    def preview(self, channel: Channel, local_date: date) -> Digest:
        """Return what a channel gets, or has got, on a date."""
        with snapshot(self._engine) as connection:
            revision, on_this_day = read_revision(connection), channel.options.on_this_day
            material = self._material.read(connection, channel.id, local_date, revision, on_this_day=on_this_day)
        return self._composer.choose(channel, _imagined(channel, local_date), material)

    def delivery(self, wanted: str) -> Delivery | None:
        """Return a delivery by its id."""
        with snapshot(self._engine) as connection:
            return read_delivery(connection, wanted)

    def deliveries(
        self, *, state: State | None = None, channel: Channel | None = None, limit: int | None = None
    ) -> list[Delivery]:
        """Return deliveries, the latest date first, each digest's parts in order."""
        query = rows().order_by(deliveries.c.local_date.desc(), deliveries.c.channel_id, deliveries.c.part)
        if state is not None:
            query = query.where(deliveries.c.state == state)
        if channel is not None:
            query = query.where(deliveries.c.channel_id == channel.id, deliveries.c.part == 0)
        with snapshot(self._engine) as connection:
            return [build_delivery(row) for row in connection.execute(query.limit(limit)).mappings()]

    def open_before(self, wanted: str) -> list[str]:
        """Return the ids of what is open in a delivery's channel and comes first, in order."""
        with snapshot(self._engine) as connection:
            found = read_delivery(connection, wanted)
            return [] if found is None else [one.id for one in read_open_before(connection, found)]

    def obstacle(self, delivery: Delivery) -> Sentence | None:
        """Return what keeps an open delivery waiting, with what to do; None where nothing but its time does."""
        with snapshot(self._engine) as connection:
            return read_obstacle(connection, delivery)

    def ask_for(self, channel: Channel, local_date: date, *, again: bool) -> str | None:
        """Owe a channel a date's digest now; returns the delivery's id, None where there is nothing to post.

        A date that was skipped, failed or expired is taken up again. One that has been posted gets what it hasn't
        had; `again` ignores what was delivered.
        """
        with transaction(self._engine) as connection:
            return self._ask_for(connection, channel, local_date, again=again)

    def catch_up(self, channel: Channel, dates: Sequence[date]) -> int:
        """Owe a channel the dates it hasn't had; returns how many."""
        with transaction(self._engine) as connection:
            asked = [self._ask_for(connection, channel, day, again=False, only_missing=True) for day in dates]
        return sum(one is not None for one in asked)

    def resend(self, delivery: Delivery) -> bool:
        """Send a delivery again that is settled without having been posted, without looking: a person has."""
        now = self._clock.now()
        with transaction(self._engine) as connection:
            reopened = reopen(connection, delivery, now, look=False)
            settling.try_again(connection, delivery.channel_id, now)
        return reopened

    def cancel(self, delivery: Delivery) -> bool:
        """Withdraw a delivery that is pending, failed or ambiguous; False where it is being sent or otherwise settled.

        The entries of a pending one may come another time; of one that was sent nobody knows, so they don't.
        """
        with transaction(self._engine) as connection:
            found = read_delivery(connection, delivery.id)
            if found is None or found.state is not State.PENDING:
                return settling.withdraw(connection, delivery)
            reason = sentence("cancelled by an operator")
            settling.settle(connection, found, State.CANCELLED, self._clock.now(), error=reason)
            return True

    def alert(self, wanted: str) -> Alert | None:
        """Return what was told of something broken; its cause is None once that is healed."""
        return AlertStore(self._engine).find(wanted, self._clock.now())

    def mend(self, platform: str, workspace: str) -> None:
        """Trust a workspace's credentials again."""
        with transaction(self._engine) as connection:
            settling.mend(connection, platform, workspace)

    def retry(self, channel: Channel) -> None:
        """Try a resting channel again at once, with what failed, and trust its workspace's credentials."""
        now = self._clock.now()
        with transaction(self._engine) as connection:
            settling.mend(connection, channel.address.platform, channel.address.workspace)
            settling.try_again(connection, channel.id, now)

    def heartbeat(self) -> datetime | None:
        """Return when a runner last looked, None where none ever has."""
        with snapshot(self._engine) as connection:
            found: datetime | None = connection.scalar(select(func.max(heartbeats.c.at)))
            return found

    def counts(self) -> "dict[str, int]":
        """Count the deliveries by state."""
        with snapshot(self._engine) as connection:
            query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
            return {state: count for state, count in connection.execute(query)}  # noqa: C416 - rows are no pairs

    def oldest_due(self) -> datetime | None:
        """Return since when the oldest open delivery has been due, None while nothing is open."""
        with snapshot(self._engine) as connection:
            found: datetime | None = connection.scalar(
                select(func.min(deliveries.c.due_at)).where(
                    deliveries.c.state.in_((State.PENDING, State.SENDING)), deliveries.c.due_at <= self._clock.now()
                )
            )
            return found

    def _ask_for(
        self, connection: Connection, channel: Channel, day: date, *, again: bool, only_missing: bool = False
    ) -> str | None:
        now = self._clock.now()
        connection.execute(update(channels).where(channels.c.id == channel.id).values(tried_at=None))
        first = delivery_id(channel.address, day, 0)
        found = read_delivery(connection, first)
        if found is None:
            insert_new(connection, deliveries, [new_row(channel, day, 0, now)])
            return first
        if found.state in UNPOSTED and reopen(connection, found, now):
            return first
        if only_missing or found.state in (State.PENDING, State.SENDING):
            return None if only_missing else first
        return self._extra(connection, channel, day, again=again)

    def _extra(self, connection: Connection, channel: Channel, day: date, *, again: bool) -> str | None:
        """Owe one more edition of a date: all of it, or what the channel hasn't had."""
        material = self._material.read(connection, channel.id, day, read_revision(connection))
        digest = self._composer.choose(channel, _imagined(channel, day), material)
        had = () if again else material.history.delivered
        wanted = tuple(one.filed.id for one in digest.chosen if one.filed.id not in had)
        if not wanted:
            return None
        last = connection.scalar(
            select(func.max(deliveries.c.edition)).where(
                deliveries.c.channel_id == channel.id, deliveries.c.local_date == day
            )
        )
        row = new_row(channel, day, (last or 0) + 1, self._clock.now())
        insert_new(connection, deliveries, [row | {"entries": wanted}])
        return str(row["id"])


def _imagined(channel: Channel, local_date: date) -> Delivery:
    """Return the daily delivery of a date, whether or not it is in the ledger."""
    return Delivery(
        id=delivery_id(channel.address, local_date, 0),
        channel_id=channel.id,
        address=channel.address,
        local_date=local_date,
        edition=0,
        part=0,
        due_at=instant(local_date, channel.schedule),
        state=State.PENDING,
        attempt=0,
    )
