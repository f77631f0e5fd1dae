"""Digests through the real ledger and the real adapter into a Slack that fails: each once, whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.ledger import Delivery, State
from bot.digest.local import LocalRunner
from bot.model import ChannelAddress, Schedule
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop
from tests.fakes.early import seconds_to_early_today
from tests.fakes.slack.bot import Bot, Run, TurnedClock
from tests.fakes.slack.faults import CutBody, Fault, Refusal, Reset, Status, TooMany, Trouble
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Message

AT_MIDNIGHT = Schedule(time(0), "UTC")
AFTERWARDS = [Status(500), Status(502), Status(503), Status(504), Reset(), CutBody(), Refusal("internal_error")]


@dataclass
class Delivering:
    """A daily job that posts to the fake Slack, with the clock in the test's hand."""

    bot: Bot
    book: DigestLoop
    ledger: Ledger
    runner: LocalRunner

    async def turn(self, seconds: float = 0) -> None:
        """Let time go by, then plan and deliver what is due."""
        self.bot.slack.turned += seconds
        await self.runner.tick()

    def digests(self, channel: str = "C1") -> list[Message]:
        """Return the digests in a channel, without their threads."""
        return [message for message in self.bot.messages(channel) if message.thread_ts is None]

    def rows(self, channel: str = "C1") -> list[Delivery]:
        """Return a channel's rows of the ledger."""
        return [row for row in self.book.ledger_rows() if row.address.channel == channel]

    def asked(self, method: str) -> int:
        """Return how often a method was called."""
        return len(self.bot.slack.asked(method))


@asynccontextmanager
async def delivering(run_slack: Run, database: Path, *channels: str) -> AsyncIterator[Delivering]:
    """Subscribe channels to everything, with two notes of today that are due."""
    engine = open_engine(database)
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        clock = TurnedClock(slack)
        slack.turned = seconds_to_early_today()
        book = DigestLoop(engine, database.parent)
        today = clock.now().date()
        for channel in channels or ("C1",):
            book.subscribe("all", ChannelAddress("slack", "T1", channel), AT_MIDNIGHT, first_date=today)
        book.note("e1", today, "llm")
        book.note("e2", today, "rl")
        adapters = {"slack": bot.adapter}
        ledger = Ledger(engine, Composer({"slack": bot.adapter.render}, {}, clock))
        runner = LocalRunner(ledger, Deliverer(ledger, adapters, clock), clock, alone=True)
        yield Delivering(bot, book, ledger, runner)
        assert slack.violations == []
    engine.dispose()


@asynchronous
async def test_a_digest_is_posted_once_with_its_notes_in_the_thread(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        await job.turn()
        await job.turn(3600)
        (digest,) = job.digests()
        parts = [message for message in job.bot.messages() if message.thread_ts]
        assert {message.thread_ts for message in parts} == {digest.ts}
        assert "e1" in digest.shown()
        assert {row.state for row in job.rows()} == {State.POSTED}
        assert job.asked("chat.postMessage") == 1 + len(parts)
        assert job.asked("conversations.history") == 0


@pytest.mark.parametrize("trouble", AFTERWARDS, ids=str)
@asynchronous
async def test_a_digest_stored_before_the_trouble_is_found_and_not_posted_again(
    run_slack: Run, database: Path, trouble: Trouble
) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", trouble, after=True))
        await job.turn()
        assert len(job.digests()) == 1
        assert job.rows()[0].state is State.SENDING
        for _ in range(6):
            await job.turn(60)
        assert job.asked("conversations.history") >= 1
        assert len(job.digests()) == 1
        assert {row.state for row in job.rows()} == {State.POSTED}


@pytest.mark.parametrize("trouble", AFTERWARDS, ids=str)
@asynchronous
async def test_a_digest_lost_in_the_trouble_is_posted_after_looking(
    run_slack: Run, database: Path, trouble: Trouble
) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", trouble))
        await job.turn()
        assert job.digests() == []
        for _ in range(6):
            await job.turn(60)
        assert job.asked("conversations.history") >= 1
        assert len(job.digests()) == 1


@asynchronous
async def test_nothing_is_sent_before_slack_allows_it_and_no_attempt_is_spent(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", TooMany(12)))
        await job.turn()
        await job.turn(11)
        assert job.asked("chat.postMessage") == 1
        await job.turn(2)
        assert len(job.digests()) == 1
        assert job.asked("conversations.history") == 0
        assert job.rows()[0].attempt == 1


@pytest.mark.parametrize("state", ["archived", "deleted", "left"])
@asynchronous
async def test_a_closed_channel_rests_and_the_others_go_on(run_slack: Run, database: Path, state: str) -> None:
    async with delivering(run_slack, database, "C1", "C2") as job:
        room = job.bot.team.rooms["C1"]
        if state == "left":
            room.bot_is_in = False
        else:
            setattr(room, state, True)
        await job.turn()
        assert job.rows("C1")[0].state is State.FAILED
        assert len(job.digests("C2")) == 1
        for _ in range(10):
            await job.turn(600)
        to_closed = [call for call in job.bot.slack.asked("chat.postMessage") if call.arguments["channel"] == "C1"]
        assert len(to_closed) == 1


@asynchronous
async def test_while_the_token_is_revoked_nobody_calls_and_afterwards_once(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database, "C1", "C2") as job:
        job.bot.team.revoked = True
        await job.turn()
        calls = job.asked("chat.postMessage")
        for _ in range(4):
            await job.turn(1800)
        assert job.asked("chat.postMessage") == calls
        job.bot.team.revoked = False
        job.ledger.mend("slack", "T1")
        await job.turn(1)
        assert [len(job.digests(channel)) for channel in ("C1", "C2")] == [1, 1]


@asynchronous
async def test_a_rationed_history_is_waited_for(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults += [
            Fault("chat.postMessage", Status(503), after=True),
            Fault("conversations.history", TooMany(60)),
        ]
        await job.turn()
        for _ in range(8):
            await job.turn(45)
        assert len(job.digests()) == 1
        assert job.asked("conversations.history") == 2
        assert job.rows()[0].state is State.POSTED


@asynchronous
async def test_a_history_that_stays_closed_is_never_taken_for_a_miss(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", Status(503), after=True))
        job.bot.slack.faults.append(Fault("conversations.history", Refusal("internal_error"), times=1000))
        await job.turn()
        for _ in range(30):
            await job.turn(timedelta(hours=1).total_seconds())
        assert len(job.digests()) == 1
        assert job.rows()[0].state is State.AMBIGUOUS


@asynchronous
async def test_a_thread_goes_on_where_it_broke_off(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", Reset(), after=True, skip=1))
        await job.turn()
        for _ in range(6):
            await job.turn(60)
        parts = [row for row in job.rows() if row.part > 0]
        shown = [message for message in job.bot.messages() if message.thread_ts]
        assert job.asked("conversations.replies") >= 1
        assert len(shown) == len(parts) > 0
        assert {row.state for row in job.rows()} == {State.POSTED}


@asynchronous
async def test_a_digest_deleted_by_a_person_before_it_is_looked_up_stands_once(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", Reset(), after=True))
        await job.turn()
        (digest,) = job.digests()
        job.bot.team.rooms["C1"].delete(digest.ts)
        for _ in range(6):
            await job.turn(60)
        # Slack's history doesn't tell a deleted message from one that never came.
        assert len(job.digests()) == 1
        assert {row.state for row in job.rows()} == {State.POSTED}


@asynchronous
async def test_a_digest_deleted_by_a_person_once_it_is_known_stays_deleted(run_slack: Run, database: Path) -> None:
    async with delivering(run_slack, database) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", TooMany(12), skip=1))
        await job.turn()
        (digest,) = job.digests()
        job.bot.team.rooms["C1"].delete(digest.ts)
        for _ in range(6):
            await job.turn(60)
        assert job.bot.messages() == []
        assert {row.state for row in job.rows()} == {State.POSTED}
        job.book.edit("e1", title="Another title")
        for _ in range(3):
            await job.turn(60)
        assert job.bot.messages() == []
        assert job.asked("chat.update") == 1
