"""What the ledger asks of Slack: post, find and edit, with every failure in its class."""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ChannelGone, CredentialsRefused, DeliveryError, NotSent, OutcomeUnknown, RateLimited
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import SendWindow
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Bot, Run
from tests.fakes.slack.faults import CutBody, Fault, Refusal, Reset, Slow, Status, TooMany, Trouble
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Message

POSTING = ("chat.postMessage", "chat.delete", "chat.update")
ADDRESS = ChannelAddress("slack", "T1", "C1")


@asynccontextmanager
async def posting(run_slack: Run) -> AsyncIterator[Bot]:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        yield bot
        assert slack.violations == []


def payload(bot: Bot) -> str:
    (drawn,) = bot.adapter.render(Reply("A digest"))
    return drawn


async def failure(call: Awaitable[object]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await call
    return caught.value


def window(bot: Bot, seconds_ago: float = 60) -> SendWindow:
    sent = datetime.fromtimestamp(bot.slack.now() - seconds_ago, UTC)
    return SendWindow(sent - timedelta(seconds=5), sent)


@asynchronous
async def test_a_post_is_found_by_its_delivery_id_and_edited(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d1", None)
        part = await bot.adapter.post(ADDRESS, payload(bot), "d2", ts)
        bot.slack.turned += 60
        assert await bot.adapter.find(ADDRESS, "d1", window(bot), None) == ts
        assert await bot.adapter.find(ADDRESS, "d2", window(bot), ts) == part
        assert await bot.adapter.find(ADDRESS, "d9", window(bot), None) is None
        assert await bot.adapter.find(ADDRESS, "d9", window(bot), ts) is None
        (corrected,) = bot.adapter.render(Reply("A corrected digest"))
        await bot.adapter.edit(ADDRESS, ts, corrected)
        assert [message.text for message in bot.messages()] == ["A corrected digest", "A digest"]


@asynchronous
async def test_a_deleted_message_is_not_corrected_and_holds_nothing_up(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d1", None)
        bot.team.rooms["C1"].delete(ts)
        await bot.adapter.edit(ADDRESS, ts, payload(bot))
        assert bot.messages() == []


@asynchronous
async def test_under_a_deleted_digest_nothing_is_left_and_nothing_follows(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d1", None)
        bot.team.rooms["C1"].delete(ts)
        gone = await bot.adapter.post(ADDRESS, payload(bot), "d2", ts)
        assert bot.messages() == []
        assert await bot.adapter.post(ADDRESS, payload(bot), "d3", ts) == gone
        await bot.adapter.edit(ADDRESS, gone, payload(bot))
        assert [len(slack_calls) for slack_calls in map(bot.slack.asked, POSTING)] == [2, 1, 0]


@pytest.mark.parametrize("stored", [True, False])
@asynchronous
async def test_a_part_whose_digest_was_deleted_before_the_look_up_is_settled(run_slack: Run, stored: bool) -> None:
    async with posting(run_slack) as bot:
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d1", None)
        bot.team.rooms["C1"].delete(ts)
        bot.slack.faults.append(Fault("chat.postMessage", Reset(), after=stored))
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d2", ts)), OutcomeUnknown)
        bot.slack.turned += 60
        assert await bot.adapter.find(ADDRESS, "d2", window(bot), ts) is not None
        assert bot.messages() == []


@asynchronous
async def test_a_thread_nobody_can_look_at_counts_as_there(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("conversations.replies", Refusal("internal_error")))
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d2", "1.000001")
        assert [message.ts for message in bot.messages()] == [ts]


@asynchronous
async def test_a_message_that_cannot_be_taken_back_stays_and_is_noted_down(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("chat.delete", Refusal("cant_delete_message")))
        await bot.adapter.post(ADDRESS, payload(bot), "d2", "1.000001")
        assert len(bot.messages()) == 1
        assert "stays" in caplog.text


@asynchronous
async def test_nothing_is_concluded_before_history_has_settled(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        error = await failure(bot.adapter.find(ADDRESS, "d1", window(bot, seconds_ago=44), None))
        assert isinstance(error, OutcomeUnknown)
        assert bot.slack.asked("conversations.history") == []


@asynchronous
async def test_history_is_read_page_after_page_and_no_further_than_it_can_hold_the_message(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        ts = await bot.adapter.post(ADDRESS, payload(bot), "d1", None)
        others = [Message(f"{bot.slack.now() + 1:.0f}.{900000 + number}", "chat", [], "U1") for number in range(450)]
        later = [Message(f"{bot.slack.now() + 3600:.0f}.{number:06}", "chat", [], "U1") for number in range(450)]
        bot.messages().extend([*others, *later])
        bot.slack.turned += 7200
        found = await bot.adapter.find(ADDRESS, "d1", window(bot, seconds_ago=7200), None)
        assert found == ts
        assert len(bot.slack.asked("conversations.history")) == 3


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Refusal("channel_not_found"), ChannelGone),
        (Refusal("is_archived"), ChannelGone),
        (Refusal("not_in_channel"), ChannelGone),
        (Refusal("restricted_action"), ChannelGone),
        (Refusal("invalid_auth"), CredentialsRefused),
        (Refusal("account_inactive"), CredentialsRefused),
        (Refusal("token_revoked"), CredentialsRefused),
        (Refusal("missing_scope"), CredentialsRefused),
        (Refusal("ratelimited"), RateLimited),
        (TooMany(12), RateLimited),
        (Refusal("invalid_blocks"), NotSent),
        (Refusal("msg_blocks_too_long"), NotSent),
        (Refusal("internal_error"), OutcomeUnknown),
        (Refusal("fatal_error"), OutcomeUnknown),
        (Refusal("service_unavailable"), OutcomeUnknown),
        (Status(500), OutcomeUnknown),
        (Status(502), OutcomeUnknown),
        (Status(503), OutcomeUnknown),
        (Status(504), OutcomeUnknown),
        (Reset(), OutcomeUnknown),
        (CutBody(), OutcomeUnknown),
    ],
    ids=str,
)
@asynchronous
async def test_each_failure_has_its_class(run_slack: Run, trouble: Trouble, expected: type[DeliveryError]) -> None:
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("chat.postMessage", trouble))
        error = await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None))
        assert type(error) is expected
        assert len(bot.slack.asked("chat.postMessage")) == 1
        if isinstance(error, RateLimited) and isinstance(trouble, TooMany):
            assert error.retry_after == 12


@pytest.mark.parametrize(
    "trouble",
    [Status(500), Status(502), Status(503), Status(504), Reset(), CutBody(), Refusal("internal_error")],
    ids=str,
)
@asynchronous
async def test_a_message_stored_before_the_trouble_is_sent_once_and_found(run_slack: Run, trouble: Trouble) -> None:
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("chat.postMessage", trouble, after=True))
        error = await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None))
        assert isinstance(error, OutcomeUnknown)
        assert len(bot.messages()) == 1
        bot.slack.turned += 60
        assert await bot.adapter.find(ADDRESS, "d1", window(bot), None) == bot.messages()[0].ts


@asynchronous
async def test_a_send_that_takes_too_long_is_of_unknown_outcome(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.clients.CALL_LIMIT", 0.2)
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("chat.postMessage", Slow(0.5), after=True))
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None)), OutcomeUnknown)


@asynchronous
async def test_a_connection_that_was_never_made_sent_nothing(run_slack: Run) -> None:
    slack = FakeSlack()
    async with slack, run_slack(slack, mode="http") as bot:
        await slack.__aexit__()
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None)), NotSent)


@pytest.mark.parametrize("state", ["deleted", "archived"])
@asynchronous
async def test_channels_that_are_gone_say_so(run_slack: Run, state: str) -> None:
    async with posting(run_slack) as bot:
        setattr(bot.team.rooms["C1"], state, True)
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None)), ChannelGone)


@asynchronous
async def test_a_bot_that_was_removed_or_revoked_says_so(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        bot.team.rooms["C1"].bot_is_in = False
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None)), ChannelGone)
        assert isinstance(await failure(bot.adapter.find(ADDRESS, "d1", window(bot), None)), ChannelGone)
        bot.team.rooms["C1"].bot_is_in, bot.team.revoked = True, True
        assert isinstance(await failure(bot.adapter.post(ADDRESS, payload(bot), "d1", None)), CredentialsRefused)
        bot.team.revoked = False
        await bot.adapter.post(ADDRESS, payload(bot), "d1", None)


@asynchronous
async def test_history_that_is_rationed_says_when_to_come_back(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        bot.slack.faults.append(Fault("conversations.history", TooMany(60)))
        error = await failure(bot.adapter.find(ADDRESS, "d1", window(bot), None))
        assert isinstance(error, RateLimited)
        assert error.retry_after == 60
        bot.slack.faults.append(Fault("conversations.history", Status(500)))
        assert isinstance(await failure(bot.adapter.find(ADDRESS, "d1", window(bot), None)), OutcomeUnknown)


@asynchronous
async def test_the_payload_is_frozen_as_it_will_be_sent(run_slack: Run) -> None:
    async with posting(run_slack) as bot:
        frozen = json.loads(payload(bot))
        await bot.adapter.post(ADDRESS, json.dumps(frozen), "d1", None)
        assert bot.messages()[0].blocks == frozen["blocks"]
        assert bot.messages()[0].metadata == {
            "event_type": "paperboy_delivery",
            "event_payload": {"delivery_id": "d1"},
        }
