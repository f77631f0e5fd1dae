"""The `local` runner: one asyncio loop in the bot's process that plans what is due and delivers it."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digest.crew import AT_ONCE, Crew
from bot.digest.deliver import Deliverer
from bot.errors import PaperboyError
from bot.ports import Clock

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger

# However quiet the ledger is, somebody may have written to it from another process.
LONGEST_SLEEP = timedelta(seconds=5)
HEARTBEAT = timedelta(seconds=10)
_SHORTEST_SLEEP = timedelta(milliseconds=20)
_log = logging.getLogger(__name__)


class LocalRunner:
    """Plan and deliver, until stopped. `alone` says that no other process sends from this ledger."""

    def __init__(
        self, ledger: "Ledger", deliverer: Deliverer, clock: Clock, *, alone: bool, at_once: int = AT_ONCE
    ) -> None:
        self._ledger = ledger
        self._deliverer = deliverer
        self._clock = clock
        self._alone = alone
        self._crew = Crew(deliverer, at_once=at_once)
        self._beaten: datetime | None = None

    async def run(self) -> None:
        """Work until `stop`, whatever goes wrong; what is being sent then is waited for."""
        async with self._crew.finishing():
            taken_over = False
            while not taken_over and not self._crew.stopping:
                taken_over = await self._try(self.take_over())
            while not self._crew.stopping:
                await self._try(self._turn())

    def stop(self) -> None:
        """Take nothing new up."""
        self._crew.stop()

    async def take_over(self) -> None:
        """Take up at once what a dead process left half-sent, if nobody else can be sending it."""
        if self._alone and (count := await asyncio.to_thread(self._ledger.take_over, self._clock.now())):
            _log.warning("took over %d deliveries that were being sent when the last run ended", count)

    async def tick(self, *, as_of: bool = False) -> list[str]:
        """Plan, deliver until nothing is due any more, and return the ids of what was planned or taken up.

        Raises StorageError where the database can't be used; what was being sent then is in the ledger.
        """
        await self.take_over()
        touched = await asyncio.to_thread(self._ledger.plan, self._clock.now(), as_of=as_of)
        async with self._crew.finishing():
            touched += await self._crew.work_off()
        if self._crew.trouble is not None:
            raise self._crew.trouble
        await self._deliverer.tend(now=True)
        return list(dict.fromkeys(touched))

    async def _try(self, work: Coroutine[None, None, None]) -> bool:
        """Do something and say whether it went well; if it didn't, there is a pause."""
        try:
            await work
        except PaperboyError as error:
            _log.error("the ledger can't be used now: %s", error)
        except Exception:  # noqa: BLE001 - a fault of ours must not end all digests
            _log.exception("the daily job failed")
        else:
            return True
        await self._sleep(LONGEST_SLEEP)
        return False

    async def _turn(self) -> None:
        self._crew.freed.clear()
        await self._beat()
        await asyncio.to_thread(self._ledger.plan, self._clock.now())
        await self._deliverer.tend()
        await self._crew.take_up_due()
        await self._sleep(await self._pause())

    async def _beat(self) -> None:
        now = self._clock.now()
        if self._beaten is None or abs(now - self._beaten) >= HEARTBEAT:
            await asyncio.to_thread(self._ledger.beat, "local", now)
            self._beaten = now

    async def _pause(self) -> timedelta:
        now = self._clock.now()
        upcoming = await asyncio.to_thread(self._ledger.next_wake, now)
        return LONGEST_SLEEP if upcoming is None else min(max(upcoming - now, _SHORTEST_SLEEP), LONGEST_SLEEP)

    async def _sleep(self, pause: timedelta) -> None:
        """Wait, but no longer than until a hand comes free or the runner is stopped."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._crew.freed.wait()
