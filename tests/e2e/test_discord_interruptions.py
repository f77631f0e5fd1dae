"""Processes that post to Discord and are stopped for longer than their lease, or asked to end while they send."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.test_delivery_interruptions import stop_outside_a_transaction
from tests.e2e.test_discord_delivery_kills import assert_each_once, due_now, posted
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digest_worker import start
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.worker import DiscordWorker
from tests.fakes.waiting import PATIENCE, until

CHANNELS = 12


@pytest.mark.parametrize(("kind", "nonce_lives"), [("sqlite", 0.0), ("postgresql", 60.0)])
def test_a_process_stopped_for_longer_than_its_lease_posts_nothing_twice(
    kind: str, nonce_lives: float, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(kind)
    asyncio.run(_stopped(databases.migrated(), nonce_lives, tmp_path))


async def _stopped(address: str | Path, nonce_lives: float, folder: Path) -> None:
    async with FakeDiscord() as discord:
        discord.jitter = 0.4  # long enough for the process to be stopped while answers are on their way
        loop = due_now(address, folder, discord, CHANNELS)
        worker = DiscordWorker(address, discord.api_url, discord.world.token, lease=3.0, nonce_lives=nonce_lives)
        stopped = start(worker)
        await until(lambda: posted(discord) > 0)
        assert stopped.pid is not None
        await asyncio.to_thread(stop_outside_a_transaction, stopped.pid, address)
        discord.jitter = 0
        other = DiscordWorker(
            address, discord.api_url, discord.world.token, lease=3.0, nonce_lives=nonce_lives, until_done=True
        )
        second = start(other)
        await asyncio.to_thread(second.join, PATIENCE)
        assert second.exitcode == 0
        os.kill(stopped.pid, signal.SIGCONT)
        stopped.terminate()
        await asyncio.to_thread(stopped.join, PATIENCE)
        assert_each_once(loop, discord, CHANNELS)
        loop.engine.dispose()


def test_sigterm_in_the_middle_of_a_send_ends_in_time_and_leaves_nothing_half_sent(
    sqlite: SqliteFiles, tmp_path: Path
) -> None:
    asyncio.run(_asked_to_end(sqlite.migrated(), tmp_path))


async def _asked_to_end(address: str | Path, folder: Path) -> None:
    async with FakeDiscord() as discord:
        discord.jitter = 0.3
        loop = due_now(address, folder, discord, CHANNELS)
        worker = start(DiscordWorker(address, discord.api_url, discord.world.token, lease=45))
        await until(lambda: posted(discord) > 0)
        asked = time.monotonic()
        worker.terminate()
        await asyncio.to_thread(worker.join, PATIENCE)
        assert worker.exitcode == 0
        assert time.monotonic() - asked < 35
        assert "sending" not in {row.state.value for row in loop.ledger_rows()}
        reads = discord.count("GET", r"/channels/\d+/messages")
        discord.jitter = 0
        last = start(DiscordWorker(address, discord.api_url, discord.world.token, until_done=True))
        await asyncio.to_thread(last.join, PATIENCE)
        assert last.exitcode == 0
        assert_each_once(loop, discord, CHANNELS, looked=False)
        assert discord.count("GET", r"/channels/\d+/messages") == reads == 0
        loop.engine.dispose()
