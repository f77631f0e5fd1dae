"""A replica that dies by SIGKILL leaves its shards to the living within thirty seconds: real processes, real seats."""

import asyncio
import time

from tests.fakes.databases import PostgresServer
from tests.fakes.digest_worker import kill, start
from tests.fakes.discord.people import ink
from tests.fakes.discord.replica import Replica
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel
from tests.fakes.waiting import PATIENCE, until

SHARDS = 2
WITHIN = 30.0


def channel_of(discord: FakeDiscord, shard: int) -> Channel:
    """Make guilds until one belongs to a shard."""
    while True:
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild)
        if (int(guild.id) >> 22) % SHARDS == shard:
            return channel


async def who_answers(discord: FakeDiscord, channel: Channel) -> str:
    interaction = await discord.people.slash(channel, discord.world.add_user(), "paper", query="megalodon")
    assert len(interaction.messages) == 1
    return ink(interaction.messages[0])


def test_the_shards_of_a_killed_replica_move_within_thirty_seconds(postgresql: PostgresServer) -> None:
    seconds = asyncio.run(shards_move(postgresql.migrated(), look_seconds=0.5))
    assert seconds < WITHIN


async def shards_move(address: str, look_seconds: float | None) -> float:
    """Kill the replica that has all shards while another waits, and return the seconds until that one has them."""
    async with FakeDiscord() as discord:
        channels = [channel_of(discord, shard) for shard in range(SHARDS)]

        def replica(name: str) -> Replica:
            known = (discord.api_url, discord.gateway_url, discord.world.token)
            return Replica(name, address, *known, shards=SHARDS, look_seconds=look_seconds)

        first = start(replica("first"))
        await until(lambda: discord.gateway.identified == SHARDS)
        second = start(replica("second"))
        await until(lambda: discord.count("GET", "/users/@me") == 2)
        assert [await who_answers(discord, channel) for channel in channels] == ["first is here"] * SHARDS
        assert discord.gateway.identified == SHARDS
        killed = time.monotonic()
        kill(first)
        await until(lambda: discord.gateway.identified == 2 * SHARDS, within=WITHIN)
        moved = time.monotonic() - killed
        assert [await who_answers(discord, channel) for channel in channels] == ["second is here"] * SHARDS
        second.terminate()
        await asyncio.to_thread(second.join, PATIENCE)
        return moved
