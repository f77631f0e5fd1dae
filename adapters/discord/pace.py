"""Space out what digests ask of Discord, so that a thousand of them stay under its fifty requests a second."""

import asyncio
import time
from types import SimpleNamespace

import aiohttp
from discord.http import HTTPClient

from bot.errors import RateLimited
from bot.sentences import sentence

# Answers to interactions don't count towards the fifty; replies to mentions do, and have what is left.
REQUESTS_A_SECOND = 48.0
LONGEST_WAIT = 10.0
# Replicas share the fifty without knowing of each other: who is told that they are spent takes half as many at once,
# and each turn that goes well brings a little of it back.
_SLOWEST = 4.0  # a second
_RECOVERY = 0.99


class Pace:
    """Give each request its turn, evenly spaced, in the order they came."""

    def __init__(self, a_second: float = REQUESTS_A_SECOND) -> None:
        self._least_gap = self._gap = 1 / a_second
        self._next = 0.0
        self._waiting = 0
        self._turn = asyncio.Lock()

    def watch(self, http: HTTPClient) -> None:
        """Let a client that isn't open yet tell of being refused for the bot as a whole."""
        http.http_trace = http.http_trace or aiohttp.TraceConfig()
        http.http_trace.on_request_end.append(self._answered)

    @property
    def gap(self) -> float:
        """Return the seconds from one turn to the next as things are now."""
        return self._gap

    def slower(self) -> None:
        """Take half as many turns a second for now."""
        self._gap = max(self._least_gap, min(2 * self._gap, 1 / _SLOWEST))

    async def turn(self) -> None:
        """Wait for the next turn; raises RateLimited where it would be long, since a lease is running meanwhile."""
        wait = self._waiting * self._gap
        if wait > LONGEST_WAIT:
            raise RateLimited(sentence("Discord asks to wait. Nothing was sent."), wait)
        self._waiting += 1
        try:
            async with self._turn:
                await self._next_turn()
        finally:
            self._waiting -= 1

    async def _next_turn(self) -> None:
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))
        # One turn may be made up for where the loop was late; more would come as a burst.
        self._next = max(self._next, time.monotonic() - self._gap) + self._gap
        self._gap = max(self._least_gap, self._gap * _RECOVERY)

    async def _answered(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if params.response.status == 429 and "X-RateLimit-Global" in params.response.headers:
            self.slower()
