"""Run the bot as `paperboy` does, with a stamp on each request: the instant it was written to the socket."""

import sys
import time
from typing import Any

import aiohttp

from bot.cli.main import main

STAMP = "X-Left-At"
_send, _write_bytes = aiohttp.ClientRequest.send, aiohttp.ClientRequest.write_bytes


def _now() -> str:
    # The clock is the machine's, the same in all of its processes.
    return f"{time.monotonic():016.6f}"


async def _stamped(self: aiohttp.ClientRequest, conn: Any) -> aiohttp.ClientResponse:
    self.headers[STAMP] = _now()
    return await _send(self, conn)


async def _stamped_again(self: aiohttp.ClientRequest, writer: Any, *more: Any) -> None:
    # Headers are drawn up a turn of the loop before they are written with a body; others are answered meanwhile.
    if writer._headers_buf is not None:
        drawn_up = self.headers[STAMP].encode()
        writer._headers_buf = writer._headers_buf.replace(drawn_up, _now().encode(), 1)
    await _write_bytes(self, writer, *more)


def stamp_requests() -> None:
    """Stamp whatever this process sends; aiohttp tells nobody what it writes when."""
    aiohttp.ClientRequest.send = _stamped  # type: ignore[method-assign]
    aiohttp.ClientRequest.write_bytes = _stamped_again  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    stamp_requests()
    sys.exit(main())
