"""Measure how long Discord waits for the first answer to an interaction, whichever way that answer takes."""

from collections import OrderedDict
from collections.abc import Callable
from time import perf_counter
from types import SimpleNamespace

import aiohttp
from discord.http import HTTPClient

# Interactions that nobody answers are forgotten, the oldest first.
_REMEMBERED = 1000


class Acknowledgements:
    """Remember when interactions came in, and watch the requests that answer them."""

    def __init__(self, acknowledged: Callable[[float], None]) -> None:
        self._acknowledged = acknowledged
        self._received: OrderedDict[str, float] = OrderedDict()

    def received(self, interaction_id: int) -> None:
        """Note that an interaction came in just now."""
        self._received[str(interaction_id)] = perf_counter()
        if len(self._received) > _REMEMBERED:
            self._received.popitem(last=False)

    def answered(self, interaction_id: int | str) -> None:
        """Note that Discord took the answer to an interaction."""
        received = self._received.pop(str(interaction_id), None)
        if received is not None:
            self._acknowledged(perf_counter() - received)

    def watch(self, http: HTTPClient) -> None:
        """Let a client that isn't open yet tell of the answers it brings to Discord."""
        http.http_trace = http.http_trace or aiohttp.TraceConfig()
        http.http_trace.on_request_end.append(self._answered)

    async def _answered(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        # …/interactions/<id>/<token>/callback
        match params.url.path.rsplit("/", 4):
            case [_, "interactions", interaction, _, "callback"] if params.response.ok:
                self.answered(interaction)
