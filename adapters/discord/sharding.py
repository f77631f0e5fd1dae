"""Several gateway connections that share the guilds; where replicas share a database, each shard has one of them."""

import asyncio
import logging
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket

from adapters.discord.client import Client, client_options
from adapters.discord.settings import DiscordSettings
from bot.ports import Seats

# A dead replica's shards are free when the database notices, and taken at the next look.
LOOK_SECONDS = 5.0
_log = logging.getLogger(__name__)


class ShardedClient(Client, discord.AutoShardedClient):
    """Run the shards this replica has a seat for, all of them where it is alone."""

    seats: Seats | None = None
    look_seconds = LOOK_SECONDS
    _keeper: "asyncio.Task[None] | None" = None
    # The shards that have a session, and those this replica has a seat for; None before it looked.
    _up: frozenset[int] = frozenset()
    _ours: frozenset[int] | None = None

    @property
    def connected(self) -> bool:
        """Tell whether every shard of this replica has a session; one that waits for a seat has none to have."""
        if self.seats is None:
            return bool(self.shards) and self._up >= self.shards.keys()
        return self._ours is not None and self._up >= self._ours

    async def on_shard_connect(self, shard: int) -> None:
        """Note that a shard's session began."""
        self._up |= {shard}

    async def on_shard_resumed(self, shard: int) -> None:
        """Note that a shard's session goes on."""
        self._up |= {shard}

    async def on_shard_disconnect(self, shard: int) -> None:
        """Note that a shard hears nothing for now."""
        self._up -= {shard}

    async def launch_shards(self) -> None:
        """Connect the shards; with seats, go on looking for shards whose replica died."""
        if self.seats is None:
            await super().launch_shards()
            return
        gateway = DiscordWebSocket.DEFAULT_GATEWAY
        count: int | None = self.shard_count
        if count is None:
            count, address, _ = await self.http.get_bot_gateway()
            gateway = yarl.URL(address)
        self.shard_count = self._connection.shard_count = count
        self._keeper = asyncio.create_task(self._keep_seats(gateway, self.seats))

    async def close(self) -> None:
        """Close every connection and let others have the shards."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})
        await super().close()
        if self.seats is not None:
            await self.seats.leave()

    async def _keep_seats(self, gateway: yarl.URL, seats: Seats) -> None:
        running: set[int] = set()
        while not self.is_closed():
            try:
                await self._look(gateway, seats, running)
            except Exception:  # noqa: BLE001 - whatever it is, the next look may mend it, and nobody else looks
                _log.exception("the shards could not be looked after")
            await asyncio.sleep(self.look_seconds)

    async def _look(self, gateway: yarl.URL, seats: Seats, running: set[int]) -> None:
        """Run the shards that are ours to run, and no other."""
        for shard in range(self.shard_count or 1):
            mine = await seats.take(f"discord shard {shard} of {self.shard_count}")
            if mine and shard not in running:
                await self._launch(gateway, shard, running)
            elif not mine and shard in running:
                await self._lay_down(shard, running)
        self._ours = frozenset(running)

    async def _launch(self, gateway: yarl.URL, shard: int, running: set[int]) -> None:
        running.add(shard)
        # The SDK says that all is ready once it has heard from as many shards as it knows of.
        self._connection.shard_ids = sorted(running)
        _log.info("shard %d is ours", shard)
        await self.launch_shard(gateway, shard, initial=len(running) == 1)

    async def _lay_down(self, shard: int, running: set[int]) -> None:
        running.discard(shard)
        _log.warning("shard %d is another replica's now", shard)
        found = self.get_shard(shard)
        if found is not None:
            await found.disconnect()


def new_client(settings: DiscordSettings, seats: Seats | None) -> Client:
    """Return the client that the settings and the number of replicas ask for."""
    options: dict[str, Any] = client_options(settings)
    if settings.shards is None and seats is None:
        return Client(**options)
    client = ShardedClient(**options, shard_count=None if settings.shards == "auto" else settings.shards or 1)
    client.seats = seats
    return client
