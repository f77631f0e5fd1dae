"""A digest runner in a process of its own that posts to the fake with the real adapter, to be killed."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from pydantic import SecretStr
from sqlalchemy import Engine

from adapters.discord import delivery
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import load_settings
from bot.bootstrap import NoWeb
from bot.digest.cluster import ClusterRunner
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.message import Reply, Request
from bot.ports import Host, Suggestions
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from bot.storage.lock import sole_runner
from bot.storage.memory import StoredMemory
from bot.storage.planner import Planner
from tests.fakes.digest_worker import RealClock


@dataclass(frozen=True)
class DiscordWorker:
    """What a runner process does: works until terminated, or `until_done`; `lease` and `nonce_lives` in seconds."""

    address: str | Path
    api_url: str
    token: str
    lease: float = 3.0
    nonce_lives: float = 60.0
    at_once: int = 4
    until_done: bool = False
    cluster: bool = False

    def __call__(self) -> None:
        delivery.NONCE_LIVES = timedelta(seconds=self.nonce_lives)
        engine = open_engine(self.address)
        if self.cluster:
            asyncio.run(self._work(engine, alone=False))
            return
        with sole_runner(engine) as alone:
            asyncio.run(self._work(engine, alone))
        engine.dispose()

    async def _work(self, engine: Engine, alone: bool) -> None:
        clock, lease = RealClock(), timedelta(seconds=self.lease)
        adapter = self._adapter(engine)
        try:
            ledger = Ledger(engine, Composer({"discord": adapter.render}, {}, clock), lease=lease)
            deliverer = Deliverer(ledger, {"discord": adapter}, clock, lease=lease)
            if self.cluster:
                await self._in_cluster(engine, ledger, deliverer)
            else:
                await self._alone(ledger, deliverer, alone)
        finally:
            await adapter.close()

    def _adapter(self, engine: Engine) -> DiscordAdapter:
        settings = load_settings(token=SecretStr(self.token), api_url=self.api_url, _env_file=None)
        return DiscordAdapter(posting_host(engine), settings)

    async def _alone(self, ledger: Ledger, deliverer: Deliverer, alone: bool) -> None:
        runner = LocalRunner(ledger, deliverer, RealClock(), alone=alone, at_once=self.at_once)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, runner.stop)
        working = asyncio.create_task(runner.run())
        if self.until_done:
            await asyncio.sleep(0.2)
            while await asyncio.to_thread(ledger.has_open):  # noqa: ASYNC110 - the ledger rings no bell
                await asyncio.sleep(0.05)
            runner.stop()
        await working

    async def _in_cluster(self, engine: Engine, ledger: Ledger, deliverer: Deliverer) -> None:
        planner = Planner(engine)
        look = timedelta(milliseconds=200)
        runner = ClusterRunner(ledger, deliverer, RealClock(), planner, look=look, at_once=self.at_once)
        working = asyncio.create_task(runner.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await working
        planner.give_up()


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


def start(worker: Callable[[], None]) -> BaseProcess:
    """Start a process that has imported everything already."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.fakes.digest_worker", "tests.fakes.discord.worker"])
    process = context.Process(target=worker, daemon=True)
    process.start()
    return process
