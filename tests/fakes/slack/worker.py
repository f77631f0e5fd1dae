"""A digest runner in a process of its own that posts to the fake Slack with the real adapter, to be killed."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from adapters.slack import delivery
from adapters.slack.adapter import SlackAdapter
from adapters.slack.assembly import assemble
from adapters.slack.settings import SlackSettings
from bot.bootstrap import NoWeb
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.message import Reply, Request
from bot.ports import Host, Suggestions
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from bot.storage.lock import sole_runner
from bot.storage.memory import StoredMemory
from tests.fakes.digest_worker import RealClock, work_alone, work_in_cluster
from tests.fakes.slack.payloads import SIGNING_SECRET


@dataclass(frozen=True)
class SlackWorker:
    """What a runner process does: works until terminated, or `until_done`.

    `lease` and `settle_time`, which Slack's history is given before it is believed, are in seconds.
    """

    address: str | Path
    api_url: str
    token: str
    lease: float = 3.0
    settle_time: float = 0.2
    at_once: int = 4
    until_done: bool = False
    cluster: bool = False

    def __call__(self) -> None:
        delivery.SETTLE_TIME = timedelta(seconds=self.settle_time)
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
        ledger = Ledger(engine, Composer({"slack": adapter.render}, {}, clock), lease=lease)
        deliverer = Deliverer(ledger, {"slack": adapter}, clock, lease=lease)
        if self.cluster:
            await work_in_cluster(engine, ledger, deliverer, at_once=self.at_once)
        else:
            await work_alone(ledger, deliverer, alone=alone, at_once=self.at_once, until_done=self.until_done)

    def _adapter(self, engine: Engine) -> SlackAdapter:
        async def nobody_asks(request: Request) -> Reply:
            raise NotImplementedError

        clock = RealClock()
        host = Host(
            handle=nobody_asks,
            memory=StoredMemory(engine, clock),
            addressbook=StoredAddressbook(engine, clock),
            suggestions=cast("Suggestions", None),
            clock=clock,
            web=NoWeb(),
            data=Path(),
            language="en",
        )
        given = {"bot_token": self.token, "signing_secret": SIGNING_SECRET, "api_url": self.api_url}
        return assemble(host, SlackSettings.model_validate(given))


def start(worker: SlackWorker) -> BaseProcess:
    """Start a process that has imported everything already."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.fakes.digest_worker", "tests.fakes.slack.worker"])
    process = context.Process(target=worker, daemon=True)
    process.start()
    return process
