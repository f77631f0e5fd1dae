"""Run a test that is a coroutine on an event loop of its own."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from tests.fakes.waiting import PATIENCE

# Seconds: above the patience of any wait within, so that the wait says what never came.
LIMIT = 2 * PATIENCE

Parameters = ParamSpec("Parameters")


def asynchronous(test: Callable[Parameters, Awaitable[None]]) -> Callable[Parameters, None]:
    """Let pytest call a coroutine test; whatever takes this long has lost its way."""

    @functools.wraps(test)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        asyncio.run(_limited(test(*args, **kwargs)))

    return run


async def _limited(running: Awaitable[None]) -> None:
    await asyncio.wait_for(running, LIMIT)
