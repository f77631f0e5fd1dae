"""Real processes killed with SIGKILL at random moments: no digest is lost, none comes twice."""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import ChannelAddress, Schedule
from bot.storage.engine import open_engine
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digest_worker import Worker, end, kill, start
from tests.fakes.digests import DigestLoop
from tests.fakes.waiting import PATIENCE

KILLS = 25
CHANNELS = 250


def due_now(address: str | Path, folder: Path, channels: int) -> DigestLoop:
    """Fill a database with channels whose digest has been due for ten minutes."""
    loop = DigestLoop(open_engine(address), folder)
    due_at = datetime.now(UTC) - timedelta(minutes=10)
    loop.clock.set(due_at.replace(tzinfo=None).isoformat())
    loop.note("a", due_at.date(), "llm")
    schedule = Schedule(due_at.time().replace(second=0, microsecond=0), "UTC")
    for number in range(channels):
        place = ChannelAddress("console", "local", f"c{number}")
        loop.subscribe(address=place, schedule=schedule, first_date=due_at.date())
    loop.engine.dispose()
    return loop


def wait_for_all(loop: DigestLoop, channels: int) -> None:
    """Wait until every channel has its digest and its thread, or fail."""
    deadline = time.monotonic() + PATIENCE
    while len(loop.platform.messages()) < 2 * channels or loop.ledger.has_open():
        assert time.monotonic() < deadline, loop.states()
        time.sleep(0.1)


def assert_each_once(loop: DigestLoop, channels: int) -> None:
    loop.assert_all_posted_once()
    assert len(loop.platform.texts()) == channels
    assert len(loop.platform.messages()) == 2 * channels


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_runner_killed_again_and_again_posts_each_digest_once(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(kind)
    address = databases.migrated()
    loop = due_now(address, tmp_path, CHANNELS)
    worker = Worker(address, loop.platform.file, jitter=0.02, at_once=4)
    for _ in range(KILLS):
        before = loop.platform.size()
        process = start(worker)
        loop.platform.wait_for_more(before)
        time.sleep(random.uniform(0, 0.15))
        kill(process)
    last = start(Worker(address, loop.platform.file, at_once=8, until_done=True))
    last.join(PATIENCE)
    assert last.exitcode == 0
    assert_each_once(loop, CHANNELS)
    assert len(loop.platform.looked()) > 0, "no kill fell between claim and settle"
    loop.engine.dispose()


def test_three_replicas_killed_again_and_again_post_each_digest_once(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    address = postgresql.migrated()
    loop = due_now(address, tmp_path, CHANNELS)
    worker = Worker(address, loop.platform.file, jitter=0.06, at_once=3, cluster=True)
    replicas = [start(worker) for _ in range(3)]
    for _ in range(KILLS):
        before = loop.platform.size()
        loop.platform.wait_for_more(before)
        time.sleep(random.uniform(0, 0.15))
        victim = random.randrange(3)
        kill(replicas[victim])
        replicas[victim] = start(worker)
    wait_for_all(loop, CHANNELS)
    end(replicas)
    assert_each_once(loop, CHANNELS)
    assert len(loop.platform.looked()) > 0, "no kill fell between claim and settle"
    loop.engine.dispose()
