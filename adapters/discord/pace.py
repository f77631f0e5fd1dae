"""Space out what digests ask of Discord, so that a thousand of them stay under its fifty requests a second."""

import asyncio
import time

from bot.errors import RateLimited
from bot.sentences import sentence

# Answers to interactions don't count towards the fifty; replies to mentions do, and have what is left.
REQUESTS_A_SECOND = 48.0
LONGEST_WAIT = 10.0


class Pace:
    """Give each request its turn, evenly spaced, in the order they came."""

    def __init__(self, a_second: float = REQUESTS_A_SECOND) -> None:
        self._gap = 1 / a_second
        self._next = 0.0
        self._waiting = 0
        self._turn = asyncio.Lock()

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
