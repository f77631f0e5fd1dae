"""Shards: many guilds over several connections, and over replicas of which one may die."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.sharding import ShardedClient
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import seeds_host, serving, settings
from tests.fakes.discord.people import ink
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel
from tests.fakes.waiting import until

LOOK = 0.05


@dataclass
class Seats:
    """The seats of one replica; `taken` is what all replicas share."""

    taken: dict[str, str]
    name: str
    cut_off: bool = False
    asked: int = 0

    async def take(self, name: str) -> bool:
        self.asked += 1
        if self.cut_off:
            return False
        return self.taken.setdefault(name, self.name) == self.name

    async def leave(self) -> None:
        self.die()

    def die(self) -> None:
        """Let go of everything, as the database does for a session that ended."""
        self.cut_off = True
        for name in [name for name, holder in self.taken.items() if holder == self.name]:
            del self.taken[name]


@pytest.fixture(autouse=True)
def _looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShardedClient, "look_seconds", LOOK)

    async def at_once(self: ShardedClient, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin without the five seconds that Discord wants between two sessions."""

    monkeypatch.setattr(ShardedClient, "before_identify_hook", at_once)


def channels_of_both_shards(discord: FakeDiscord) -> list[Channel]:
    """Make guilds until each of two shards has one."""
    found: dict[int, Channel] = {}
    while len(found) < 2:
        guild = discord.world.add_guild()
        found[(int(guild.id) >> 22) % 2] = discord.world.add_channel(guild)
    return [found[0], found[1]]


async def answered(discord: FakeDiscord, channel: Channel) -> None:
    user = discord.world.add_user()
    interaction = await discord.people.slash(channel, user, "paper", query="megalodon")
    assert "Megalodon" in ink(interaction.messages[0])
    assert len(interaction.messages) == 1


@asynccontextmanager
async def waiting(discord: FakeDiscord, seats: Seats) -> AsyncIterator[DiscordAdapter]:
    """Run a replica that finds every seat taken."""
    adapter = DiscordAdapter(replace(seeds_host(), seats=seats), settings(discord, shards=2))
    task = asyncio.create_task(adapter.serve())
    await until(lambda: seats.asked >= 2)
    await until(lambda: adapter.connected)
    try:
        yield adapter
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynchronous
async def test_two_shards_answer_for_all_guilds() -> None:
    async with FakeDiscord() as discord:
        channels = channels_of_both_shards(discord)
        async with serving(discord, seeds_host(), shards=2):
            await until(lambda: discord.gateway.identified == 2)
            for channel in channels:
                await answered(discord, channel)


@asynchronous
async def test_discord_s_advice_on_shards_is_taken() -> None:
    async with FakeDiscord() as discord:
        channel = discord.world.add_channel(discord.world.add_guild())
        async with serving(discord, seeds_host(), shards="auto"):
            assert discord.count("GET", "/gateway/bot") == 1
            await answered(discord, channel)


@asynchronous
async def test_replicas_share_no_shard_and_the_living_take_over_from_the_dead() -> None:
    async with FakeDiscord() as discord:
        channels = channels_of_both_shards(discord)
        taken: dict[str, str] = {}
        first, second = Seats(taken, "first"), Seats(taken, "second")
        async with serving(discord, replace(seeds_host(), seats=first), shards=2) as adapter:
            await until(lambda: discord.gateway.identified == 2)
            async with waiting(discord, second) as standby:
                assert discord.gateway.identified == 2
                # Who waits for a seat is well: a new replica would otherwise never let the old one go.
                assert standby.connected
                first.die()
                await adapter.close()
                await until(lambda: discord.gateway.identified == 4)
                for channel in channels:
                    await answered(discord, channel)


@asynchronous
async def test_a_look_that_fails_is_logged_and_looked_again(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Seats):
        async def take(self, name: str) -> bool:
            taken = await super().take(name)
            if self.asked == 1:
                raise RuntimeError("no seats today")
            return taken

    async with FakeDiscord() as discord:
        channel = discord.world.add_channel(discord.world.add_guild())
        async with serving(discord, replace(seeds_host(), seats=Failing({}, "first"))):
            await answered(discord, channel)
    assert any("could not be looked after" in one.getMessage() for one in caplog.records)


@asynchronous
async def test_a_replica_cut_off_from_the_database_lays_its_shard_down() -> None:
    async with FakeDiscord() as discord:
        discord.world.add_channel(discord.world.add_guild())
        seats = Seats({}, "first")
        async with serving(discord, replace(seeds_host(), seats=seats)):
            await until(lambda: any(one.socket for one in discord.gateway.sessions.values()))
            seats.die()
            await until(lambda: not any(one.socket for one in discord.gateway.sessions.values()))
