"""Carry one delivery out: claim it, look where an earlier send may have arrived, send, settle.

Every step commits before the next begins, so that a process may die between any two of them: the ledger then holds
what has to be looked up. A wake-up that is lost or doubled does no harm. Adapters raise; only this module decides
what an error means for a delivery.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from bot.digest.correct import Corrector
from bot.digest.ledger import LEASE, SEND_LIMIT, Arrived, Claim, State, TakenUp
from bot.digest.steps import StepQueue
from bot.digest.tell import Teller
from bot.errors import ChannelGone, CredentialsRefused, NotSent, PaperboyError, RateLimited
from bot.ports import Adapter, Clock, SendWindow
from bot.sentences import Sentence, sentence

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger

# How long to wait before looking or sending again, by the number of attempts so far.
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
_LATENCIES_KEPT = 1000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What the deliveries of this process came to; `seconds` are the latest posts' latencies."""

    posted: int = 0
    looked_up: int = 0
    found: int = 0
    put_back: int = 0
    unsure: int = 0
    failed: int = 0
    ambiguous: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_LATENCIES_KEPT))


class Deliverer:
    """Deliver by id; safe to run many times at once, here and on other machines. Without `teller` nobody is told."""

    def __init__(
        self,
        ledger: "Ledger",
        adapters: Mapping[str, Adapter],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        teller: Teller | None = None,
    ) -> None:
        self._ledger = ledger
        self._steps = StepQueue(ledger)
        self._adapters = adapters
        self._clock = clock
        self._send_limit = min(SEND_LIMIT, lease * 2 / 3)
        self.counts = Counts()
        self.corrector = Corrector(ledger, adapters, clock)
        self._teller = teller

    async def tend(self, *, now: bool = False) -> None:
        """Edit what was corrected, and tell somebody of what is broken; every 30 seconds at most, unless `now`."""
        await self.corrector.turn(now=now)
        if self._teller is None:
            return
        try:
            await self._teller.turn(now=now)
        except PaperboyError:
            raise
        except Exception:  # noqa: BLE001 - a fault of ours must not stop the digests
            _log.exception("nobody can be told of what is broken")

    async def take_up(self, most: int, beside: Sequence[int] = ()) -> TakenUp:
        """Claim up to `most` deliveries that are due, at most one a channel and none of the channels in `beside`."""
        return self._heed(await self._steps.run(self._ledger.take_up, self._clock.now(), most, tuple(beside)))

    async def deliver(self, delivery_id: str) -> bool:
        """Carry a delivery out with the parts that follow it; False where there was nothing to take up."""
        taken = self._heed(await self._steps.run(self._ledger.take_up_one, delivery_id, self._clock.now()))
        for mine in taken.claims:
            await self.carry_out(mine)
        return bool(taken.claims)

    async def carry_out(self, mine: Claim) -> None:
        """Post what was claimed, then the parts that follow it, for as long as all goes well."""
        following: Claim | None = mine
        while following is not None:
            following = await self._carry_out(following)

    def _heed(self, taken: TakenUp) -> TakenUp:
        """Log what can't be composed: a fault of ours, which must not stop the other channels."""
        for delivery_id, error in taken.faults:
            _log.error("delivery %s can't be composed", delivery_id, exc_info=error)
        return taken

    async def _carry_out(self, mine: Claim) -> Claim | None:
        """Look if need be, send, settle; returns the claim of the next part."""
        if mine.unsure:
            looked = await self._look(mine)
            if looked is None or isinstance(looked, str):
                return await self._settle(mine, looked) if looked else None
            mine = looked
        # Taken before the lease is looked at: who stands still in between has no time left to send in.
        until = asyncio.get_running_loop().time() + self._send_limit.total_seconds()
        if self._clock.now() + self._send_limit > mine.lease_until:
            _log.warning("delivery %s: the lease is too short by now, letting go", mine.delivery_id)
            return None
        return await self._send(mine, until)

    async def _look(self, mine: Claim) -> Claim | str | None:
        """Return the id of the message that an earlier send left, a renewed claim where there is none, else None."""
        self.counts.looked_up += 1
        window = SendWindow(mine.first_sent_at, mine.last_sent_at)
        try:
            async with asyncio.timeout(self._send_limit.total_seconds()):
                found = await self._adapter(mine).find(mine.address, mine.delivery_id, window, mine.thread)
        except Exception as error:  # noqa: BLE001 - whatever an adapter does, the ledger must hold what is known
            await self._decide(mine, error, stored=None)
            return None
        if found is not None:
            self.counts.found += 1
            _log.info("delivery %s: found where it was sent before", mine.delivery_id)
            return found
        return await self._steps.run(self._ledger.resend, mine, self._clock.now())

    async def _send(self, mine: Claim, until: float) -> Claim | None:
        started = perf_counter()
        try:
            async with asyncio.timeout_at(until):
                message_id = await self._adapter(mine).post(mine.address, mine.payload, mine.delivery_id, mine.thread)
        except Exception as error:  # noqa: BLE001 - whatever an adapter does, the ledger must hold what is known
            await self._decide(mine, error, stored=False)
            return None
        self.counts.seconds.append(perf_counter() - started)
        return await self._settle(mine, message_id)

    async def _settle(self, mine: Claim, message_id: str) -> Claim | None:
        following = await self._steps.join(self._ledger.posted, Arrived(mine, message_id, self._clock.now()))
        self.counts.posted += 1
        return following

    async def _decide(self, mine: Claim, error: Exception, *, stored: bool | None) -> None:
        """Write down what an error means. `stored` is False where it came from a send: what says so stored nothing.

        An error of a look-up says nothing about the send before it.
        """
        now = self._clock.now()
        reason, kind = _reason(error), type(error).__name__
        surely = stored is False
        match error:
            case ChannelGone():
                self.counts.failed += 1
                if await self._steps.run(self._ledger.refused, mine, now, reason, surely):
                    _log.error("channel %s refuses its digest and rests: %s", mine.address, reason)
            case CredentialsRefused():
                if await self._steps.run(self._ledger.locked_out, mine, now, reason, surely):
                    _log.error("the credentials for %s are refused: %s", mine.address, reason)
            case RateLimited(retry_after=seconds) if surely:
                self.counts.put_back += 1
                await self._steps.run(self._ledger.not_sent, mine, now + timedelta(seconds=seconds), kind, reason)
            case NotSent() if surely:
                self.counts.put_back += 1
                await self._steps.run(self._ledger.not_sent, mine, now + back_off(mine.attempt), kind, reason)
            case _:
                await self._stay_unsure(mine, error, kind, reason)

    async def _stay_unsure(self, mine: Claim, error: Exception, kind: str, reason: Sentence) -> None:
        if not isinstance(error, PaperboyError | TimeoutError):
            _log.error("delivery %s: unexpected %s", mine.delivery_id, kind, exc_info=error)
        now = self._clock.now()
        wait = timedelta(seconds=error.retry_after) if isinstance(error, RateLimited) else back_off(mine.attempt)
        self.counts.unsure += 1
        state = await self._steps.run(self._ledger.unsure, mine, now + wait, now, kind, reason)
        if state is State.AMBIGUOUS:
            self.counts.ambiguous += 1
            _log.error("delivery %s: nobody can tell whether it was posted: %s", mine.delivery_id, reason)

    def _adapter(self, mine: Claim) -> Adapter:
        adapter = self._adapters.get(mine.address.platform)
        if adapter is None:
            raise NotSent(sentence("No adapter for {platform} runs here.", platform=mine.address.platform))
        return adapter


def _reason(error: Exception) -> Sentence:
    """Return what to keep of an error: our own say what happened, of any other its words are all there is."""
    if isinstance(error, PaperboyError):
        return error.sentence
    return Sentence(str(error) or type(error).__name__)


def back_off(attempt: int) -> timedelta:
    """Return how long to wait after an attempt (from 1) that came to nothing."""
    return BACK_OFF[min(attempt, len(BACK_OFF)) - 1]
