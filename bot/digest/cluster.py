"""The `cluster` runner: any number of replicas on one PostgreSQL, woken by procrastinate.

The ledger decides who sends; procrastinate only carries wake-ups, one a due delivery. One replica at a time, whoever
holds the planner's lock, plans and hands them out; all of them work. A wake-up that is lost is handed out again as
long as its delivery is due, one that comes twice finds nothing to do.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Job

from bot.digest.deliver import Deliverer
from bot.digest.ledger import Wake
from bot.digest.local import STOP_LIMIT
from bot.errors import PaperboyError
from bot.ports import Clock

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger
    from bot.storage.planner import Planner

AT_ONCE = 20
QUEUE = "paperboy"
TASK = "deliver"
# The busiest pause between two looks at the ledger; LISTEN/NOTIFY wakes the workers at once.
LOOK = timedelta(seconds=1)
STALLED = timedelta(seconds=60)
_WAKES_READ = 20_000
_BATCH = 500
_log = logging.getLogger(__name__)


class ClusterRunner:
    """Plan if no other replica does, and deliver what is handed out, until stopped."""

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
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=planner.conninfo, min_size=1, max_size=4)
        )
        self._app.task(name=TASK, queue=QUEUE)(self._deliver)

    async def run(self) -> None:
        """Work until cancelled; what is being sent then is waited for."""
        await asyncio.to_thread(self._planner.install, self._app.schema_manager.get_schema())
        async with self._app.open_async():
            planning = asyncio.create_task(self._plan_forever())
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._at_once,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    fetch_job_polling_interval=self._look.total_seconds(),
                    shutdown_graceful_timeout=STOP_LIMIT,
                )
            finally:
                planning.cancel()
                await asyncio.gather(planning, return_exceptions=True)

    async def _deliver(self, delivery_id: str) -> None:
        try:
            await self._deliverer.deliver(delivery_id)
        except PaperboyError as error:
            _log.error("delivery %s waits: %s", delivery_id, error)

    async def _plan_forever(self) -> None:
        """Take the planner's turn whenever nobody else has it."""
        while True:
            try:
                if await asyncio.to_thread(self._planner.take_turn):
                    await self._turn()
            except (PaperboyError, ProcrastinateException) as error:
                _log.error("planning waits: %s", error)
            await asyncio.sleep(self._look.total_seconds())

    async def _turn(self) -> None:
        now = self._clock.now()
        await asyncio.to_thread(self._ledger.beat, "cluster", now)
        await asyncio.to_thread(self._ledger.plan, now)
        wakes = await asyncio.to_thread(self._ledger.due, now, _WAKES_READ)
        queued = await asyncio.to_thread(self._planner.queued) if wakes else frozenset()
        fresh = [wake for wake in wakes if wake.delivery_id not in queued]
        for start in range(0, len(fresh), _BATCH):
            await self._hand_out(fresh[start : start + _BATCH])
        await self._retry_stalled()
        await self._deliverer.tend()

    async def _hand_out(self, wakes: list[Wake]) -> None:
        jobs = [
            Job(
                queue=QUEUE,
                task_name=TASK,
                lock=None,
                queueing_lock=wake.delivery_id,
                task_kwargs={"delivery_id": wake.delivery_id},
            )
            for wake in wakes
        ]
        try:
            await self._app.job_manager.batch_defer_jobs_async(jobs)
        except AlreadyEnqueued:
            for job in jobs:
                with contextlib.suppress(AlreadyEnqueued):
                    await self._app.job_manager.defer_job_async(job)

    async def _retry_stalled(self) -> None:
        """Hand out again what a dead worker was doing."""
        stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED.total_seconds())
        for job in stalled:
            with contextlib.suppress(ProcrastinateException):
                await self._app.job_manager.retry_job(job)
