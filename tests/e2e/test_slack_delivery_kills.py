"""Real processes that post to Slack, killed with SIGKILL at random moments: no digest is lost, none comes twice."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.digest.ledger import State
from bot.model import ChannelAddress, Schedule
from bot.storage.engine import open_engine
from tests.fakes.asynchronous import asynchronous
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digest_worker import end, kill, start
from tests.fakes.digests import DigestLoop
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Message, Room, Team
from tests.fakes.slack.worker import SlackWorker
from tests.fakes.waiting import PATIENCE, until

KILLS = 25
CHANNELS = 120


def due_now(address: str | Path, folder: Path, slack: FakeSlack, channels: int = CHANNELS) -> DigestLoop:
    """Fill a workspace and a database with channels whose digest has been due for ten minutes."""
    loop = DigestLoop(open_engine(address), folder)
    due_at = datetime.now(UTC) - timedelta(minutes=10)
    loop.clock.set(due_at.replace(tzinfo=None).isoformat())
    loop.note("a", due_at.date(), "llm")
    schedule = Schedule(due_at.time().replace(second=0, microsecond=0), "UTC")
    team = Team(rooms={room.id: room for room in (Room(f"C{number}") for number in range(channels))})
    slack.teams.append(team)
    for channel in team.rooms:
        loop.subscribe(address=ChannelAddress("slack", team.id, channel), schedule=schedule, first_date=due_at.date())
    loop.engine.dispose()
    return loop


def messages(slack: FakeSlack) -> Iterator[Message]:
    """Yield every message of every channel."""
    for room in slack.teams[0].rooms.values():
        yield from room.messages


def posted(slack: FakeSlack) -> int:
    return sum(1 for _ in messages(slack))


def assert_each_once(loop: DigestLoop, slack: FakeSlack, channels: int = CHANNELS, *, looked: bool = True) -> None:
    """See one message with one answer in its thread in each channel, and whether anybody had to look for it."""
    assert {one.state for one in loop.ledger_rows()} <= {State.POSTED, State.EMPTY}
    rooms = slack.teams[0].rooms.values()
    counts = Counter((len(room.messages), sum(one.thread_ts is None for one in room.messages)) for room in rooms)
    assert counts == {(2, 1): channels}
    looks = len(slack.asked("conversations.history")) + len(slack.asked("conversations.replies"))
    assert (looks > 0) is looked, "no kill fell between claim and settle" if looked else f"{looks} looks"
    assert slack.violations == []


async def one_more(slack: FakeSlack) -> None:
    """Wait for a post, and then a moment that is different each time."""
    before = posted(slack)
    await until(lambda: posted(slack) > before)
    await asyncio.sleep(random.uniform(0, 0.1))


@asynchronous
async def test_a_runner_killed_again_and_again_posts_each_digest_once(sqlite: SqliteFiles, tmp_path: Path) -> None:
    address = sqlite.migrated()
    async with FakeSlack() as slack:
        slack.jitter = 0.05
        loop = due_now(address, tmp_path, slack)
        token = slack.teams[0].bot_token
        for _ in range(KILLS):
            process = start(SlackWorker(address, slack.api_url, token))
            await one_more(slack)
            kill(process)
            # What it had asked is still carried out: the next post is to be the next process's.
            await until(lambda: not slack.under_way)
        last = start(SlackWorker(address, slack.api_url, token, until_done=True))
        await asyncio.to_thread(last.join, PATIENCE)
        assert last.exitcode == 0
        assert_each_once(loop, slack)
        loop.engine.dispose()


@asynchronous
async def test_three_replicas_killed_again_and_again_post_each_digest_once(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    address = postgresql.migrated()
    async with FakeSlack() as slack:
        slack.jitter = 0.05
        loop = due_now(address, tmp_path, slack)
        worker = SlackWorker(address, slack.api_url, slack.teams[0].bot_token, at_once=2, cluster=True)
        replicas = [start(worker) for _ in range(3)]
        for _ in range(KILLS):
            await one_more(slack)
            victim = random.randrange(3)
            kill(replicas[victim])
            replicas[victim] = start(worker)
        deadline = time.monotonic() + PATIENCE
        while await asyncio.to_thread(loop.ledger.has_open) or posted(slack) < 2 * CHANNELS:
            assert time.monotonic() < deadline, loop.states()
            await asyncio.sleep(0.1)
        await asyncio.to_thread(end, replicas)
        assert_each_once(loop, slack)
        loop.engine.dispose()
