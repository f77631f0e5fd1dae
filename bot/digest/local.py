"""The `local` runner: one asyncio loop in the bot's process that plans what is due and delivers it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digest.deliver import Deliverer
from bot.digest.ledger import Wake
from bot.errors import PaperboyError
from bot.ports import Clock

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger

AT_ONCE = 50
_WAKES_READ = 500
# However quiet the ledger is, somebody may have written to it from another process.
LONGEST_SLEEP = timedelta(seconds=5)
# A database that fails is left alone for a moment, in seconds.
AFTER_TROUBLE = 1.0
HEARTBEAT = timedelta(seconds=10)
_SHORTEST_SLEEP = timedelta(milliseconds=20)
# A send may take 30 s; whoever stops waits that long and no longer.
STOP_LIMIT = 33.0
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
        self._slots = asyncio.Semaphore(at_once)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._freed = asyncio.Event()
        self._beaten: datetime | None = None
        self._trouble: PaperboyError | None = None

    async def run(self) -> None:
        """Work until `stop`; what is being sent then is waited for."""
        await self.take_over()
        async with self._finishing():
            while not self._stopping.is_set():
                try:
                    await self._turn()
                except PaperboyError as error:
                    _log.error("the ledger can't be used now: %s", error)
                    await self._sleep(LONGEST_SLEEP)

    def stop(self) -> None:
        """Take nothing new up."""
        self._stopping.set()
        self._freed.set()

    async def take_over(self) -> None:
        """Take up at once what a dead process left half-sent, if nobody else can be sending it."""
        if self._alone and (count := await asyncio.to_thread(self._ledger.take_over, self._clock.now())):
            _log.warning("took over %d deliveries that were being sent when the last run ended", count)

    async def tick(self, *, as_of: bool = False) -> list[str]:
        """Plan, deliver until nothing is due any more, and return the ids of what was planned or taken up.

        Raises StorageError where the database can't be used; what was being sent then is in the ledger.
        """
        await self.take_over()
        touched = dict.fromkeys(await asyncio.to_thread(self._ledger.plan, self._clock.now(), as_of=as_of))
        async with self._finishing():
            while not self._stopping.is_set() and self._trouble is None:
                self._freed.clear()
                serving = bool(self._running)  # their channels are left out of what is read next
                if wakes := await self._due():
                    touched |= dict.fromkeys(wake.delivery_id for wake in wakes)
                    await self._start_all(wakes)
                elif serving:
                    await self._freed.wait()
                else:
                    break
        if self._trouble is not None:
            raise self._trouble
        await self._deliverer.tend(now=True)
        return list(touched)

    async def _turn(self) -> None:
        self._freed.clear()
        await self._beat()
        await asyncio.to_thread(self._ledger.plan, self._clock.now())
        await self._deliverer.tend()
        while not self._stopping.is_set() and (wakes := await self._due()):
            await self._start_all(wakes)
        await self._sleep(await self._pause())

    async def _beat(self) -> None:
        now = self._clock.now()
        if self._beaten is None or abs(now - self._beaten) >= HEARTBEAT:
            await asyncio.to_thread(self._ledger.beat, "local", now)
            self._beaten = now

    async def _due(self) -> list[Wake]:
        """Read what may be taken up, leaving out channels that are being served."""
        wakes = await asyncio.to_thread(self._ledger.due, self._clock.now(), _WAKES_READ, tuple(self._running))
        return [wake for wake in wakes if wake.channel_id not in self._running]

    async def _start_all(self, wakes: list[Wake]) -> None:
        for wake in wakes:
            await self._slots.acquire()
            if self._stopping.is_set():
                self._slots.release()
                return
            self._running[wake.channel_id] = asyncio.create_task(self._serve(wake))

    async def _serve(self, wake: Wake) -> None:
        try:
            await self._deliverer.deliver(wake.delivery_id)
        except PaperboyError as error:
            _log.error("delivery %s waits: %s", wake.delivery_id, error)
            self._trouble = error
            await self._sleep_unless_stopping(AFTER_TROUBLE)
        finally:
            self._slots.release()
            del self._running[wake.channel_id]
            self._freed.set()

    async def _sleep_unless_stopping(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _pause(self) -> timedelta:
        upcoming = await asyncio.to_thread(self._ledger.next_wake)
        return LONGEST_SLEEP if upcoming is None else _until(upcoming, self._clock.now())

    async def _sleep(self, pause: timedelta) -> None:
        """Wait, but no longer than until something is finished or the runner is stopped."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._freed.wait()

    @asynccontextmanager
    async def _finishing(self) -> AsyncIterator[None]:
        """Wait for what is being sent, however the block ends."""
        try:
            yield
        finally:
            if self._running:
                await asyncio.wait(self._running.values(), timeout=STOP_LIMIT)


def _until(moment: datetime, now: datetime) -> timedelta:
    return min(max(moment - now, _SHORTEST_SLEEP), LONGEST_SLEEP)
