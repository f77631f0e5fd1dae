"""The `cluster` runner: any number of replicas on one PostgreSQL, woken by procrastinate.

The ledger decides who sends; procrastinate only carries wake-ups. One replica at a time, whoever holds the planner's
lock, plans, and as long as something is due it wakes as many replicas as could be busy with it. Each takes up batch by
batch what no other has in hand, until nothing is left. A wake-up that is lost is sent out again while its deliveries
are due, one that comes twice finds nothing to do.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

from bot.digest.crew import AT_ONCE, Crew
from bot.digest.deliver import Deliverer
from bot.digest.local import HEARTBEAT
from bot.errors import PaperboyError
from bot.ports import Clock

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger
    from bot.storage.planner import Planner

QUEUE = "paperboy"
TASK = "take up"
# The busiest pause between two looks at the ledger; LISTEN/NOTIFY wakes the workers at once.
LOOK = timedelta(seconds=1)
STALLED = timedelta(seconds=60)
# More replicas than this are not woken at once.
MOST_WOKEN = 32
_log = logging.getLogger(__name__)


class ClusterRunner:
    """Plan if no other replica does, and deliver what is due when woken, until stopped."""

    def __init__(
        self,
        ledger: "Ledger",
        deliverer: Deliverer,
        clock: Clock,
        planner: "Planner",
        *,
        look: timedelta = LOOK,
        at_once: int = AT_ONCE,
    ) -> None:
        self._ledger = ledger
        self._deliverer = deliverer
        self._clock = clock
        self._planner = planner
        self._look = look
        self._at_once = at_once
        self._crew = Crew(deliverer, at_once=at_once)
        self._beaten: datetime | None = None
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=planner.conninfo, min_size=1, max_size=4)
        )
        self._app.task(name=TASK, queue=QUEUE)(self._take_up)

    async def run(self) -> None:
        """Work until cancelled; what is being sent then is waited for."""
        await asyncio.to_thread(self._planner.install, self._app.schema_manager.get_schema())
        async with self._app.open_async(), self._crew.finishing():
            working = [asyncio.create_task(self._work_forever()), asyncio.create_task(self._plan_forever())]
            try:
                await asyncio.wait(working, return_when=asyncio.FIRST_EXCEPTION)
                await asyncio.gather(*(each for each in working if each.done()))
            finally:
                await self._stop(working)

    async def _stop(self, working: Sequence[asyncio.Task[None]]) -> None:
        """End the loops; the crew first, or the worker would wait for it."""
        self._crew.stop()
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def _take_up(self) -> None:
        try:
            await self._crew.take_up_due()
        except PaperboyError as error:
            _log.error("the ledger can't be used now: %s", error)

    async def _work_forever(self) -> None:
        """Do what this replica is woken for; a worker that loses the database is followed by another."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=1,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    fetch_job_polling_interval=self._look.total_seconds(),
                )
            except ProcrastinateException as error:
                _log.error("nobody can be woken: %s", error)
            await asyncio.sleep(self._look.total_seconds())

    async def _plan_forever(self) -> None:
        """Take the planner's turn whenever nobody else has it."""
        while True:
            try:
                if await asyncio.to_thread(self._planner.take_turn, self._clock.now()):
                    await self._turn()
            except (PaperboyError, ProcrastinateException) as error:
                _log.error("planning waits: %s", error)
            except Exception:  # noqa: BLE001 - a fault of ours must not end all digests
                _log.exception("the daily job failed")
            await asyncio.sleep(self._look.total_seconds())

    async def _turn(self) -> None:
        now = self._clock.now()
        await self._beat(now)
        await asyncio.to_thread(self._ledger.plan, now)
        due = await asyncio.to_thread(self._ledger.count_due, now, MOST_WOKEN * self._at_once)
        if due and not await asyncio.to_thread(self._planner.queued):
            await self._wake(-(-due // self._at_once))
        await self._retry_stalled()
        if self._planner.leads:
            await self._deliverer.tend()

    async def _beat(self, now: datetime) -> None:
        if self._beaten is None or abs(now - self._beaten) >= HEARTBEAT:
            await asyncio.to_thread(self._ledger.beat, "cluster", now)
            self._beaten = now

    async def _wake(self, replicas: int) -> None:
        """Send out as many wake-ups, each with a lock of its own, so that they don't pile up."""
        for number in range(replicas):
            with contextlib.suppress(AlreadyEnqueued):
                await self._app.configure_task(TASK, queue=QUEUE, queueing_lock=f"{TASK} {number}").defer_async()

    async def _retry_stalled(self) -> None:
        """Send out again the wake-ups of dead workers."""
        stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED.total_seconds())
        for job in stalled:
            with contextlib.suppress(ProcrastinateException):
                await self._app.job_manager.retry_job(job)
