"""Wait for what a test expects: on a condition, never for a time, and no longer than a broken program deserves."""

import asyncio
import time
from collections.abc import Callable

# Seconds: far more than a slow and busy machine needs, since only a failure ever waits this long.
PATIENCE = 120.0


async def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until something holds; raises AssertionError when it doesn't in time."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        await asyncio.sleep(0.002)


def wait_until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until something holds, in a test without an event loop; raises AssertionError when it doesn't in time."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)
