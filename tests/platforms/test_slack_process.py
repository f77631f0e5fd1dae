"""The whole bot as an operator starts it, against the fake Slack: answers, subscriptions, and a clean end."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import new_team
from tests.fakes.slack.browser import install
from tests.fakes.slack.payloads import SIGNING_SECRET, Payloads, as_http
from tests.fakes.slack.server import APP_TOKEN, FakeSlack
from tests.fakes.slack.state import Json
from tests.fakes.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def paperboy_run(slack: FakeSlack, folder: Path, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `paperboy run` in a process of its own; its log is in `folder`."""
    environment = {
        **os.environ,
        "SLACK_API_URL": slack.api_url,
        "PAPERBOY_NOTES": str(ROOT / "seeds"),
        "PAPERBOY_DATA": str(folder),
        "PAPERBOY_HTTP_ADDRESS": "off",
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=environment, cwd=folder, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def ended(process: asyncio.subprocess.Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), PATIENCE)


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def ready(http: aiohttp.ClientSession, url: str) -> None:
    """Wait until the bot calls itself ready."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with http.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


@asynchronous
async def test_the_bot_answers_subscribes_and_ends_when_asked(tmp_path: Path) -> None:
    team = new_team()
    async with FakeSlack() as slack:
        slack.teams.append(team)
        tokens = {"SLACK_BOT_TOKEN": team.bot_token, "SLACK_APP_TOKEN": APP_TOKEN}
        async with paperboy_run(slack, tmp_path, **tokens) as process:
            await asyncio.wait_for(slack.sockets.connected(), PATIENCE)
            ask = Payloads(slack, team)
            await slack.sockets.send("slash_commands", ask.slash("/paper", "megalodon"))
            await until(lambda: len(team.rooms["C1"].messages) == 1)
            await slack.sockets.send("slash_commands", ask.slash("/digest", "subscribe #llm"))
            await until(lambda: len(team.rooms["C1"].messages) == 2)
            await slack.sockets.send("events_api", ask.event("app_home_opened", user="U1", tab="home", channel="D1"))
            await until(lambda: "U1" in team.homes)
            assert await ended(process) == 0
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


@asynchronous
async def test_workspaces_install_the_bot_on_its_own_web_server_and_are_served_there(tmp_path: Path) -> None:
    team, address = new_team(), free_address()
    url = f"http://{address}"
    settings = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s3cret",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "PAPERBOY_HTTP_ADDRESS": address,
        "PAPERBOY_PUBLIC_URL": "https://papers.example.org",
    }
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        slack.teams.append(team)
        async with paperboy_run(slack, tmp_path, **settings) as process:
            await ready(http, url)
            assert await install(http, url, slack, team) == (200, "https://papers.example.org/slack/oauth_redirect")
            ask = Payloads(slack, team)
            assert await send(http, url, slack, ask.slash("/paper", "megalodon")) == 200
            await until(lambda: len(team.rooms["C1"].messages) == 1)
            assert await send(http, url, slack, ask.slash("/digest", "subscribe #llm")) == 200
            await until(lambda: len(team.rooms["C1"].messages) == 2)
            assert await send(http, url, slack, ask.slash("/paper", "x"), secret="another") == 401
            assert await send(http, url, slack, ask.event("app_uninstalled")) == 200
            assert await ended(process) == 0
    found, subscribed = team.rooms["C1"].messages
    assert "Megalodon" in found.shown()
    assert "#llm" in subscribed.shown()
    log = (tmp_path / "log").read_text("utf-8")
    assert "Traceback" not in log
    assert not any(secret in log for secret in (team.bot_token, "s3cret", SIGNING_SECRET))
    assert slack.violations == []


async def send(
    http: aiohttp.ClientSession, url: str, slack: FakeSlack, payload: Json, secret: str = SIGNING_SECRET
) -> int:
    body, headers = as_http(payload, slack.now(), secret)
    async with http.post(f"{url}/slack/events", data=body, headers=headers) as answer:
        return answer.status
