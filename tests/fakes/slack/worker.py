"""A digest runner in a process of its own that posts to the fake Slack with the real adapter, to be killed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine

from adapters.slack import delivery
from adapters.slack.assembly import assemble
from adapters.slack.settings import SlackSettings
from bot.ports import Adapter
from tests.fakes.digest_worker import RunnerProcess, posting_host
from tests.fakes.slack.payloads import SIGNING_SECRET


@dataclass(frozen=True)
class SlackWorker(RunnerProcess):
    """Post to the fake Slack; `settle_time`, which its history is given before it is believed, is in seconds."""

    api_url: str
    token: str
    settle_time: float = field(default=0.2, kw_only=True)

    @asynccontextmanager
    async def adapters(self, engine: Engine) -> AsyncIterator[Mapping[str, Adapter]]:
        delivery.SETTLE_TIME = timedelta(seconds=self.settle_time)
        given = {"bot_token": self.token, "signing_secret": SIGNING_SECRET, "api_url": self.api_url}
        yield {"slack": assemble(posting_host(engine), SlackSettings.model_validate(given))}
