"""Join core and adapters: the one place where the two meet."""

import asyncio
import importlib
import importlib.util
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

from bot import heap
from bot.answering import answering
from bot.core import Core
from bot.message import Reply
from bot.ports import Adapter, Check, Host
from bot.running import Work, run_until_done
from bot.suggestions import LibrarySuggestions

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    from bot.web.server import WebServer

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
    from bot.serving import build_metrics, build_web, serve
    from bot.web.counted import CountedAdapter

    heap.share()
    await asyncio.to_thread(core.open_library)
    suggestions = LibrarySuggestions(core.library, core.local_date)
    metrics = build_metrics(core)
    server = build_web(core, language, metrics)
    host = build_host(core, language, suggestions)
    adapters = build_adapters(
        replace(host, handle=metrics.answering(host.handle), acknowledged=metrics.acknowledged, web=server)
    )
    watch_connections(server, adapters)
    if server.required:
        await server.start()
    await run_until_done(
        mains=mains(serving(adapters), server),
        beside={
            "watch": watch_notes(core, suggestions),
            "digests": post_digests(core, {name: CountedAdapter(each, metrics) for name, each in adapters.items()}),
            "web": serve(server),
            "heap": heap.keep_small(),
        },
    )


async def watch_notes(core: Core, suggestions: LibrarySuggestions) -> None:
    """Take up changes of the notes until cancelled."""
    await _load("bot.notes.watch")
    from bot.notes.watch import watch

    await watch(core.settings.notes, partial(refresh, core, suggestions), polling=core.settings.polling)


async def post_digests(core: Core, adapters: Mapping[str, Adapter]) -> None:
    """Do the daily job until cancelled."""
    await _load("bot.daily")
    from bot.daily import run_daily

    await run_daily(core, adapters)


async def _load(module: str) -> None:
    """Import in a thread what is needed beside the answers, so that the first ones don't wait for it."""
    await asyncio.to_thread(importlib.import_module, module)


def mains(adapters: Mapping[str, Adapter], server: "WebServer") -> "dict[str, Work]":
    """Return what the bot lives for; it ends when all of them do."""
    return {
        name: _console(adapter, server) if name == CONSOLE else adapter.serve() for name, adapter in adapters.items()
    }


async def _console(console: Adapter, server: "WebServer") -> None:
    """Serve the console; where nobody is there and a web server is wanted, as in a container, that goes on alone."""
    from adapters.console.adapter import ConsoleAdapter

    await console.serve()
    if server.wanted and isinstance(console, ConsoleAdapter) and not console.attended:
        _log.warning(
            "No platform's token is set and nobody is at the console: only the archive is served, on http://%s. Set "
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN, and start again; `paperboy ask` answers meanwhile.",
            server.address,
        )
        await asyncio.Event().wait()


def watch_connections(server: "WebServer", adapters: Mapping[str, Adapter]) -> None:
    """Let readiness depend on every gateway and socket."""
    from bot.serving import Connected, connection_probe

    for name, adapter in adapters.items():
        if isinstance(adapter, Connected):
            server.add_probe(name, connection_probe(adapter))


def build_host(core: Core, language: str, suggestions: LibrarySuggestions) -> Host:
    """Offer the core to adapters."""
    from bot.storage.addressbook import StoredAddressbook
    from bot.storage.memory import LentDatabase, StoredMemory
    from bot.storage.seats import StoredSeats

    return Host(
        handle=answering(core.service()),
        memory=StoredMemory(core.engine, core.clock),
        addressbook=StoredAddressbook(core.engine, core.clock),
        suggestions=suggestions,
        clock=core.clock,
        web=NoWeb(),
        data=core.settings.data,
        language=language,
        public_url=core.settings.public_url,
        database=LentDatabase(core.engine),
        seats=StoredSeats(core.engine) if core.engine.dialect.name == "postgresql" else None,
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


def slack_manifest(public_url: str | None) -> str:
    """Return the manifest to create the Slack app from."""
    from adapters.slack import manifest

    return manifest(public_url)


async def discord_invite() -> str:
    """Return the address that invites the Discord bot."""
    from adapters.discord import invite

    return await invite()


def settings_models() -> "tuple[type[BaseSettings], ...]":
    """Return what can be set: the core's model, then each platform's own from its `settings.py`."""
    from bot.settings import Settings

    modules = [module for name in PLATFORMS if (module := _module(f"adapters.{name}", "settings"))]
    return (Settings, *(model for module in modules for model in _models_in(module)))


def settings_loaders() -> tuple[Callable[[], object], ...]:
    """Return what loads each platform's settings; it raises SettingsError where they don't fit together."""
    modules = [module for name in PLATFORMS if (module := _module(f"adapters.{name}", "settings"))]
    return tuple(module.load_settings for module in modules)


def adapter_checks() -> Mapping[str, Check]:
    """Return how each platform is looked at by the doctor: the `check` its package offers."""
    packages = {name: importlib.import_module(f"adapters.{name}") for name in PLATFORMS}
    return MappingProxyType({name: each.check for name, each in packages.items() if hasattr(each, "check")})


def _module(package: str, name: str) -> ModuleType | None:
    found = importlib.util.find_spec(f"{package}.{name}")
    return importlib.import_module(found.name) if found else None


def _models_in(module: ModuleType) -> "list[type[BaseSettings]]":
    from pydantic_settings import BaseSettings

    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseSettings) and each.__module__ == module.__name__
    ]
