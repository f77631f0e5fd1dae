"""Bad input over HTTP and over the socket: refused or harmless, noted once, no traceback to anybody."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.message import Reply, Request, Visibility
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Run
from tests.fakes.slack.payloads import as_http
from tests.fakes.slack.server import FakeSlack
from tests.fakes.waiting import until

NASTY = ("<!channel> <@U2> <https://x.example|y>", "a\0b", "\u202egnp.exe", "x" * 40_000, "&lt;!here&gt;", "*" * 500)


async def hello(request: Request) -> Reply:
    return Reply("hello", visibility=Visibility.PUBLIC)


@asynchronous
async def test_http_mode_answers_what_slack_signs(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        assert await bot.over_http(bot.by().slash("/paper", "megalodon")) == (200, "")
        assert "Megalodon" in (await bot.message()).shown()
        challenge = {"type": "url_verification", "challenge": "c4", "token": "legacy"}
        status, body = await bot.over_http(challenge)
        assert (status, "c4" in body) == (200, True)
        status, _ = await bot.over_http(bot.by().mention("megalodon"))
        assert status == 200
        await bot.message(2)
        assert slack.violations == []


@asynchronous
async def test_a_wrong_signature_and_a_stale_timestamp_are_refused(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        payload = bot.by().slash("/paper", "megalodon")
        assert (await bot.over_http(payload, secret="guessed"))[0] == 401
        assert (await bot.over_http(payload, at=slack.now() - 600))[0] == 401
        body, headers = as_http(payload, slack.now())
        async with bot.http.post(f"{bot.web.url}/slack/events", data=body + b"&x=1", headers=headers) as answer:
            assert answer.status == 401
        assert bot.asked == []
        refusals = [record for record in caplog.records if "signature" in record.message]
        assert len(refusals) == 3
        assert "megalodon" not in caplog.text


@asynchronous
async def test_bodies_that_are_no_payload_are_refused(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        for body in (b"{broken", b"\xff\xfe", b"payload=%7Bbroken", b"", urlencode({"payload": "[]"}).encode()):
            async with bot.http.post(f"{bot.web.url}/slack/events", data=body) as answer:
                assert answer.status in (400, 401)
                assert "Traceback" not in await answer.text()
        assert bot.asked == []


@asynchronous
async def test_a_body_too_large_for_slack_is_refused(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        answer = await bot.http.post(f"{bot.web.url}/slack/events", data=BytesIO(b"x" * 1_100_000))
        assert answer.status == 413
        answer.close()


@asynchronous
async def test_a_query_may_hold_the_word_payload(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http", handle=hello) as bot:
        assert (await bot.over_http(bot.by().slash("/paper", "payload attention")))[0] == 200
        await bot.message()
        assert getattr(bot.asked[0].command, "text", "") == "payload attention"


@asynchronous
async def test_nasty_queries_are_ink(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http") as bot:
        for number, text in enumerate(NASTY, start=1):
            assert (await bot.over_http(bot.by().slash("/paper", text)))[0] == 200
            answer = await bot.message(number)
            assert "<!" not in answer.text
            assert "Something went wrong" not in answer.text
        assert slack.violations == []


@asynchronous
async def test_forged_and_unknown_actions_are_acked_and_harmless(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        for number, value in enumerate(("drop table entries", "open ../../etc", "", "share e1; x" * 100), start=1):
            await bot.over_socket(bot.by().press(value))
            assert "too old for me" in (await bot.message(number)).shown()
        await bot.over_socket(bot.by().press("open e1", action_id="somebody.else"))
        await bot.over_socket(bot.by().slash("/unknown", "x"))
        await bot.quiet()
        assert bot.asked == []
        assert len(bot.messages()) == 4
        assert [record.levelname for record in caplog.records if "nobody expects" in record.message] == ["WARNING"] * 2


@asynchronous
async def test_a_button_that_opened_a_page_is_acked_and_nothing_more(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().press("", action_id="paperboy.link.reply.0"))
        await bot.quiet()
        assert bot.asked == []
        assert bot.messages() == []
        assert not [record for record in caplog.records if record.levelname == "WARNING"]


@asynchronous
async def test_bots_edits_joins_and_the_bot_itself_are_ignored(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=hello) as bot:
        someone = bot.by()
        ignored = (
            someone.mention("hello", bot_id="B2"),
            someone.mention("hello", user="UBOT"),
            someone.mention("hello", edited={"user": "U1", "ts": "1.0"}),
            someone.mention("hello", subtype="bot_message"),
            someone.direct("hello", subtype="message_changed", channel="D1"),
            someone.direct("hello", subtype="channel_join"),
            someone.direct("hello", channel_type="channel"),
            someone.event("reaction_added"),
        )
        for payload in ignored:
            await bot.over_socket(payload)
        await bot.over_socket(someone.mention("hello"))
        await bot.message()
        await bot.quiet()
        assert len(bot.asked) == 1


@asynchronous
async def test_an_event_that_cannot_be_read_is_acked_and_noted_down(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        mention = bot.by().mention("megalodon")
        unreadable = mention | {"event": {"type": "app_mention", "user": "U1"}}
        envelope = await slack.sockets.send("events_api", unreadable)
        await until(envelope.acked.is_set)
        noted = [record for record in caplog.records if record.message == "a listener failed"]
        assert [record.exc_info is not None for record in noted] == [True]
        await slack.sockets.send("events_api", mention)
        await bot.message()


@asynchronous
async def test_a_command_that_cannot_be_read_is_noted_down_and_troubles_no_other(
    run_slack: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        command = bot.by().slash("/paper", "megalodon")
        unreadable = await slack.sockets.send("slash_commands", {k: v for k, v in command.items() if k != "user_id"})
        await until(lambda: "a command failed" in caplog.text)
        assert "KeyError: 'user_id'" in caplog.text
        await slack.sockets.send("slash_commands", command)
        await bot.message()
        assert not unreadable.acked.is_set()


@asynchronous
async def test_an_event_is_answered_once_however_often_it_comes(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=hello) as bot:
        payload = bot.by().mention("hello")
        envelope = await bot.over_socket(payload)
        await slack.sockets.redeliver(envelope)
        await until(envelope.acked.is_set)
        same_message = {**payload, "event_id": "EvOther"}
        await bot.over_socket(same_message)
        slash = await bot.over_socket(bot.by().slash("/paper", "hello"))
        await slack.sockets.redeliver(slash)
        await until(slash.acked.is_set)
        await bot.quiet()
        assert len(bot.asked) == 2


@asynchronous
async def test_a_retry_that_was_never_seen_is_answered(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="http", handle=hello) as bot:
        body, headers = as_http(bot.by().mention("hello"), slack.now())
        retried = {**headers, "X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
        async with bot.http.post(f"{bot.web.url}/slack/events", data=body, headers=retried) as answer:
            assert answer.status == 200
        await bot.message()


@asynchronous
async def test_a_locked_database_delays_no_ack_and_loses_no_answer(run_slack: Run, database: Path) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=hello) as bot:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            mention = await bot.over_socket(bot.by().mention("hello"))
            slash = await bot.over_socket(bot.by().slash("/paper", "hello"))
            # Slack demands three seconds; a lock is waited for much longer.
            assert max(mention.seconds_to_ack, slash.seconds_to_ack) < 3
            await bot.message(2)
            other.execute("ROLLBACK")
        await bot.quiet()
        assert len(bot.asked) == 2


@asynchronous
async def test_a_flood_of_one_is_told_politely_and_costs_the_others_nothing(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.flood.SECONDS", 600.0)  # however slow the machine is
    async with FakeSlack() as slack, run_slack(slack) as bot:
        envelopes = [await bot.over_socket(bot.by().slash("/paper", "megalodon")) for _ in range(30)]
        refused = [envelope.answer["text"] for envelope in envelopes if envelope.answer]
        assert len(refused) == 20
        assert set(refused) == {"That was a lot at once. Please ask again in a few seconds."}
        await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
        await until(lambda: any(message.seen_by == "U2" for message in bot.messages()))
        await bot.quiet()
        assert len(bot.asked) == 11


@asynchronous
async def test_a_flood_of_mentions_is_told_once(run_slack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.flood.SECONDS", 600.0)
    async with FakeSlack() as slack, run_slack(slack, handle=hello) as bot:
        for _ in range(15):
            await bot.over_socket(bot.by().mention("hello"))
        await bot.quiet()
        private = [message for message in bot.messages() if message.seen_by]
        assert len(private) == 1
        assert "a lot at once" in private[0].shown()


@asynchronous
async def test_no_secret_reaches_the_log(run_slack: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        await bot.message()
    assert _secrets_in(caplog.text, ("xoxb-T1", "xapp-1", "shhh")) == []


def _secrets_in(text: str, secrets: Sequence[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]
