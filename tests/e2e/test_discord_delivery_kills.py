"""Real processes that post to Discord, killed with SIGKILL at random moments: no digest is lost, none comes twice."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.digest.ledger import State
from bot.model import ChannelAddress, Schedule
from bot.storage.engine import open_engine
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digest_worker import end, kill, start
from tests.fakes.digests import DigestLoop
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.worker import DiscordWorker
from tests.fakes.discord.world import BOT, THREADS
from tests.fakes.waiting import PATIENCE, until

KILLS = 25
CHANNELS = 80
MESSAGES = r"/channels/\d+/messages"


def due_now(address: str | Path, folder: Path, discord: FakeDiscord, channels: int = CHANNELS) -> DigestLoop:
    """Fill the world and a database with channels whose digest has been due for ten minutes."""
    loop = DigestLoop(open_engine(address), folder)
    due_at = datetime.now(UTC) - timedelta(minutes=10)
    loop.clock.set(due_at.replace(tzinfo=None).isoformat())
    loop.note("a", due_at.date(), "llm")
    guild = discord.world.add_guild()
    schedule = Schedule(due_at.time().replace(second=0, microsecond=0), "UTC")
    for _ in range(channels):
        channel = discord.world.add_channel(guild)
        place = ChannelAddress("discord", guild.id, channel.id)
        loop.subscribe(address=place, schedule=schedule, first_date=due_at.date())
    loop.engine.dispose()
    return loop


def posted(discord: FakeDiscord) -> int:
    return sum(1 for messages in discord.world.messages.values() for one in messages if one["author"]["id"] == BOT)


def assert_each_once(loop: DigestLoop, discord: FakeDiscord, channels: int = CHANNELS, *, looked: bool = True) -> None:
    assert {one.state for one in loop.ledger_rows()} <= {State.POSTED, State.EMPTY}
    counts = Counter(
        (channel.type in THREADS, len(discord.world.posts(channel))) for channel in discord.world.channels.values()
    )
    assert counts == {(False, 1): channels, (True, 1): channels}
    assert not looked or discord.world.nonce_hits + reads(discord) > 0, "nothing fell between claim and settle"


def reads(discord: FakeDiscord) -> int:
    return discord.count("GET", MESSAGES)


async def killed_again_and_again(worker: DiscordWorker, discord: FakeDiscord) -> None:
    for _ in range(KILLS):
        process = start(worker)
        await one_more(discord)
        kill(process)
        # What it had asked is still carried out: the next post is to be the next process's.
        await until(lambda: not discord.under_way)


async def one_more(discord: FakeDiscord) -> None:
    """Wait for a post, and then a moment that is different each time."""
    before = posted(discord)
    await until(lambda: posted(discord) > before)
    await asyncio.sleep(random.uniform(0, 0.1))


@pytest.mark.parametrize("nonce_lives", [60.0, 0.0])
def test_a_runner_killed_again_and_again_posts_each_digest_once(
    nonce_lives: float, sqlite: SqliteFiles, tmp_path: Path
) -> None:
    asyncio.run(_one_runner(nonce_lives, sqlite.migrated(), tmp_path))


async def _one_runner(nonce_lives: float, address: str | Path, folder: Path) -> None:
    async with FakeDiscord() as discord:
        discord.jitter = 0.02
        loop = due_now(address, folder, discord)
        token = discord.world.token
        await killed_again_and_again(DiscordWorker(address, discord.api_url, token, nonce_lives=nonce_lives), discord)
        last = start(DiscordWorker(address, discord.api_url, token, nonce_lives=nonce_lives, until_done=True))
        await asyncio.to_thread(last.join, PATIENCE)
        assert last.exitcode == 0
        assert_each_once(loop, discord)
        if not nonce_lives:
            assert reads(discord) > 0
        loop.engine.dispose()


def test_three_replicas_killed_again_and_again_post_each_digest_once(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    asyncio.run(_three_replicas(postgresql.migrated(), tmp_path))


async def _three_replicas(address: str | Path, folder: Path) -> None:
    async with FakeDiscord() as discord:
        discord.jitter = 0.03
        loop = due_now(address, folder, discord)
        worker = DiscordWorker(address, discord.api_url, discord.world.token, at_once=3, cluster=True)
        replicas = [start(worker) for _ in range(3)]
        for _ in range(KILLS):
            await one_more(discord)
            victim = random.randrange(3)
            kill(replicas[victim])
            replicas[victim] = start(worker)
        deadline = time.monotonic() + PATIENCE
        while await asyncio.to_thread(loop.ledger.has_open) or posted(discord) < 2 * CHANNELS:
            assert time.monotonic() < deadline, loop.states()
            await asyncio.sleep(0.1)
        await asyncio.to_thread(end, replicas)
        assert_each_once(loop, discord)
        loop.engine.dispose()
