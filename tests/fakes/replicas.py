"""Three replicas of the cluster runner in one process, on a real PostgreSQL, with the clock in the test's hand."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.digest.cluster import ClusterRunner
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.tell import Teller
from bot.storage.alerts import AlertStore
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from bot.storage.planner import Planner
from tests.fakes.digests import DigestLoop

LOOK = timedelta(milliseconds=50)
DEADLINE = 30.0


class CountingLedger(Ledger):
    """A ledger that counts how often anybody looked for what is due: a test then knows that a turn is over."""

    turns = 0

    def count_due(self, now: datetime, most: int) -> int:
        due = super().count_due(now, most)
        self.turns += 1
        return due


class Replicas:
    """Replicas that work in a thread of their own; a test turns the clock and waits until they are done."""

    def __init__(self, loop: DigestLoop) -> None:
        self.loop = loop
        self._ledgers: list[CountingLedger] = []

    def at(self, now: str) -> None:
        """Turn the clock, and let everything happen that is due by then."""
        self.loop.clock.set(now)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is due, and nothing has happened while somebody looked twice more."""
        self.until(self._is_quiet)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, or fail."""
        deadline = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < deadline, self.loop.states()
            time.sleep(0.01)

    async def work(self, engines: list[Engine], stop: asyncio.Event) -> None:
        """Run a replica an engine until told to stop."""
        planners = [Planner(engine) for engine in engines]
        running = [asyncio.create_task(self._runner(*pair).run()) for pair in zip(engines, planners, strict=True)]
        await stop.wait()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for planner in planners:
            planner.give_up()

    def _runner(self, engine: Engine, planner: Planner) -> ClusterRunner:
        platform, clock = self.loop.platform, self.loop.clock
        ledger = CountingLedger(engine, Composer({"console": platform.render}, {}, clock), lease=self.loop.lease)
        self._ledgers.append(ledger)
        adapters = {"console": platform}
        deliverer = Deliverer(
            ledger, adapters, clock, lease=self.loop.lease, teller=Teller(AlertStore(engine), adapters, clock)
        )
        return ClusterRunner(ledger, deliverer, clock, planner, look=LOOK, at_once=4)

    def _is_quiet(self) -> bool:
        rows, turns = self.loop.ledger_rows(), self._turns()
        self.until(lambda: self._turns() >= turns + 2)
        return self.loop.ledger.count_due(self.loop.clock.now(), 1) == 0 and self.loop.ledger_rows() == rows

    def _turns(self) -> int:
        return sum(ledger.turns for ledger in self._ledgers)


@contextmanager
def three_replicas(loop: DigestLoop) -> Iterator[Replicas]:
    """Let three replicas work for as long as the block lasts."""
    replicas = Replicas(loop)
    engines = [open_engine(loop.engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    events = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: events.run_until_complete(replicas.work(engines, stop)))
    thread.start()
    try:
        yield replicas
    finally:
        events.call_soon_threadsafe(stop.set)
        thread.join(60)
        events.close()
        for engine in engines:
            engine.dispose()
