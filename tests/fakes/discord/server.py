"""Run the fake on a port of its own: every request is recorded, counted, checked, perhaps broken, then answered."""

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord import openapi
from tests.fakes.discord.answers import Refused, answer
from tests.fakes.discord.callbacks import Callbacks
from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.happenings import Happenings
from tests.fakes.discord.people import People
from tests.fakes.discord.rates import INVALID_STATUSES, LEFT_AT, Rates
from tests.fakes.discord.rest import Rest
from tests.fakes.discord.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API = "/api/v10"
_OWN_TOKEN = re.compile(r"/(interactions|webhooks)/.*")


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived; `at` is in seconds of the monotonic clock."""

    method: str
    path: str
    body: Any
    at: float


class FakeDiscord:
    """A whole Discord: `async with FakeDiscord() as discord:`."""

    def __init__(self) -> None:
        self.world = World()
        self.rates = Rates()
        self.faults: list[Fault] = []
        self.requests: list[Recorded] = []
        self.statuses: list[int] = []
        self.openapi = openapi.from_environment()
        self.objections: list[str] = []
        self.jitter = 0.0  # seconds, at most, before a request takes effect, and again before its answer
        self.under_way = 0  # requests not answered yet, those of a process that died meanwhile among them
        self._runner: web.AppRunner | None = None
        self._kept: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; the port is the system's choice unless given."""
        app = web.Application(middlewares=[self._answered])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        self.callbacks = Callbacks(self.world)
        self.gateway = Gateway(self.world, "")
        rest = Rest(self.world, "")
        api = web.Application()
        api.add_routes([*rest.routes(), *self.callbacks.routes()])
        app.add_subapp(API, api)
        app.add_routes([web.get("/", self._gateway)])
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self._runner = runner
        host, chosen = runner.addresses[0][:2]
        self.api_url = f"http://{host}:{chosen}{API}"
        self.gateway_url = self.gateway.address = f"ws://{host}:{chosen}/"
        self.people = People(self.world, self.gateway)
        self.happenings = Happenings(self.world, self.gateway)

    async def stop(self) -> None:
        if self._runner is not None:
            await self.gateway.close(1001)
            await self._runner.cleanup()
            self._runner = None

    def count(self, method: str, path: str) -> int:
        """Count the requests so far whose path (below the API's root) matches a pattern."""
        return sum(1 for one in self.requests if one.method == method and re.fullmatch(path, one.path))

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        return await self.gateway.handle(request)

    @web.middleware
    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        path = request.path.removeprefix(API)
        raw = await request.read()
        body = json.loads(raw) if raw else None
        self.requests.append(Recorded(request.method, path, body, time.monotonic()))
        self.under_way += 1
        try:
            await self._linger()
            response = await self._judged(request, path, body, handler)
            await self._linger()
        finally:
            self.under_way -= 1
        status = response.status
        self.statuses.append(status)
        self.rates.invalid += status in INVALID_STATUSES
        return response

    async def _linger(self) -> None:
        if self.jitter:
            await asyncio.sleep(random.uniform(0, self.jitter))

    async def _judged(self, request: web.Request, path: str, body: Any, handler: Handler) -> web.StreamResponse:
        # Who answers an interaction shows its token; anything else needs the bot's.
        if not _OWN_TOKEN.fullmatch(path):
            if request.headers.get("Authorization") != f"Bot {self.world.token}":
                return answer({"code": 0, "message": "401: Unauthorized"}, 401)
            if not self.rates.take_global(_left_at(request)):
                left = 1 - time.monotonic() % 1
                limited = {"message": "You are being rate limited.", "retry_after": left, "global": True}
                return answer(limited, 429, {"Retry-After": "1", "X-RateLimit-Global": "true"})
        if self.openapi is not None:
            self.objections += self.openapi.faults(request.method, path, body)
        fault = next((one for one in self.faults if one.takes(request.method, path)), None)
        if fault is not None:
            return await self._broken(fault, request, handler)
        return await self._counted(request, path, handler)

    async def _counted(self, request: web.Request, path: str, handler: Handler) -> web.StreamResponse:
        if _OWN_TOKEN.fullmatch(path):
            return await _answer_of(request, handler)
        key = f"{request.method} {path}"
        bucket, now = self.rates.bucket(key), time.monotonic()
        allowed = bucket.take(now)
        headers = bucket.headers(re.sub(r"\d{15,}", ":id", key), now)
        if not allowed:
            left = max(0.001, bucket.until - now)
            body = {"message": "You are being rate limited.", "retry_after": left, "global": False}
            return answer(body, 429, {**headers, "Retry-After": str(int(left) + 1)})
        response = await _answer_of(request, handler)
        response.headers.update(headers)
        return response

    async def _broken(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.stored:
            await _answer_of(request, handler)
        match fault.how:
            case How.STATUS:
                shown = fault.body if fault.body is not None else {"code": 0, "message": str(fault.status)}
                if isinstance(shown, str):
                    return web.Response(text=shown, status=fault.status, headers=fault.headers)
                return answer(shown, fault.status, dict(fault.headers))
            case How.RESET:
                _tear(request)
                return web.Response()
            case How.CUT:
                response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'{"id": "1')
                _tear(request)
                return response
            case How.SILENCE:
                await asyncio.sleep(3600)
                return web.Response()


def _left_at(request: web.Request) -> float:
    """Return when a request left the bot, where it says so: a busy fake gets round to it late, and to many at once."""
    return float(request.headers.get(LEFT_AT, time.monotonic()))


async def _answer_of(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return answer(refused.body, refused.status)
    except web.HTTPException as error:
        return answer({"code": 0, "message": f"{error.status}: {error.reason}"}, error.status)


def _tear(request: web.Request) -> None:
    transport = request.transport
    if transport is not None:
        transport.abort()
