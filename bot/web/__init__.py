"""The bot's one web server: health, readiness, metrics, adapters' endpoints, and the archive of the notes.

It listens on loopback unless told otherwise, because the archive shows every note to whoever reaches it, and asks for
no password: who may come from outside is decided by the proxy that PAPERBOY_PUBLIC_URL names. Search engines are asked
to stay away. Importing this package imports no web framework.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp.web import Application

    from bot.library import Library
    from bot.ports import Clock
    from bot.web.archive.catalogue import Catalogue
    from bot.web.health import Probe
    from bot.web.metrics import Metrics
    from bot.web.server import WebServer


@dataclass(frozen=True, slots=True)
class WebOptions:
    """What the operator chose; the texts are read as `bot.web.address` reads them.

    `required` tells that the address was chosen by a person, so that one in use is an error. `language` is for those
    who name none, `zone` dates feeds.
    """

    address: str
    proxies: str
    operators: str
    public_url: str | None
    required: bool
    language: str
    zone: tzinfo


def build(
    options: WebOptions,
    *,
    library: "Library",
    catalogue: "Catalogue",
    clock: "Clock",
    today: Callable[[], date],
    metrics: "Metrics",
    probes: "Mapping[str, Probe]",
) -> "WebServer":
    """Build the server; nothing listens yet. Adapters then add routes, the caller more probes, and starts it."""
    from bot.web.address import read_address
    from bot.web.server import WebServer

    def assemble(probes: "Mapping[str, Probe]") -> "Application":
        from bot.web.assembly import assemble as put_together

        return put_together(
            options, library=library, catalogue=catalogue, clock=clock, today=today, metrics=metrics, probes=probes
        )

    return WebServer(read_address(options.address), assemble, probes, required=options.required)
