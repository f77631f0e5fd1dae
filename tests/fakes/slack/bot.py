"""Run the real adapter over the real core against the fake Slack, and act as its people."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from adapters.slack.adapter import SlackAdapter
from adapters.slack.assembly import assemble
from adapters.slack.settings import SlackSettings
from bot.message import Reply, Request
from bot.model import Channel, ChannelAddress
from bot.ports import Handle, Host, Suggestions
from bot.sentences import Sentence
from bot.storage.engine import open_engine
from bot.storage.memory import LentDatabase, StoredMemory
from tests.fakes.slack.payloads import SIGNING_SECRET, Payloads, as_http
from tests.fakes.slack.server import APP_TOKEN, FakeSlack
from tests.fakes.slack.sockets import Envelope
from tests.fakes.slack.state import Json, Message, Room, Someone, Team
from tests.fakes.waiting import PATIENCE, until

# What the fixture `run_slack` is: `running` with the core's parts filled in.
Run = Callable[..., AbstractAsyncContextManager["Bot"]]


class TurnedClock:
    """Tell the fake Slack's time."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._slack.now(), UTC)


@dataclass
class ListedChannels:
    """An address book that is a list, and notes down what it is told."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    with_rule: list[ChannelAddress] = field(default_factory=list)
    with_previews: set[ChannelAddress] = field(default_factory=set)
    languages: dict[ChannelAddress, str] = field(default_factory=dict)
    configured: dict[ChannelAddress, Channel] = field(default_factory=dict)

    async def closed(self, address: ChannelAddress, reason: Sentence) -> None:
        self.told.append(("closed", str(address), str(reason)))

    async def opened(self, address: ChannelAddress) -> None:
        self.told.append(("opened", str(address)))

    async def moved(self, old: ChannelAddress, new: ChannelAddress) -> None:
        self.told.append(("moved", str(old), str(new)))

    async def workspace_left(self, platform: str, workspace: str) -> None:
        self.told.append(("left", platform, workspace))

    async def workspace_joined(self, platform: str, workspace: str) -> None:
        self.told.append(("joined", platform, workspace))

    async def workspaces_of(self, platform: str) -> Sequence[str]:
        return sorted({one.workspace for one in self.with_rule if one.platform == platform})

    async def channels_of(self, platform: str, workspace: str) -> Sequence[ChannelAddress]:
        return [one for one in self.with_rule if (one.platform, one.workspace) == (platform, workspace)]

    async def channel(self, address: ChannelAddress) -> Channel | None:
        return self.configured.get(address)

    async def previews_wanted(self, address: ChannelAddress) -> bool:
        return address in self.with_previews

    async def crosspost_wanted(self, address: ChannelAddress) -> bool:
        return False

    async def language_of(self, address: ChannelAddress) -> str | None:
        return self.languages.get(address)


class OpenWeb:
    """A web server the adapter mounts its pages on."""

    def __init__(self) -> None:
        self._app = web.Application()
        self._runner: web.AppRunner | None = None
        self.url = ""

    def route(self, method: str, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        self._app.router.add_route(method, path, handler)

    async def start(self) -> None:
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


@dataclass
class Bot:
    """A running adapter, with everything a test looks at."""

    slack: FakeSlack
    team: Team
    adapter: SlackAdapter
    addressbook: ListedChannels
    asked: list[Request]
    web: OpenWeb
    http: aiohttp.ClientSession
    acknowledged: list[float]

    def by(self, user: str = "U1", channel: str = "C1", team: Team | None = None) -> Payloads:
        """Act as a person in a channel."""
        return Payloads(self.slack, team or self.team, channel, user)

    async def over_socket(self, payload: Json) -> Envelope:
        """Send a payload in an envelope and wait for its ack."""
        envelope = await self.slack.sockets.send(_kind(payload), payload)
        await asyncio.wait_for(envelope.acked.wait(), PATIENCE)
        return envelope

    async def over_http(
        self, payload: Json, *, at: float | None = None, secret: str = SIGNING_SECRET
    ) -> tuple[int, str]:
        """Send a payload in a signed request and return status and body of the answer."""
        body, headers = as_http(payload, self.slack.now() if at is None else at, secret)
        async with self.http.post(f"{self.web.url}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def messages(self, channel: str = "C1", team: Team | None = None) -> list[Message]:
        """Return what stands in a channel."""
        return (team or self.team).rooms[channel].messages

    async def message(self, number: int = 1, channel: str = "C1", team: Team | None = None) -> Message:
        """Wait for so many messages in a channel and return the last of them."""
        await until(lambda: channel in (team or self.team).rooms and len(self.messages(channel, team)) >= number)
        return self.messages(channel, team)[number - 1]

    async def quiet(self) -> None:
        """Wait until every answer that was under way is done."""
        await until(lambda: not self.adapter.busy)


def new_team(team_id: str = "T1", enterprise: str | None = None) -> Team:
    """Return a workspace with two channels and three people."""
    people = [Someone("U1", "kim"), Someone("U2", "lee", locale="ko-KR"), Someone("UA", "admin", admin=True)]
    members = {person.id for person in people}
    rooms = [Room("C1", members=set(members)), Room("C2", name="other", members=set(members))]
    return Team(
        team_id,
        enterprise,
        bot_token=f"xoxb-{team_id}",
        rooms={room.id: room for room in rooms},
        people={person.id: person for person in people},
    )


@asynccontextmanager
async def running(
    slack: FakeSlack,
    handle: Handle,
    suggestions: Suggestions,
    database: Path,
    *,
    team: Team | None = None,
    mode: str = "socket",
    settings: Mapping[str, object] | None = None,
) -> AsyncIterator[Bot]:
    """Run the adapter in Socket Mode (`socket`), over HTTP (`http`) or for many workspaces (`many`)."""
    team = team or new_team()
    slack.teams.append(team)
    asked: list[Request] = []
    acknowledged: list[float] = []

    async def recorded(request: Request) -> Reply:
        asked.append(request)
        return await handle(request)

    engine = open_engine(database)
    clock = TurnedClock(slack)
    pages, addressbook = OpenWeb(), ListedChannels()
    host = Host(
        handle=recorded,
        memory=StoredMemory(engine, clock),
        addressbook=addressbook,
        suggestions=suggestions,
        clock=clock,
        web=pages,
        data=database.parent,
        language="en",
        public_url="http://127.0.0.1",
        database=LentDatabase(engine),
        acknowledged=lambda platform, seconds: acknowledged.append(seconds),
    )
    adapter = assemble(host, slack_settings(slack, team, mode, **(settings or {})))
    await pages.start()
    serving = asyncio.create_task(adapter.serve())
    try:
        if mode == "socket":
            await asyncio.wait_for(_connected(slack, serving), PATIENCE)
        async with aiohttp.ClientSession() as http:
            yield Bot(slack, team, adapter, addressbook, asked, pages, http, acknowledged)
    finally:
        serving.cancel()
        await asyncio.wait([serving])
        await pages.stop()
        engine.dispose()


def slack_settings(slack: FakeSlack, team: Team, mode: str, **others: object) -> SlackSettings:
    """Return the settings of a mode."""
    given: dict[str, object] = {"api_url": slack.api_url}
    match mode:
        case "socket":
            given |= {"bot_token": team.bot_token, "app_token": APP_TOKEN}
        case "http":
            given |= {"bot_token": team.bot_token, "signing_secret": SIGNING_SECRET}
        case "many":
            given |= {"client_id": "1.2", "client_secret": "s3cret", "signing_secret": SIGNING_SECRET}
    return SlackSettings.model_validate(given | others)


async def _connected(slack: FakeSlack, serving: "asyncio.Task[None]") -> None:
    waiting = asyncio.create_task(slack.sockets.connected())
    await asyncio.wait([waiting, serving], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if serving.done():
        await serving


def _kind(payload: Json) -> str:
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload["type"] == "event_callback" else "interactive"
