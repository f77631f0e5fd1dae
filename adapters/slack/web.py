"""Slack's HTTP endpoints on the bot's server: events, and the two pages of an installation."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.oauth import InstallationFlow, Pages
from adapters.slack.pages import INSTALL_PATH, REDIRECT_PATH, STYLE, STYLE_PATH, failure_page, unreachable
from bot.errors import PaperboyError
from bot.ports import Acknowledged, Web

EVENTS_PATH = "/slack/events"
# A message of 40,000 characters, escaped and encoded, in a payload that repeats it.
LARGEST_BODY = 1024 * 1024
_log = logging.getLogger(__name__)


class Endpoints:
    """Hand requests to Bolt, which checks their signatures."""

    def __init__(self, app: AsyncApp, flow: InstallationFlow | None, acknowledged: Acknowledged) -> None:
        self._app = app
        self._acknowledged = acknowledged
        self._flow = flow

    def mount(self, server: Web, *, events: bool) -> None:
        """Serve the endpoints; `events` where Slack sends them over HTTP."""
        if events:
            server.route("POST", EVENTS_PATH, self._events)
        if self._flow is not None:
            server.route("GET", INSTALL_PATH, _page(self._flow.handle_installation, self._flow.pages))
            server.route("GET", REDIRECT_PATH, _page(self._flow.handle_callback, self._flow.pages))
            server.route("GET", STYLE_PATH, _style)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        started = perf_counter()
        if (request.content_length or 0) > LARGEST_BODY:
            return web.Response(status=413)
        try:
            bolt_request = _read(await request.text(), request)
        except (ValueError, LookupError, AttributeError):  # Bolt looks for fields in whatever JSON it is sent
            _log.warning("a request that isn't Slack's: its body can't be read")
            return web.Response(status=400)
        answer = await self._app.async_dispatch(bolt_request)
        if answer.status == 401:
            _log.warning("a request with a wrong or stale signature is refused: check SLACK_SIGNING_SECRET")
        else:
            self._acknowledged("slack", perf_counter() - started)
        return await to_aiohttp_response(answer)


def _read(body: str, request: web.Request) -> AsyncBoltRequest:
    read = AsyncBoltRequest(body=body, query=request.query_string, headers=_headers(request))
    if not read.body and "payload" in body:
        # Bolt takes every form that holds the word “payload” for an interaction, such as `/paper payload`.
        fields = json.dumps(dict(parse_qsl(body, keep_blank_values=True)))
        again = AsyncBoltRequest(body=fields, query=request.query_string, headers=_headers(request))
        again.raw_body = body
        return again
    return read


def _headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    return {name: request.headers.getall(name) for name in request.headers}


def _page(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], pages: Pages
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def page(request: web.Request) -> web.StreamResponse:
        bolt_request = AsyncBoltRequest(body="", query=request.query_string, headers=_headers(request))
        try:
            answer = await to_aiohttp_response(await handle(bolt_request))
        except PaperboyError as error:
            _log.warning("a page of the installation failed: %s", error)
            drawn = failure_page(pages.words(bolt_request.headers), unreachable())
            answer = web.Response(status=503, text=drawn, content_type="text/html")
        # A page holds a state that is good for one installation by one person.
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return page


async def _style(request: web.Request) -> web.StreamResponse:
    return web.Response(text=STYLE, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"})
