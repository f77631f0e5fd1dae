"""Put together what the web server shows."""

from collections.abc import Callable, Mapping
from datetime import date
from time import monotonic

from aiohttp.web import Application

from bot.library import Library
from bot.ports import Clock
from bot.web import WebOptions
from bot.web.address import allowed_hosts, read_address, read_networks, read_public_url
from bot.web.archive.assets import read_assets
from bot.web.archive.browsing import BrowsingPages
from bot.web.archive.catalogue import Catalogue
from bot.web.archive.drawing import Templates
from bot.web.archive.editions import Editions
from bot.web.archive.following import FeedPages
from bot.web.archive.looking_up import LookupPages
from bot.web.archive.overview import Overviews
from bot.web.archive.routes import Archive, Site
from bot.web.guard import Guard
from bot.web.health import Health, Probe
from bot.web.limits import Rate, RateLimiter
from bot.web.metrics import Metrics
from bot.web.server import BODY_BYTES

# A page with its stylesheet and icon is three requests; nobody reads faster than this.
READERS = Rate(per_second=10, burst=100)
# A platform calls for a whole workspace at once: Slack sends at most 30,000 events an hour.
PLATFORMS = Rate(per_second=100, burst=1_000)
# Asked by those who watch over the bot; readiness is remembered for a second, so asking costs nothing.
_UNLIMITED = frozenset({"/healthz", "/readyz"})


def assemble(
    options: WebOptions,
    *,
    library: Library,
    catalogue: Catalogue,
    clock: Clock,
    today: Callable[[], date],
    metrics: Metrics,
    probes: Mapping[str, Probe],
) -> Application:
    """Build the application; see `bot.web.build`."""
    address = read_address(options.address)
    public_url = read_public_url(options.public_url) if options.public_url else None
    assets = read_assets()
    templates = Templates(assets)
    overviews = Overviews(library, catalogue)
    archive = Archive(
        Site(public_url, options.language),
        assets,
        templates,
        BrowsingPages(library, catalogue, overviews, templates, today=today),
        LookupPages(library, catalogue, templates, today=today),
        FeedPages(catalogue, overviews, zone=options.zone),
        Editions(lambda: library.index.stamp, clock.now),
    )
    limits = _Limits()
    guard = Guard(
        hosts=allowed_hosts(address, public_url) if address else None,
        proxies=read_networks(options.proxies),
        operators=read_networks(options.operators),
        limiter_of=limits.of,
        draw_failure=archive.failure,
        served=metrics.served,
    )
    application = Application(middlewares=[guard.watch], client_max_size=BODY_BYTES)
    health = Health(probes, monotonic)
    application.router.add_get("/healthz", health.live)
    application.router.add_get("/readyz", health.ready)
    application.router.add_get("/metrics", metrics.scrape)
    archive.mount(application)
    limits.readers_routes = frozenset(resource.canonical for resource in application.router.resources())
    return application


class _Limits:
    """Choose the limit of a route: adapters' endpoints are called by platforms, everything else by readers."""

    def __init__(self) -> None:
        self.readers_routes: frozenset[str] = frozenset()
        self._readers = RateLimiter(READERS, monotonic)
        self._platforms = RateLimiter(PLATFORMS, monotonic)

    def of(self, route: str) -> RateLimiter | None:
        """Return the limiter of a route by its pattern; None where there is no limit."""
        if route in _UNLIMITED:
            return None
        ours = route == "unmatched" or route in self.readers_routes
        return self._readers if ours else self._platforms
