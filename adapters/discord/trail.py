"""Watch what a send leaves behind on the wire, so that nobody has to guess whether Discord may have stored it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp

_CURRENT: ContextVar["Trail | None"] = ContextVar("discord_trail", default=None)


@dataclass(slots=True)
class Trail:
    """The attempts of one send: for each whether it left this machine, and the status it was answered with.

    What was asked before the message itself was sent, such as the kind of a channel, doesn't count.
    """

    sending: bool = False
    left: list[bool] = field(default_factory=list)
    statuses: list[int | None] = field(default_factory=list)

    @property
    def doubtful(self) -> bool:
        """Tell whether an attempt may have been stored: it left, and no answer says it was refused."""
        return self.sending and any(
            left and (status is None or status < 300 or status >= 500)
            for left, status in zip(self.left, self.statuses, strict=True)
        )


@contextmanager
def watched() -> Iterator[Trail]:
    """Collect what the requests of this block leave behind."""
    trail = Trail()
    token = _CURRENT.set(trail)
    try:
        yield trail
    finally:
        _CURRENT.reset(token)


def sending() -> None:
    """Say that from here on requests carry the message itself."""
    trail = _CURRENT.get()
    if trail is not None:
        trail.sending = True
        trail.left.clear()
        trail.statuses.clear()


def tracing() -> aiohttp.TraceConfig:
    """Return what makes a session tell the trail about its requests."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_started)
    config.on_request_headers_sent.append(_left)
    config.on_request_end.append(_answered)
    return config


async def _started(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
) -> None:
    trail = _CURRENT.get()
    if trail is not None and asyncio.current_task() is not None:
        trail.left.append(False)
        trail.statuses.append(None)


async def _left(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    trail = _CURRENT.get()
    if trail is not None and trail.left:
        trail.left[-1] = True


async def _answered(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    trail = _CURRENT.get()
    if trail is not None and trail.statuses:
        trail.statuses[-1] = params.response.status
