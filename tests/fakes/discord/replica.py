"""A replica in a process of its own that answers with the real adapter and holds seats on PostgreSQL, to be killed."""

import asyncio
from dataclasses import dataclass, replace

from pydantic import SecretStr

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import load_settings
from adapters.discord.sharding import ShardedClient
from bot.message import Reply, Request, Visibility
from bot.storage.engine import open_engine
from bot.storage.seats import StoredSeats
from tests.fakes.digest_worker import posting_host


@dataclass(frozen=True)
class Replica:
    """What a replica does: answers everything with its name, on the shards it gets. `look_seconds` None is the real."""

    name: str
    address: str
    api_url: str
    gateway_url: str
    token: str
    shards: int
    look_seconds: float | None = None

    def __call__(self) -> None:
        if self.look_seconds is not None:
            ShardedClient.look_seconds = self.look_seconds
            ShardedClient.before_identify_hook = _at_once  # type: ignore[assignment, method-assign]  # not Discord's five seconds
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        engine = open_engine(self.address)
        host = replace(posting_host(engine), handle=self._answer, seats=StoredSeats(engine))
        given = {"token": SecretStr(self.token), "api_url": self.api_url, "gateway_url": self.gateway_url}
        await DiscordAdapter(host, load_settings(**given, shards=self.shards, _env_file=None)).serve()

    async def _answer(self, request: Request) -> Reply:
        return Reply(f"{self.name} is here", visibility=Visibility.PUBLIC)


async def _at_once(self: ShardedClient, shard_id: int | None, *, initial: bool = False) -> None:
    """Begin a session at once."""
