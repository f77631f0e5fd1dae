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
# Seconds that lookups are answered one after another, and turns of the loop that then belong to everything else. In a
# row they find the processor's caches warm, a quarter less work for an answer; but whoever is typing waits meanwhile.
_SPELL = 0.003
_TURNS_OF_OTHERS = 4
_Piece = tuple["asyncio.Future[Reply]", Callable[[], Reply], Context]


class Turns:
    """Do short pieces of work on the loop, a few in a row in the order they came; it does the rest in between."""

    def __init__(self) -> None:
        self._waiting: deque[_Piece] = deque()
        self._going = False

    def take(self, work: Callable[[], Reply]) -> "asyncio.Future[Reply]":
        """Queue for a turn; the work is done in the caller's context."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((done, work, copy_context()))
        if not self._going:
            self._going = True
            loop.call_soon(self._next, loop)
        return done

    def _next(self, loop: asyncio.AbstractEventLoop, rests: int = 0) -> None:
        """Go through a few pieces, once the turns of others are over."""
        try:
            until = loop.time() + _SPELL
            while self._waiting and not rests:
                _do(self._waiting.popleft())
                rests = _TURNS_OF_OTHERS + 1 if loop.time() > until else 0
        finally:
            self._going = bool(self._waiting)
            if self._going:
                loop.call_soon(self._next, loop, max(0, rests - 1))


def _do(piece: _Piece) -> None:
    done, work, context = piece
    try:
        if not done.cancelled():
            done.set_result(context.run(work))
    except Exception as error:  # noqa: BLE001 - whoever waits for the work hears of it
        done.set_exception(error)


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
