"""The digest loop of three replicas on one PostgreSQL: real cluster runners, all in this process."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, func, select, text

from bot.digest.cluster import ClusterRunner
from bot.digest.deliver import Deliverer
from bot.digest.ledger import LEASE, Claim, TakenUp
from bot.digest.tell import Teller
from bot.storage.alerts import AlertStore
from bot.storage.engine import snapshot
from bot.storage.ledger import Ledger
from bot.storage.planner import Planner
from bot.storage.tables import channels
from tests.fakes.digests import DigestLoop
from tests.fakes.waiting import wait_until

REPLICAS = 3
LOOK = timedelta(milliseconds=20)
# The clock jumps by days: nobody is to take a leader for one that hangs.
NEVER = timedelta(days=99_999)


class WatchedDeliverer(Deliverer):
    """Count what it is doing right now."""

    busy = 0

    async def take_up(self, most: int, beside: Sequence[int] = ()) -> TakenUp:
        self.busy += 1
        try:
            return await super().take_up(most, beside)
        finally:
            self.busy -= 1

    async def carry_out(self, mine: Claim) -> None:
        self.busy += 1
        try:
            await super().carry_out(mine)
        finally:
            self.busy -= 1


class GatedPlanner(Planner):
    """Plan only while the test lets time go by; `asked` counts how often it was asked, `granted` its turns."""

    open = False
    asked = 0
    granted = 0

    def take_turn(self, now: datetime) -> bool:
        self.asked += 1
        mine = self.open and super().take_turn(now)
        self.granted += mine
        return mine


class ReplicaLoop(DigestLoop):
    """Drive three replicas by hand: between two ticks nobody plans, and so nobody is woken.

    `tells` lets them tell of what is broken.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        now: str = "2024-04-16T23:00",
        lease: timedelta = LEASE,
        tells: bool = False,
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._running: list[asyncio.Task[None]] = []
        self._planners: list[GatedPlanner] = []
        Planner(engine).install(SchemaManager.get_schema())
        super().__init__(engine, folder, now=now, lease=lease, tells=tells)

    def restart(self) -> None:
        """Stop the replicas and start others: nothing is remembered but the database."""
        self._stop()
        super().restart()
        self._planners = [GatedPlanner(self.engine, patience=NEVER) for _ in range(REPLICAS)]
        self._deliverers = [self._deliverer() for _ in range(REPLICAS)]
        runners = [
            ClusterRunner(self.ledger, deliverer, self.clock, planner, look=LOOK)
            for deliverer, planner in zip(self._deliverers, self._planners, strict=True)
        ]
        self._running = asyncio.run_coroutine_threadsafe(_start(runners), self._loop).result()

    def close(self) -> None:
        """Stop everything."""
        self._stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def tick(self, now: str | None = None, *, as_of: bool = False, alone: bool = False) -> list[str]:
        """Let the replicas work until nothing is due any more; as of the past, the command line does it itself."""
        if as_of:
            return super().tick(now, as_of=True, alone=alone)
        if now is not None:
            self.clock.set(now)
        granted = self._granted()
        self._gate(open=True)
        wait_until(lambda: self._granted() >= granted + 2)  # one turn is over, and the next one has begun
        wait_until(self._is_quiet)
        self._gate(open=False)
        asked = [planner.asked for planner in self._planners]
        wait_until(lambda: all(planner.asked > before for planner, before in zip(self._planners, asked, strict=True)))
        wait_until(self._is_quiet)
        return []

    def _deliverer(self) -> WatchedDeliverer:
        adapters = {"console": self.platform}
        return WatchedDeliverer(
            Ledger(self.engine, self.composer, lease=self.lease),
            adapters,
            self.clock,
            lease=self.lease,
            teller=Teller(AlertStore(self.engine), adapters, self.clock) if self.tells else None,
        )

    def _stop(self) -> None:
        for each in self._running:
            self._loop.call_soon_threadsafe(each.cancel)
        wait_until(lambda: all(each.done() for each in self._running))
        for planner in self._planners:
            planner.give_up()
        assert all(each.cancelled() for each in self._running), "a replica ended by itself"

    def _granted(self) -> int:
        return sum(planner.granted for planner in self._planners)

    def _gate(self, *, open: bool) -> None:  # noqa: A002 - the word for a gate
        for planner in self._planners:
            planner.open = open

    def _is_quiet(self) -> bool:
        """Say whether all that is due has been planned and done, and nobody is at work or about to be."""
        if any(each.busy for each in self._deliverers):
            return False
        now = self.clock.now()
        with snapshot(self.engine) as connection:
            unplanned = connection.scalar(select(func.count()).where(channels.c.next_due_at <= now))
            woken = connection.scalar(text("SELECT count(*) FROM procrastinate_jobs"))
        return not (unplanned or woken or self.ledger.count_due(now, 1) or any(each.busy for each in self._deliverers))


async def _start(runners: Sequence[ClusterRunner]) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(runner.run()) for runner in runners]
