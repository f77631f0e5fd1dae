"""Whoever installed the Slack app is told directly of a channel that refuses, once, with buttons that work there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.commands import Typed
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.digest.tell import Teller
from bot.model import ChannelAddress, Schedule
from bot.storage.alerts import AlertStore
from bot.storage.channels import AuditRow, write_audit
from bot.storage.engine import open_engine, transaction
from bot.storage.ledger import Ledger
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop
from tests.fakes.slack import browser
from tests.fakes.slack.bot import Bot, Run, TurnedClock
from tests.fakes.slack.faults import Fault, Reset
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Message
from tests.fakes.waiting import until

HOME = ChannelAddress("slack", "T1", "C1")
# slack_sdk 3.47 sends the app's credentials by a class that aiohttp 3.14 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@dataclass
class Telling:
    """A daily job into the fake Slack that tells of what is broken."""

    bot: Bot
    runner: LocalRunner
    store: AlertStore

    async def turn(self, seconds: float = 0) -> None:
        self.bot.slack.turned += seconds
        await self.runner.tick()

    def told(self, channel: str) -> list[Message]:
        rooms = self.bot.team.rooms
        return rooms[channel].messages if channel in rooms else []


@asynccontextmanager
async def telling(
    run_slack: Run, database: Path, *, mode: str = "http", ops: ChannelAddress | None = None
) -> AsyncIterator[Telling]:
    """Subscribe an archived channel, as person U2, with a note of today that is due."""
    engine = open_engine(database)
    async with FakeSlack() as slack, run_slack(slack, mode=mode) as bot:
        clock = TurnedClock(slack)
        book = DigestLoop(engine, database.parent)
        today = clock.now().date()
        channel = book.subscribe("all", HOME, Schedule(time(0), "UTC"), first_date=today)
        with transaction(engine) as connection:
            write_audit(connection, channel.id, AuditRow(clock.now(), "U2", "subscribe", "", ""))
        book.note("e1", today, "llm")
        bot.team.rooms["C1"].archived = True
        adapters = {"slack": bot.adapter}
        ledger = Ledger(engine, Composer({"slack": bot.adapter.render}, {}, clock))
        store = AlertStore(engine)
        teller = Teller(store, adapters, clock, ops_channel=ops)
        deliverer = Deliverer(ledger, adapters, clock, teller=teller)
        yield Telling(bot, LocalRunner(ledger, deliverer, clock, alone=True), store)
        assert slack.violations == []
    engine.dispose()


@asynchronous
async def test_who_installed_the_app_is_told_once_with_cause_cure_and_buttons(run_slack: Run, database: Path) -> None:
    async with telling(run_slack, database, mode="many") as job:
        bot = job.bot
        await browser.install(bot.http, bot.web.url, bot.slack, bot.team)
        for _ in range(3):
            await job.turn(60)
        (alert,) = job.told("DA")
        assert "<#C1>: digests don't get through. The channel was archived. Unarchive it" in alert.shown()
        (row,) = [block for block in alert.blocks if block["type"] == "actions"]
        retry, remove = row["elements"]
        assert (retry["text"]["text"], remove["text"]["text"]) == ("Retry", "Remove")
        await bot.over_http(bot.by("UA", channel="DA").press(retry["value"], action_id=retry["action_id"]))
        await until(lambda: bool(bot.asked))
        request = bot.asked[-1]
        assert str(request.address) == "slack:T1/DA"
        assert isinstance(request.command, Typed)
        assert request.command.text.startswith("retry a")


@asynchronous
async def test_with_one_token_who_subscribed_the_channel_is_told(run_slack: Run, database: Path) -> None:
    async with telling(run_slack, database) as job:
        await job.turn()
        await job.turn(60)
        assert [len(job.told(channel)) for channel in ("D2", "DA", "C2")] == [1, 0, 0]


@asynchronous
async def test_an_answer_that_is_lost_is_looked_up_in_the_history(run_slack: Run, database: Path) -> None:
    ops = ChannelAddress("slack", "T1", "C2")
    async with telling(run_slack, database, ops=ops) as job:
        job.bot.slack.faults.append(Fault("chat.postMessage", Reset(), after=True))
        await job.turn()
        await job.turn(120)
        await job.turn(120)
        assert len(job.told("C2")) == 1
        assert job.bot.slack.asked("conversations.history")
        (alert,) = job.store.look(datetime.now(UTC) + timedelta(days=1))
        assert alert.message_id == job.told("C2")[0].ts


@asynchronous
async def test_a_revoked_token_is_not_tried_to_say_that_it_is_revoked(run_slack: Run, database: Path) -> None:
    async with telling(run_slack, database) as job:
        job.bot.team.revoked = True
        for _ in range(4):
            await job.turn(1800)
        assert len(job.bot.slack.asked("chat.postMessage")) == 1
        assert job.bot.slack.asked("conversations.open") == []
