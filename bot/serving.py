"""Join core and web server: what it shows, what it counts, and what must be well before the bot calls itself ready."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from bot import __version__, web
from bot.core import Core
from bot.figures import IndexFigures, LedgerFigures
from bot.sentences import Sentence, sentence

if TYPE_CHECKING:
    from bot.web.health import Probe
    from bot.web.metrics import Metrics
    from bot.web.server import WebServer

# A runner writes its heartbeat every ten seconds; five missed ones in a row are no accident.
BEATING = timedelta(minutes=1)


@runtime_checkable
class Connected(Protocol):
    """An adapter that holds a connection open, such as a gateway or a socket."""

    @property
    def connected(self) -> bool:
        """Say whether the connection stands."""
        ...


def build_metrics(core: Core) -> "Metrics":
    """Build the metrics over what the core knows of itself."""
    from bot.web.metrics import Metrics

    return Metrics(
        core.clock, version=__version__, index=lambda: index_figures(core), ledger=lambda: ledger_figures(core)
    )


def build_web(core: Core, language: str, metrics: "Metrics") -> "WebServer":
    """Build the web server over an open library; adapters mount their endpoints on it before it starts."""
    from bot.storage.archive import ArchiveStore

    settings = core.settings
    options = web.WebOptions(
        address=settings.http.address,
        proxies=settings.http.proxies,
        operators=settings.http.operators,
        public_url=settings.public_url,
        required="address" in settings.http.model_fields_set,
        language=language,
        zone=ZoneInfo(settings.timezone),
    )
    return web.build(
        options,
        library=core.library,
        catalogue=ArchiveStore(core.engine),
        clock=core.clock,
        today=core.local_date,
        metrics=metrics,
        probes=core_probes(core),
    )


async def serve(server: "WebServer") -> None:
    """Serve until cancelled; one that is required listens already: its address in use stops a start, not half a bot."""
    try:
        await server.start()
        await asyncio.Event().wait()
    finally:
        await server.stop()


def core_probes(core: Core) -> "Mapping[str, Probe]":
    """Return what every installation needs to be ready: index, database, scheduler."""

    async def index() -> Sentence | None:
        return await asyncio.to_thread(_index_missing, core)

    async def database() -> Sentence | None:
        return await asyncio.to_thread(_database_missing, core)

    async def scheduler() -> Sentence | None:
        return _scheduler_missing(await asyncio.to_thread(ledger_figures, core), core.clock.now())

    return {"index": index, "database": database, "scheduler": scheduler}


def connection_probe(adapter: Connected) -> "Probe":
    """Return what tells whether an adapter's gateway or socket is up."""

    async def connection() -> Sentence | None:
        return None if adapter.connected else sentence("The connection is down; it is being opened again.")

    return connection


def index_figures(core: Core) -> IndexFigures:
    """Return how many entries can be found, and when that last changed."""
    commits = core.settings.index_folder.glob("*/meta.json")
    changed = max((file.stat().st_mtime for file in commits), default=None)
    return IndexFigures(len(core.library.index), datetime.fromtimestamp(changed, UTC) if changed else None)


def ledger_figures(core: Core) -> LedgerFigures:
    """Return the ledger in numbers. Raises StorageError."""
    from bot.storage.figures import read_ledger_figures

    return read_ledger_figures(core.engine, core.clock.now())


def _index_missing(core: Core) -> Sentence | None:
    len(core.library.index)
    return None


def _database_missing(core: Core) -> Sentence | None:
    from bot.storage.figures import reach

    reach(core.engine)
    return None


def _scheduler_missing(figures: LedgerFigures, now: datetime) -> Sentence | None:
    last = max(figures.heartbeats.values(), default=None)
    if last is None:
        return sentence("The scheduler isn't running. `paperboy run` starts it.")
    if now - last > BEATING:
        return sentence(
            "The scheduler hasn't run since {at}. `paperboy run` starts it.", at=f"{last:%Y-%m-%d %H:%M} UTC"
        )
    return None
