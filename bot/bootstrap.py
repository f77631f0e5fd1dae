"""Join core and adapters: the one place where the two meet."""

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bot.core import Core
from bot.message import Outcome, Reply, Request
from bot.ports import Adapter, Handle, Host
from bot.running import run_until_done
from bot.service import Service
from bot.suggestions import LibrarySuggestions
from bot.words import Words

CONSOLE = "console"
PLATFORMS = ("slack", "discord")
_log = logging.getLogger(__name__)


def console_drawing() -> Callable[[Reply], None]:
    """Return what draws a reply on this terminal."""
    from rich.console import Console

    from adapters.console.render import draw

    console = Console(highlight=False)
    return lambda reply: console.print(draw(reply))


async def run(core: Core, language: str) -> None:
    """Answer on every platform whose tokens are set, or at the console, until told to stop."""
    from bot.notes.watch import watch

    await asyncio.to_thread(core.open_library)
    suggestions = LibrarySuggestions(core.library, core.local_date)
    adapters = build_adapters(build_host(core, language, suggestions))
    await run_until_done(
        mains={name: adapter.serve() for name, adapter in serving(adapters).items()},
        beside={"watch": watch(core.settings.notes, partial(refresh, core, suggestions))},
    )


def build_host(core: Core, language: str, suggestions: LibrarySuggestions) -> Host:
    """Offer the core to adapters."""
    from bot.storage.addressbook import StoredAddressbook
    from bot.storage.memory import LentDatabase, StoredMemory

    return Host(
        handle=answering(core.service()),
        memory=StoredMemory(core.engine, core.clock),
        addressbook=StoredAddressbook(core.engine, core.clock),
        suggestions=suggestions,
        clock=core.clock,
        web=NoWeb(),
        data=core.settings.data,
        language=language,
        database=LentDatabase(core.engine),
    )


class NoWeb:
    """Stand in for the web server where none runs: endpoints are mounted nowhere."""

    def route(self, method: str, path: str, handler: object) -> None:
        """Mount nothing."""


def build_adapters(host: Host) -> Mapping[str, Adapter]:
    """Build the adapter of every platform whose tokens are set; the console, which needs none, is always there."""
    built = {name: importlib.import_module(f"adapters.{name}").build(host) for name in (CONSOLE, *PLATFORMS)}
    return MappingProxyType({name: adapter for name, adapter in built.items() if adapter is not None})


def serving(adapters: Mapping[str, Adapter]) -> Mapping[str, Adapter]:
    """Choose who serves: every platform, or the console where there is none."""
    platforms = {name: adapter for name, adapter in adapters.items() if name != CONSOLE}
    return platforms or adapters


def refresh(core: Core, suggestions: LibrarySuggestions) -> None:
    """Take up what changed in the notes folder while the bot runs."""
    report = core.refresh()
    suggestions.forget()
    _log.info("%d notes added, %d changed, %d gone", report.added, report.changed, report.gone)


def answering(service: Service) -> Handle:
    """Return the adapters' one door into the core: a crash becomes a kind sentence with its log line's reference."""

    async def handle(request: Request) -> Reply:
        try:
            return await asyncio.to_thread(service.handle, request)
        except Exception:  # noqa: BLE001 - whatever it is, the person gets a sentence and the log the rest
            _log.exception("a request failed", extra={"reference": request.reference})
            return our_fault(request)

    return handle


def our_fault(request: Request) -> Reply:
    """Admit a failure that is ours, with the reference that the log has too."""
    text = Words(request.language).gettext(
        "Something went wrong on my side (ref {reference}). Nothing was changed.", reference=request.reference
    )
    return Reply(text, outcome=Outcome.FAILED)
