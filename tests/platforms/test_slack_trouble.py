"""What people see while Slack or our database is in trouble around their question."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.commands import Typed
from bot.errors import StorageError
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.storage.memory import StoredMemory
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Run
from tests.fakes.slack.faults import Fault, Status
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Room
from tests.fakes.waiting import until


async def failing(*_: object, **__: object) -> Sequence[ChannelAddress]:
    raise StorageError(sentence("The database is busy."))


@asynchronous
async def test_a_subscription_is_kept_where_slack_cannot_say_whether_the_bot_is_there(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("conversations.info", Status(503)))
        await bot.over_socket(bot.by(channel="C2").slash("/digest", "subscribe #llm"))
        await bot.message(channel="C2")
        assert bot.asked[-1].command == Typed("digest", "subscribe #llm")


@asynchronous
async def test_an_archived_channel_is_told_to_let_the_bot_in(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["C5"] = Room("C5", archived=True, bot_is_in=False)
        await bot.over_socket(bot.by(channel="C5").slash("/digest", "subscribe #llm"))
        assert "/invite @paperboy" in (await bot.message(channel="C5")).shown()
        assert bot.asked == []


@asynchronous
async def test_people_are_answered_while_their_profiles_cannot_be_read_or_kept(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        monkeypatch.setattr(StoredMemory, "recall", failing)
        monkeypatch.setattr(StoredMemory, "remember", failing)
        for _ in range(2):
            await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
            await bot.quiet()
        assert [request.language for request in bot.asked] == ["ko", "ko"]
        assert len(slack.asked("users.info")) == 1


@asynchronous
async def test_a_profile_slack_does_not_give_is_asked_for_again_soon(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("users.info", Status(500)))
        for wait in (timedelta(), timedelta(minutes=4), timedelta(minutes=2)):
            slack.turned += wait.total_seconds()
            await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
            await bot.quiet()
        assert [request.language for request in bot.asked] == ["en", "en", "ko"]


@asynchronous
async def test_a_home_that_cannot_be_drawn_is_noted_down_and_drawn_the_next_time(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        opened = bot.by().event("app_home_opened", user="U1", tab="home", channel="D1")
        with monkeypatch.context() as patched:
            patched.setattr(bot.addressbook, "channels_of", failing)
            await bot.over_socket(opened)
            await bot.quiet()
        assert bot.team.homes == {}
        assert "the Home tab isn't shown" in caplog.text
        await bot.over_socket(opened)
        await until(lambda: "U1" in bot.team.homes)


@asynchronous
async def test_a_channel_event_the_database_cannot_take_troubles_nothing_else(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        with monkeypatch.context() as patched:
            patched.setattr(bot.addressbook, "closed", failing)
            await bot.over_socket(bot.by().event("channel_archive", channel="C1", user="U1"))
            await bot.quiet()
        assert "isn't noted" in caplog.text
        await bot.over_socket(bot.by().event("channel_unarchive", channel="C1", user="U1"))
        await bot.quiet()
        assert bot.addressbook.told == [("opened", "slack:T1/C1")]
        assert "Traceback" not in caplog.text
