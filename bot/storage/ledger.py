"""The ledger as a runner uses it: every step a transaction of its own, none of them waiting for the network."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.digest.composer import Composer
from bot.digest.ledger import (
    CATCH_UP_DAYS,
    LEASE,
    UNKNOWN_FOR,
    Arrived,
    Claim,
    Correction,
    Delivery,
    Edit,
    Material,
    Prepared,
    State,
    TakenUp,
)
from bot.model import Channel
from bot.sentences import Sentence
from bot.storage import claims, corrections, parts, planning, settling
from bot.storage.channels import read_channels
from bot.storage.corrections import Outdated
from bot.storage.deliveries import read_deliveries
from bot.storage.engine import snapshot, transaction
from bot.storage.inserts import insert_or_update
from bot.storage.material import MaterialReader
from bot.storage.recall import read_revision
from bot.storage.tables import heartbeats

# One step of a delivery, inside a transaction.
Step = Callable[[Connection], object]
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

    def count_due(self, now: datetime, most: int) -> int:
        """Count what may be taken up now on the platforms that run here, up to `most`."""
        with snapshot(self._engine) as connection:
            return planning.count_due(connection, now, most, self._composer.platforms)

    def next_wake(self, now: datetime) -> datetime | None:
        """Return when there will be something to do after `now`, None while nothing is owed."""
        with snapshot(self._engine) as connection:
            return planning.next_wake(connection, now)

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

    def take_up(self, connection: Connection, now: datetime, most: int, beside: Sequence[int] = ()) -> TakenUp:
        """Take up to `most` due deliveries up, none of channels in `beside`; those to send now are claimed."""
        wanted = claims.due(now, most, self._composer.platforms, beside)
        return claims.take_up(connection, wanted, now, self._lease, self._prepare)

    def take_up_one(self, connection: Connection, delivery_id: str, now: datetime) -> TakenUp:
        """Take one delivery up, if it is ours to send now."""
        return claims.take_up(connection, claims.one(delivery_id, now), now, self._lease, self._prepare)

    def resend(self, connection: Connection, mine: Claim, now: datetime) -> Claim | None:
        """Renew a claim for a second send, None where somebody else has it by now."""
        return claims.resend(connection, mine, now, self._lease)

    def posted(self, connection: Connection, arrived: Sequence[Arrived]) -> list[Claim | None]:
        """Settle what arrived, and claim the part that follows each, if there is one."""
        settled = settling.posted(connection, arrived)
        for one in settled:
            if one.claim.resting:
                settling.wake(connection, one.claim.channel_id, one.at)
        following = parts.next_parts(connection, settled, self._lease)
        return [following.get(one.claim) for one in arrived]

    def not_sent(self, connection: Connection, mine: Claim, until: datetime, kind: str, error: Sentence) -> None:
        """Put back what was certainly not stored."""
        settling.not_sent(connection, mine, until, kind, error)

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
        parts.add_parts(connection, done.delivery, done.added, done.next_part, now)

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

    def _prepare(
        self, connection: Connection, wanted: Sequence[tuple[Channel, Delivery]], revision: int
    ) -> list[Prepared | Exception | None]:
        """Compose deliveries, date by date; returns the error for one that can't be."""
        material: dict[str, Material] = {}
        for day in {delivery.local_date for _, delivery in wanted}:
            of_day = [(channel, delivery) for channel, delivery in wanted if delivery.local_date == day]
            shown = {channel.id: channel.options.on_this_day for channel, _ in of_day}
            found = self._material.read_many(connection, shown, day, revision)
            material |= {delivery.id: found[channel.id] for channel, delivery in of_day}
        return [self._compose(channel, delivery, material[delivery.id]) for channel, delivery in wanted]

    def _compose(self, channel: Channel, delivery: Delivery, material: Material) -> Prepared | Exception | None:
        try:
            return self._composer.prepare(channel, delivery, material)
        except Exception as error:  # noqa: BLE001 - one digest that can't be composed must not stop the others
            return error
