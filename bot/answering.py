"""Bring requests from the adapters to the service: lookups in turns on the loop, the rest in threads."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial

from bot.logs import referring
from bot.message import Outcome, Reply, Request
from bot.ports import Handle
from bot.service import Service
from bot.words import Words

_log = logging.getLogger(__name__)

# Entries. Among more, a query with a slip in every word may keep the processor for longer than others should wait.
_QUICKLY_SEARCHED = 20_000
# Searches at once in threads. They are work for the processor: more of them end no sooner.
_AT_ONCE = 3


class Turns:
    """Do short pieces of work on the loop, one a turn of it in the order they came; it does the rest in between."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[asyncio.Future[Reply], Callable[[], Reply], Context]] = deque()

    def take(self, work: Callable[[], Reply]) -> "asyncio.Future[Reply]":
        """Queue for a turn; the work is done in the caller's context."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((done, work, copy_context()))
        if len(self._waiting) == 1:
            loop.call_soon(self._next, loop)
        return done

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        done, work, context = self._waiting[0]
        try:
            if not done.cancelled():
                done.set_result(context.run(work))
        except Exception as error:  # noqa: BLE001 - whoever waits for the work hears of it
            done.set_exception(error)
        finally:
            self._waiting.popleft()
            if self._waiting:
                loop.call_soon(self._next, loop)


def answering(service: Service) -> Handle:
    """Return the adapters' one door into the core: a crash becomes a kind sentence with its log line's reference."""
    turns, few = Turns(), asyncio.Semaphore(_AT_ONCE)

    async def answer(request: Request) -> Reply:
        if not service.is_lookup(request.command):
            return await asyncio.to_thread(service.handle, request)
        if service.entries > _QUICKLY_SEARCHED:
            async with few:
                return await asyncio.to_thread(service.handle, request)
        # A thread would cost half as much again as the millisecond's work.
        return await turns.take(partial(service.handle, request))

    async def handle(request: Request) -> Reply:
        with referring(request.reference):
            try:
                return await answer(request)
            except Exception:  # noqa: BLE001 - whatever it is, the person gets a sentence and the log the rest
                _log.exception("a request failed")
                return _our_fault(request)

    return handle


def _our_fault(request: Request) -> Reply:
    """Admit a failure that is ours, with the reference that the log has too."""
    text = Words(request.language).gettext(
        "Something went wrong on my side (ref {reference}). Nothing was changed.", reference=request.reference
    )
    return Reply(text, outcome=Outcome.FAILED)
