"""Run the bot as `paperboy` does, with a stamp on each request: the instant it left this process."""

import sys
import time

import aiohttp

from bot.cli.main import main

STAMP = "X-Left-At"
_send = aiohttp.ClientRequest.send


async def _stamped(self: aiohttp.ClientRequest, conn: object) -> aiohttp.ClientResponse:
    # The clock is the machine's, the same in all of its processes.
    self.headers[STAMP] = repr(time.monotonic())
    return await _send(self, conn)  # type: ignore[arg-type]  # whatever aiohttp calls with


if __name__ == "__main__":
    aiohttp.ClientRequest.send = _stamped  # type: ignore[method-assign]  # aiohttp tells nobody what it writes when
    sys.exit(main())
