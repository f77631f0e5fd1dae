"""The whole bot as an operator starts it, against the fake Slack: answers, subscriptions, and a clean end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import new_team, until
from tests.fakes.slack.payloads import Payloads
from tests.fakes.slack.server import APP_TOKEN, FakeSlack
from tests.fakes.slack.state import Team

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def paperboy_run(slack: FakeSlack, team: Team, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `paperboy run` in a process of its own; its log is in `folder`."""
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "PAPERBOY_NOTES": str(ROOT / "seeds"),
        "PAPERBOY_DATA": str(folder),
        "PAPERBOY_HTTP_ADDRESS": "off",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=environment, cwd=folder, stdout=log, stderr=log
        )
        try:
            await asyncio.wait_for(slack.sockets.connected(), 40)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynchronous
async def test_the_bot_answers_subscribes_and_ends_when_asked(tmp_path: Path) -> None:
    team = new_team()
    async with FakeSlack() as slack:
        slack.teams.append(team)
        async with paperboy_run(slack, team, tmp_path) as process:
            ask = Payloads(slack, team)
            await slack.sockets.send("slash_commands", ask.slash("/paper", "megalodon"))
            await until(lambda: len(team.rooms["C1"].messages) == 1, 30)
            await slack.sockets.send("slash_commands", ask.slash("/digest", "subscribe #llm"))
            await until(lambda: len(team.rooms["C1"].messages) == 2, 30)
            await slack.sockets.send("events_api", ask.event("app_home_opened", user="U1", tab="home", channel="D1"))
            await until(lambda: "U1" in team.homes, 30)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 35) == 0
    found, subscribed = team.rooms["C1"].messages
    assert "Megalodon" in found.shown()
    assert subscribed.seen_by is None
    assert "@kim" in subscribed.shown()
    assert "#llm" in subscribed.shown()
    assert "<#C1>" in str(team.homes["U1"])
    log = (tmp_path / "log").read_text("utf-8")
    assert "Traceback" not in log
    assert team.bot_token not in log
    assert slack.violations == []
