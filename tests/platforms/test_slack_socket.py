"""Slack over Socket Mode: the real SDK, the real core, a strict Slack on loopback."""

import pytest

from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Run
from tests.fakes.slack.server import FakeSlack
from tests.fakes.waiting import until


@asynchronous
async def test_a_lookup_is_answered_to_its_reader_alone(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        envelope = await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        answer = await bot.message()
        assert envelope.seconds_to_ack < 3  # as Slack demands
        assert envelope.answer in (None, {})
        assert answer.seen_by == "U1"
        assert "Megalodon: Efficient LLM Pretraining" in answer.shown()
        assert "2024-04-17" in answer.shown()
        assert slack.violations == []


@asynchronous
async def test_a_mention_is_answered_in_its_thread(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        payload = bot.by().mention("megalodon")
        await bot.over_socket(payload)
        answer = await bot.message()
        assert answer.seen_by is None
        assert answer.thread_ts == payload["event"]["ts"]
        assert "Megalodon" in answer.shown()
        await bot.over_socket(bot.by().mention("megalodon", thread="1700000000.000001"))
        assert (await bot.message(2)).thread_ts == "1700000000.000001"


@asynchronous
async def test_a_broken_socket_is_replaced_and_what_was_not_acked_is_answered(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.adapter.PING_SECONDS", 0.2)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await until(lambda: bot.adapter.connected)
        slack.sockets.accepting.clear()
        await slack.sockets.drop()
        await until(lambda: not bot.adapter.connected)
        envelope = await slack.sockets.send("slash_commands", bot.by().slash("/paper", "megalodon"))
        slack.sockets.accepting.set()
        await until(lambda: bot.adapter.connected)
        await until(envelope.acked.is_set)
        assert "Megalodon" in (await bot.message()).shown()
        connections = slack.sockets.connections
        await slack.sockets.ask_to_reconnect()
        await until(lambda: slack.sockets.connections > connections)
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        await bot.message(2)
