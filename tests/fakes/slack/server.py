"""Serve the fake Slack on loopback: the Web API, response URLs and Socket Mode, with injected faults."""

import asyncio
import json
import random
import time
from base64 import b64decode
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.slack.faults import CutBody, Fault, Refusal, Reset, Slow, Status, TooMany, Trouble, take
from tests.fakes.slack.limits import message_violations
from tests.fakes.slack.methods import Methods, RefusedError
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.state import Call, Json, Message, State, Team

APP_TOKEN = "xapp-1"
RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60
_JSON_ARGUMENTS = ("blocks", "metadata", "view", "unfurls")


class FakeSlack(State):
    """A Slack on loopback; use it as `async with FakeSlack() as slack`."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []
        self.sockets = Sockets()
        self.socket_path = "/socket"
        self.jitter = 0.0  # seconds, at most, before a call takes effect, and again before its answer
        self.under_way = 0  # calls not answered yet, those of a process that died meanwhile among them
        self._methods = Methods(self, self.now)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def api_url(self) -> str:
        """Return what SLACK_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}/api/"

    def now(self) -> float:
        """Return the time in seconds, turned forward by `turned`."""
        return time.time() + self.turned

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_get("/socket", self.sockets.accept)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self.under_way += 1
        try:
            return await self._answered(request)
        finally:
            self.under_way -= 1

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request) | _basic(request)
        token = _token(request, arguments)
        self.calls.append(Call(method, token, arguments))
        await self._linger()
        trouble = take(self.faults, method, after=False)
        if trouble is not None and (answer := await self._trouble(trouble, request)) is not None:
            return answer
        try:
            result = {"ok": True, **self._answer(method, token, arguments)}
        except RefusedError as refused:
            result = {"ok": False, "error": str(refused)}
        await self._linger()
        trouble = take(self.faults, method, after=True)
        if trouble is not None and (answer := await self._trouble(trouble, request)) is not None:
            return answer
        return web.json_response(result, headers=self._scopes(token))

    async def _linger(self) -> None:
        if self.jitter:
            await asyncio.sleep(random.uniform(0, self.jitter))

    def _answer(self, method: str, token: str | None, arguments: Json) -> Json:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise RefusedError("invalid_auth" if token else "not_authed")
            return {"url": f"ws://127.0.0.1:{self.port}{self.socket_path}?ticket={self.number()}"}
        return self._methods.answer(method, token, arguments)

    def _scopes(self, token: str | None) -> dict[str, str]:
        team = self.team_of(token)
        return {"x-oauth-scopes": ",".join(sorted(team.scopes))} if team else {}

    async def _trouble(self, trouble: Trouble, request: web.Request) -> web.StreamResponse | None:
        match trouble:
            case Status(code=code):
                return web.Response(status=code, text="<html>trouble</html>", content_type="text/html")
            case Refusal(error=error):
                return web.json_response({"ok": False, "error": error})
            case TooMany(retry_after=seconds):
                refused = {"ok": False, "error": "ratelimited"}
                return web.json_response(refused, status=429, headers={"Retry-After": str(seconds)})
            case Slow(seconds=seconds):
                await asyncio.sleep(seconds)
                return None
            case CutBody():
                response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "500"})
                await response.prepare(request)
                await response.write(b'{"ok": true, "ts": "17')
            case Reset():
                response = web.StreamResponse()
        if request.transport is not None:
            request.transport.abort()
        return response

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        known = self.response_urls.get(request.match_info["id"])
        trouble = take(self.faults, "response_url", after=False)
        if trouble is not None and (answer := await self._trouble(trouble, request)) is not None:
            return answer
        if known is None or self.now() - known.issued_at > RESPONSE_SECONDS:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if known.uses >= RESPONSE_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        known.uses += 1
        body = json.loads(await request.text())
        violations = list(message_violations(body.get("text"), body.get("blocks")))
        if violations:
            self.violations += [f"response_url: {violation}" for violation in violations]
            return web.json_response({"ok": False, "error": "invalid_blocks"}, status=400)
        self._keep_response(known.team, known.channel, known.user, body)
        return web.Response(text="ok")

    def _keep_response(self, team: Team, channel: str, user: str, body: Json) -> None:
        private = body.get("response_type", "ephemeral") != "in_channel"
        message = Message(
            ts=f"{self.now():.0f}.{self.number():06}",
            text=body["text"],
            blocks=body.get("blocks") or [],
            user=team.bot_user,
            thread_ts=body.get("thread_ts"),
            seen_by=user if private else None,
        )
        team.rooms[channel].messages.append(message)


async def _arguments(request: web.Request) -> Json:
    body = await request.text()
    if request.content_type == "application/json":
        found: Json = json.loads(body) if body else {}
        return found
    arguments: dict[str, Any] = {**dict(request.query), **dict(parse_qsl(body))}
    for name in _JSON_ARGUMENTS:
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _basic(request: web.Request) -> Json:
    """Read the app's own credentials, which oauth.v2.access takes in the header."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic "):
        return {}
    client_id, _, client_secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _token(request: web.Request, arguments: Json) -> str | None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ")
    token = arguments.get("token")
    return token if isinstance(token, str) else None
