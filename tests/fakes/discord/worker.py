"""A digest runner in a process of its own that posts to the fake with the real adapter, to be killed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import Engine

from adapters.discord import delivery
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import load_settings
from bot.ports import Adapter
from tests.fakes.digest_worker import RunnerProcess, posting_host


@dataclass(frozen=True)
class DiscordWorker(RunnerProcess):
    """Post to the fake Discord; `nonce_lives` is in seconds."""

    api_url: str
    token: str
    nonce_lives: float = field(default=60.0, kw_only=True)

    @asynccontextmanager
    async def adapters(self, engine: Engine) -> AsyncIterator[Mapping[str, Adapter]]:
        delivery.NONCE_LIVES = timedelta(seconds=self.nonce_lives)
        settings = load_settings(token=SecretStr(self.token), api_url=self.api_url, _env_file=None)
        adapter = DiscordAdapter(posting_host(engine), settings)
        try:
            yield {"discord": adapter}
        finally:
            await adapter.close()
