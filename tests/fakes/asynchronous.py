"""Run a test that is a coroutine on an event loop of its own."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

Parameters = ParamSpec("Parameters")


def asynchronous(test: Callable[Parameters, Awaitable[None]]) -> Callable[Parameters, None]:
    """Let pytest call a coroutine test; whatever takes longer than a minute has lost its way."""

    @functools.wraps(test)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        asyncio.run(_limited(test(*args, **kwargs)))

    return run


async def _limited(running: Awaitable[None]) -> None:
    await asyncio.wait_for(running, 60)
