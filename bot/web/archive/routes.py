"""Mount the archive on the server: addresses to pages, drawn in threads of its own, with what browsers may keep."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

from aiohttp.web import Application, HTTPNotFound, Request, Response

from bot.errors import PaperboyError
from bot.web.address import PublicUrl
from bot.web.archive.addresses import Addresses
from bot.web.archive.assets import Asset, Assets
from bot.web.archive.browsing import BrowsingPages
from bot.web.archive.drawing import Page, Templates, Visit
from bot.web.archive.editions import Editions, entity_tag, is_current
from bot.web.archive.failures import draw_failure, usual_sentence
from bot.web.archive.following import FeedPages
from bot.web.archive.languages import named_language
from bot.web.archive.looking_up import LookupPages
from bot.words import Words
from bot.words.browsers import preferred_language

# Chat answers have threads of their own: whatever the web is asked, they don't wait for it.
THREADS = 2
# Notes may be private: only the reader's own browser keeps a page, and asks each time whether it is current.
KEEP_AND_ASK = "private, no-cache"
KEEP_FOR_GOOD = "public, max-age=31536000, immutable"
KEEP_A_DAY = "public, max-age=86400"

Draw = Callable[[Visit], Page | None]
Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Site:
    """How the archive presents itself: where it is from outside, and the language of those nobody asked."""

    public_url: PublicUrl | None
    language: str


class Archive:
    """The archive's handlers."""

    def __init__(
        self,
        site: Site,
        assets: Assets,
        templates: Templates,
        browsing: BrowsingPages,
        lookups: LookupPages,
        feeds: FeedPages,
        editions: Editions,
    ) -> None:
        self._site = site
        self._assets = assets
        self._templates = templates
        self._browsing = browsing
        self._lookups = lookups
        self._feeds = feeds
        self._editions = editions
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="archive")
        self._words: Mapping[str, Words] = MappingProxyType({code: Words(code) for code in ("en", "ko")})

    def mount(self, application: Application) -> None:
        """Add every address, also below the path of the public address: a proxy may strip it or not."""
        prefixes = dict.fromkeys(("", self._site.public_url.prefix if self._site.public_url else ""))
        for prefix in prefixes:
            for path, handler in self._handlers().items():
                application.router.add_get(prefix + path, handler)
        application.on_cleanup.append(self._close)

    def _handlers(self) -> Mapping[str, Answer]:
        browsing, lookups, feeds = self._browsing, self._lookups, self._feeds
        return {
            "/": self._page(lambda request: browsing.home),
            "/notes/{id}": self._page(lambda request: partial(lookups.note, entry_id=request.match_info["id"])),
            "/dates": self._page(lambda request: browsing.dates),
            "/dates/{date}": self._page(lambda request: partial(browsing.date, name=request.match_info["date"])),
            "/tags": self._page(lambda request: browsing.tags),
            "/tags/{tag:.+}": self._page(
                lambda request: partial(browsing.tag, tag=request.match_info["tag"], number=_number(request))
            ),
            "/search": self._page(
                lambda request: partial(lookups.search, query=request.query.get("q", ""), number=_number(request))
            ),
            "/feeds/all.atom": self._page(lambda request: feeds.everything, negotiated=False),
            "/feeds/tags/{tag:.+}.atom": self._page(
                lambda request: partial(feeds.tag, tag=request.match_info["tag"]), negotiated=False
            ),
            "/opensearch.xml": self._page(lambda request: feeds.open_search),
            "/static/{name}": self._file,
            "/favicon.ico": self._icon,
            "/robots.txt": _robots,
        }

    def failure(self, request: Request, status: int, reference: str) -> Response:
        """Draw a failure: a page for a browser, one line for a program."""
        visit = self._visit(request, negotiated=True)
        if "text/html" in request.headers.get("Accept", ""):
            return _respond(draw_failure(self._templates, visit, status, reference=reference), visit)
        said = visit.words.say(usual_sentence(status, reference))
        return Response(status=status, text=f"{said}\n", headers={"Cache-Control": "no-store"})

    def _page(self, choose: Callable[[Request], Draw], *, negotiated: bool = True) -> Answer:
        """Return a handler for a page; a feed isn't negotiated: programs that fetch it rarely speak for a reader."""

        async def answer(request: Request) -> Response:
            visit = self._visit(request, negotiated=negotiated)
            since = self._editions.since()
            page = await asyncio.get_running_loop().run_in_executor(self._threads, self._draw, choose(request), visit)
            if page is None:
                raise HTTPNotFound
            return self._conditional(request, visit, page, since)

        return answer

    def _draw(self, draw: Draw, visit: Visit) -> Page | None:
        try:
            return draw(visit)
        except PaperboyError as error:  # such as a database that is down
            return draw_failure(self._templates, visit, 503, said=error.sentence)

    def _visit(self, request: Request, *, negotiated: bool) -> Visit:
        named = named_language(request.query.get("lang"))
        preferred = self._site.language
        if negotiated:
            preferred = preferred_language(request.headers.get("Accept-Language"), self._site.language)
        outside = self._site.public_url
        origin = outside.origin if outside else f"{request.scheme}://{request.host}"
        prefix = outside.prefix if outside else ""
        return Visit(self._words[named or preferred], Addresses(origin, prefix, named))

    def _conditional(self, request: Request, visit: Visit, page: Page, since: datetime) -> Response:
        response = _respond(page, visit)
        if page.status != 200:
            return response
        tag = entity_tag(page.body)
        # What a search finds depends on today's date too, so only its content can tell.
        dated = None if "q" in request.query else since
        if is_current(request, tag, dated):
            response = Response(status=304, headers={"Cache-Control": KEEP_AND_ASK, "Vary": "Accept-Language"})
        response.etag = tag
        if dated is not None:
            response.last_modified = dated
        return response

    async def _file(self, request: Request) -> Response:
        asset = self._assets.files.get(request.match_info["name"])
        if asset is None:
            raise HTTPNotFound
        return _give(request, asset, KEEP_FOR_GOOD)

    async def _icon(self, request: Request) -> Response:
        return _give(request, self._assets.files[self._assets.icon], KEEP_A_DAY)

    async def _close(self, _: Application) -> None:
        await asyncio.to_thread(self._threads.shutdown)


def _give(request: Request, asset: Asset, kept: str) -> Response:
    """Give a file away, unless the browser has it."""
    tag = entity_tag(asset.body)
    headers = {"Cache-Control": kept, "ETag": f'"{tag}"'}
    if is_current(request, tag, None):
        return Response(status=304, headers=headers)
    return Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)


async def _robots(_: Request) -> Response:
    return Response(text="User-agent: *\nDisallow: /\n")


def _respond(page: Page, visit: Visit) -> Response:
    kept = KEEP_AND_ASK if page.status == 200 else "no-store"
    headers = {"Cache-Control": kept, "Vary": "Accept-Language", "Content-Language": visit.words.language}
    if page.location is not None:
        headers["Location"] = page.location
    return Response(
        body=page.body, status=page.status, content_type=page.content_type, charset="utf-8", headers=headers
    )


def _number(request: Request) -> int:
    """Read which page of a list is asked for; anything odd is the first."""
    text = request.query.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
