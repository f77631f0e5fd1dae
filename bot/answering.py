"""Bring requests from the adapters to the service: lookups in turns on the loop, the rest in threads."""

import asyncio
import logging

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


def answering(service: Service) -> Handle:
    """Return the adapters' one door into the core: a crash becomes a kind sentence with its log line's reference."""
    turn, few = asyncio.Lock(), asyncio.Semaphore(_AT_ONCE)

    async def answer(request: Request) -> Reply:
        if not service.is_lookup(request.command):
            return await asyncio.to_thread(service.handle, request)
        if service.entries > _QUICKLY_SEARCHED:
            async with few:
                return await asyncio.to_thread(service.handle, request)
        # A thread would cost half as much again as the millisecond's work. Between two turns the loop does the rest.
        async with turn:
            await asyncio.sleep(0)
            return service.handle(request)

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
