"""A runner in a process of its own, to be killed."""

import asyncio
import contextlib
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from bot.bootstrap import NoWeb
from bot.digest.cluster import ClusterRunner
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.message import Reply, Request
from bot.ports import Adapter, Host, Suggestions
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from bot.storage.lock import sole_runner
from bot.storage.memory import StoredMemory
from bot.storage.planner import Planner
from tests.fakes.channels import FaultyChannel
from tests.fakes.waiting import PATIENCE

# One process forks all the others of a test run, so it knows every kind of them from the start.
_IMPORTED = [
    "__main__",
    __name__,
    "tests.fakes.discord.worker",
    "tests.fakes.discord.replica",
    "tests.fakes.slack.worker",
]


class RealClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class RunnerProcess(ABC):
    """What a runner process does: works until terminated, or `until_done`. `lease` is in seconds."""

    address: str | Path
    lease: float = field(default=3.0, kw_only=True)
    at_once: int = field(default=4, kw_only=True)
    until_done: bool = field(default=False, kw_only=True)
    cluster: bool = field(default=False, kw_only=True)

    @abstractmethod
    def adapters(self, engine: Engine) -> AbstractAsyncContextManager[Mapping[str, Adapter]]:
        """Build what posts, by platform, and close it in the end."""

    def __call__(self) -> None:
        engine = open_engine(self.address, hang_timeout=self.lease)
        if self.cluster:
            asyncio.run(self._work(engine, alone=False))
            return
        with sole_runner(engine) as alone:
            asyncio.run(self._work(engine, alone))
        engine.dispose()

    async def _work(self, engine: Engine, alone: bool) -> None:
        clock, lease = RealClock(), timedelta(seconds=self.lease)
        async with self.adapters(engine) as adapters:
            composer = Composer({name: adapter.render for name, adapter in adapters.items()}, {}, clock)
            ledger = Ledger(engine, composer, lease=lease)
            deliverer = Deliverer(ledger, adapters, clock, lease=lease)
            if self.cluster:
                await _work_in_cluster(engine, ledger, deliverer, at_once=self.at_once)
            else:
                await _work_alone(ledger, deliverer, alone=alone, at_once=self.at_once, until_done=self.until_done)


@dataclass(frozen=True)
class Worker(RunnerProcess):
    """Post to a file-backed console; `jitter` is in seconds."""

    messages: Path
    jitter: float = field(default=0.0, kw_only=True)
    lease: float = field(default=1.5, kw_only=True)

    @asynccontextmanager
    async def adapters(self, engine: Engine) -> AsyncIterator[Mapping[str, Adapter]]:
        yield {"console": FaultyChannel(self.messages, jitter=self.jitter)}


def posting_host(engine: Engine) -> Host:
    """Return what the core offers an adapter in a process that nobody asks anything."""

    async def nobody_asks(request: Request) -> Reply:
        raise NotImplementedError

    clock = RealClock()
    return Host(
        handle=nobody_asks,
        memory=StoredMemory(engine, clock),
        addressbook=StoredAddressbook(engine, clock),
        suggestions=cast("Suggestions", None),
        clock=clock,
        web=NoWeb(),
        data=Path(),
        language="en",
    )


async def _work_alone(
    ledger: Ledger, deliverer: Deliverer, *, alone: bool, at_once: int, until_done: bool = False
) -> None:
    """Run the local runner until terminated, or until nothing is open."""
    runner = LocalRunner(ledger, deliverer, RealClock(), alone=alone, at_once=at_once)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, runner.stop)
    working = asyncio.create_task(runner.run())
    if until_done:
        await asyncio.sleep(0.2)
        while await asyncio.to_thread(ledger.has_open):  # noqa: ASYNC110 - the ledger rings no bell
            await asyncio.sleep(0.05)
        runner.stop()
    await working


async def _work_in_cluster(engine: Engine, ledger: Ledger, deliverer: Deliverer, *, at_once: int) -> None:
    """Run one replica of the cluster runner until terminated."""
    planner = Planner(engine, patience=timedelta(seconds=1))
    look = timedelta(milliseconds=200)
    runner = ClusterRunner(ledger, deliverer, RealClock(), planner, look=look, at_once=at_once)
    working = asyncio.create_task(runner.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await working
    planner.give_up()


def start(worker: Callable[[], None]) -> BaseProcess:
    """Start a process that has imported everything already."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    process = context.Process(target=worker, daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """End a process as the kernel does when memory runs out."""
    assert process.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.join(PATIENCE)


def end(processes: Sequence[BaseProcess]) -> None:
    """Ask processes to end, all at once, and wait for them."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(PATIENCE)
