"""Processes that post to Slack and are stopped for longer than their lease, or asked to end while they send."""

import asyncio
import os
import signal
import time
from pathlib import Path

from tests.e2e.test_slack_delivery_kills import assert_each_once, due_now, posted
from tests.fakes.asynchronous import asynchronous
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digest_worker import start
from tests.fakes.slack.faults import Fault, Slow
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.worker import SlackWorker
from tests.fakes.waiting import PATIENCE, until

CHANNELS = 12
SENT = "chat.postMessage"


@asynchronous
async def test_a_process_stopped_in_a_send_for_longer_than_its_lease_posts_nothing_twice(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    address = postgresql.migrated()
    async with FakeSlack() as slack:
        loop = due_now(address, tmp_path, slack, CHANNELS)
        token = slack.teams[0].bot_token
        slack.faults.append(Fault(SENT, Slow(0.5), skip=4))
        stopped = start(SlackWorker(address, slack.api_url, token, lease=2.0, at_once=1))
        # The fifth post has reached Slack and waits there for its answer.
        await until(lambda: len(slack.asked(SENT)) == 5)
        assert stopped.pid is not None
        os.kill(stopped.pid, signal.SIGSTOP)
        second = start(SlackWorker(address, slack.api_url, token, lease=2.0, until_done=True))
        await asyncio.to_thread(second.join, PATIENCE)
        assert second.exitcode == 0
        os.kill(stopped.pid, signal.SIGCONT)
        stopped.terminate()
        await asyncio.to_thread(stopped.join, PATIENCE)
        assert_each_once(loop, slack, CHANNELS)
        loop.engine.dispose()


@asynchronous
async def test_sigterm_in_the_middle_of_a_send_ends_in_time_and_leaves_nothing_half_sent(
    sqlite: SqliteFiles, tmp_path: Path
) -> None:
    address = sqlite.migrated()
    async with FakeSlack() as slack:
        slack.jitter = 0.2
        loop = due_now(address, tmp_path, slack, CHANNELS)
        token = slack.teams[0].bot_token
        worker = start(SlackWorker(address, slack.api_url, token, lease=45))
        await until(lambda: posted(slack) > 0)
        asked_at = time.monotonic()
        worker.terminate()
        await asyncio.to_thread(worker.join, PATIENCE)
        assert worker.exitcode == 0
        assert time.monotonic() - asked_at < 35
        assert "sending" not in {row.state.value for row in loop.ledger_rows()}
        slack.jitter = 0
        last = start(SlackWorker(address, slack.api_url, token, until_done=True))
        await asyncio.to_thread(last.join, PATIENCE)
        assert last.exitcode == 0
        assert_each_once(loop, slack, CHANNELS, looked=False)
        loop.engine.dispose()
