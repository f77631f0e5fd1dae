"""The ledger as a runner uses it: every step a transaction of its own, none of them waiting for the network."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from bot.digest.composer import Composer
from bot.digest.ledger import (
    CATCH_UP_DAYS,
    LEASE,
    UNKNOWN_FOR,
    Claim,
    Correction,
    Delivery,
    Edit,
    Prepared,
    State,
    Wake,
)
from bot.model import Channel
from bot.sentences import Sentence
from bot.storage import claims, corrections, planning, settling
from bot.storage.channels import read_channels
from bot.storage.corrections import Outdated
from bot.storage.deliveries import read_deliveries
from bot.storage.engine import snapshot, transaction
from bot.storage.inserts import insert_or_update
from bot.storage.material import MaterialReader
from bot.storage.recall import read_revision
from bot.storage.tables import channels, heartbeats

# One step of a delivery, inside a transaction.
Step = Callable[[Connection], object]
_CHANNELS_KEPT = 20_000
_CORRECTIONS_AT_ONCE = 100


class Ledger:
    """Plan, claim and settle deliveries; safe to use from several threads and processes.

    What takes a connection is a step, to be carried out by `together`; everything else is a transaction of its own.
    """

    def __init__(
        self,
        engine: Engine,
        composer: Composer,
        *,
        lease: timedelta = LEASE,
        catch_up_days: int = CATCH_UP_DAYS,
    ) -> None:
        self._engine = engine
        self._composer = composer
        self._lease = lease
        self._catch_up_days = catch_up_days
        self._material = MaterialReader()
        self._channels: dict[int, tuple[int, Channel]] = {}

    def plan(self, now: datetime, *, as_of: bool = False) -> list[str]:
        """Write down what is due by now and expire what is too old; returns the ids of the rows it means.

        `as_of` also plans channels that were made after `now`, as if they had been there.
        """
        found = planning.all_pages(lambda: self._plan_some(now))
        if as_of:
            with transaction(self._engine) as connection:
                found += planning.plan_past(connection, now, self._catch_up_days)
        with transaction(self._engine) as connection:
            found += planning.expire(connection, now, self._catch_up_days)
        return found

    def due(self, now: datetime, limit: int, beside: Sequence[int] = ()) -> list[Wake]:
        """Return deliveries to take up now on the platforms that run here, at most one a channel."""
        with snapshot(self._engine) as connection:
            wakes = planning.due(connection, now, limit, self._composer.platforms, beside)
            self._warm(connection, [wake.channel_id for wake in wakes])
        return wakes

    def next_wake(self) -> datetime | None:
        """Return when there will be something to do, None while nothing is owed."""
        with snapshot(self._engine) as connection:
            return planning.next_wake(connection)

    def has_open(self) -> bool:
        """Say whether any delivery is still to be settled."""
        with snapshot(self._engine) as connection:
            return planning.has_open(connection)

    def take_over(self, now: datetime) -> int:
        """End the leases of dead processes; only for a runner that knows it is alone."""
        with transaction(self._engine) as connection:
            return planning.take_over(connection, now)

    def beat(self, runner: str, now: datetime) -> None:
        """Write down that a runner is alive."""
        with transaction(self._engine) as connection:
            insert_or_update(connection, heartbeats, {"runner": runner, "at": now}, ["runner"])

    def together(self, steps: Sequence[Step]) -> list[object]:
        """Carry steps out in one transaction; returns each one's result, or the exception that it raised.

        Where one of them fails, each is carried out alone: the others must not suffer for it.
        """
        try:
            with transaction(self._engine) as connection:
                return [step(connection) for step in steps]
        except Exception as error:  # noqa: BLE001 - handed to whoever asked for the step
            return [error] if len(steps) == 1 else [self.together([step])[0] for step in steps]

    def claim(self, connection: Connection, delivery_id: str, now: datetime) -> Claim | None:
        """Take a delivery up, None where it isn't ours to send now."""
        return claims.claim(connection, delivery_id, now, self._lease, channel_of=self._channel, prepare=self._prepare)

    def resend(self, connection: Connection, mine: Claim, now: datetime) -> Claim | None:
        """Renew a claim for a second send, None where somebody else has it by now."""
        return claims.resend(connection, mine, now, self._lease)

    def posted(self, connection: Connection, mine: Claim, message_id: str, now: datetime) -> Claim | None:
        """Settle what arrived, and claim the part that follows it, if there is one."""
        if not settling.posted(connection, mine, message_id, now):
            return None
        if mine.resting:
            settling.wake(connection, mine.channel_id, now)
        return claims.next_part(connection, mine, message_id, now, self._lease)

    def not_sent(self, connection: Connection, mine: Claim, until: datetime, kind: str, error: Sentence) -> None:
        """Put back what was certainly not stored."""
        settling.not_sent(connection, mine, until, kind, error)

    def put_off(self, connection: Connection, delivery_id: str, until: datetime, kind: str, error: Sentence) -> None:
        """Let a delivery wait that could not be taken up."""
        settling.put_off(connection, delivery_id, until, kind, error)

    def unsure(
        self, connection: Connection, mine: Claim, until: datetime, now: datetime, kind: str, error: Sentence
    ) -> State:
        """Leave a delivery to be looked up later; after a day of not knowing it is left to a person."""
        if now - mine.first_sent_at >= UNKNOWN_FOR:
            settling.give_up(connection, mine, State.AMBIGUOUS, now, kind, error)
            return State.AMBIGUOUS
        settling.unsure(connection, mine, until, kind, error)
        return State.SENDING

    def refused(
        self, connection: Connection, mine: Claim, now: datetime, error: Sentence, surely_not_stored: bool
    ) -> bool:
        """Fail a delivery whose channel is gone and let the channel rest; True where the channel newly rests."""
        gone = "ChannelGone"
        settling.give_up(connection, mine, State.FAILED, now, gone, error, surely_not_stored=surely_not_stored)
        return settling.rest(connection, mine.channel_id, now, error)

    def locked_out(
        self, connection: Connection, mine: Claim, now: datetime, error: Sentence, surely_not_stored: bool
    ) -> bool:
        """Put a delivery back and send nothing more to its workspace; True where that is new."""
        put_back = settling.not_sent if surely_not_stored else settling.unsure
        put_back(connection, mine, now, "CredentialsRefused", error)
        return settling.block(connection, mine.address, now, error)

    def corrections(self, now: datetime) -> list[Correction]:
        """Compare posted digests with the notes as they are; returns the messages that have to be edited.

        A digest whose messages already say what they should is written down as compared.
        """
        with transaction(self._engine) as connection:
            outdated = corrections.find_outdated(connection, now, _CORRECTIONS_AT_ONCE)
            return [one for found in outdated if (one := self._correction(connection, found))]

    def corrected(self, connection: Connection, done: Correction, now: datetime) -> None:
        """Write down that a digest's messages say what they should, and owe those that it needs besides."""
        edits = {edit.part: edit.payload for edit in done.edits}
        corrections.compared(connection, done.delivery, done.revision, edits)
        claims.add_parts(connection, done.delivery, done.added, done.next_part, now)

    def _correction(self, connection: Connection, found: Outdated) -> Correction | None:
        delivery = found.delivery
        channel = read_channels(connection, [delivery.channel_id])[0]
        revision = read_revision(connection)
        material = self._material.read(connection, channel.id, delivery.local_date, revision)
        own = corrections.with_own_entries(connection, material, delivery)
        payloads = self._composer.redraw(channel, delivery, own, found.edited, found.frame)
        following = corrections.last_part(connection, delivery) + 1
        payloads += (self._composer.leftover(channel),) * (following - len(payloads))
        edits = tuple(
            Edit(part.part, part.message_id, payloads[part.part])
            for part in corrections.posted_parts(connection, delivery)
            if corrections.payload_hash(payloads[part.part]) != part.payload_hash
        )
        if not edits and not payloads[following:]:
            corrections.compared(connection, delivery, revision, {})
            return None
        return Correction(delivery, revision, edits, payloads[following:], following)

    def mend(self, platform: str, workspace: str | None = None) -> int:
        """Send again to workspaces that had refused our credentials."""
        with transaction(self._engine) as connection:
            return settling.mend(connection, platform, workspace)

    def read(self, ids: Iterable[str]) -> list[Delivery]:
        """Return the first parts of deliveries by id."""
        with snapshot(self._engine) as connection:
            return read_deliveries(connection, ids)

    def _plan_some(self, now: datetime) -> list[str] | None:
        with transaction(self._engine) as connection:
            return planning.plan_due(connection, now, self._catch_up_days)

    def _prepare(self, connection: Connection, channel: Channel, delivery: Delivery, revision: int) -> Prepared | None:
        day, on_this_day = delivery.local_date, channel.options.on_this_day
        material = self._material.read(connection, channel.id, day, revision, on_this_day=on_this_day)
        return self._composer.prepare(channel, delivery, material)

    def _channel(self, connection: Connection, channel_id: int, version: int) -> Channel:
        """Return a channel as it is now; one that hasn't changed since it was read isn't read again."""
        kept = self._channels.get(channel_id)
        if kept is None or kept[0] != version:
            kept = (version, read_channels(connection, [channel_id])[0])
            self._channels[channel_id] = kept
        return kept[1]

    def _warm(self, connection: Connection, ids: Sequence[int]) -> None:
        """Read the channels that come next together: one at a time takes ten times as long."""
        wanted = [channel_id for channel_id in ids if channel_id not in self._channels]
        if not wanted:
            return
        if len(self._channels) > _CHANNELS_KEPT:
            self._channels.clear()
        query = select(channels.c.id, channels.c.version).where(channels.c.id.in_(wanted))
        versions = {row.id: row.version for row in connection.execute(query)}
        for channel in read_channels(connection, wanted):
            self._channels[channel.id] = (versions[channel.id], channel)
