"""Space out what digests ask of Discord, so that a thousand of them stay under its fifty requests a second."""

import asyncio
import time

from bot.errors import RateLimited
from bot.sentences import sentence

# Answers to interactions don't count towards the fifty; replies to mentions do, and have what is left.
REQUESTS_A_SECOND = 48.0
LONGEST_WAIT = 10.0


class Pace:
    """Give each request its turn, evenly spaced."""

    def __init__(self, a_second: float = REQUESTS_A_SECOND) -> None:
        self._gap = 1 / a_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn; raises RateLimited where it would be long, since a lease is running meanwhile."""
        now = time.monotonic()
        at = max(now, self._next)
        if at - now > LONGEST_WAIT:
            raise RateLimited(sentence("Discord asks to wait. Nothing was sent."), at - now)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
