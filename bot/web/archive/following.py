"""Answer those who follow the archive: its feeds, and the description of its search."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.model import FiledEntry
from bot.tags import fold_tag
from bot.web.archive import feeds
from bot.web.archive.catalogue import Catalogue
from bot.web.archive.drawing import Page, Visit
from bot.web.archive.overview import NEWEST, Overviews

FEED_ENTRIES = NEWEST


class FeedPages:
    """The feeds. `zone` is the installation's time zone."""

    def __init__(self, catalogue: Catalogue, overviews: Overviews, *, zone: tzinfo) -> None:
        self._overviews = overviews
        self._catalogue = catalogue
        self._zone = zone

    def everything(self, visit: Visit) -> Page:
        """Write the feed of the newest notes."""
        title = visit.words.gettext("Reading notes")
        feed = feeds.Feed(f"{title} · Paperboy", "all", visit.to.feed() or "", visit.to.home())
        return self._written(feed, self._overviews.present().newest, visit)

    def tag(self, visit: Visit, tag: str) -> Page | None:
        """Write the feed of the newest notes that carry a tag; None where none does."""
        count = self._overviews.present().tag(tag)
        address, page = visit.to.feed(tag), visit.to.tag(tag)
        if count is None or address is None or page is None:
            return None
        tagged = self._catalogue.tagged(tag, 0, FEED_ENTRIES)
        dated = [filed for filed in tagged if filed.date.end is not None]
        feed = feeds.Feed(f"#{count.tag} · Paperboy", f"tag:{fold_tag(tag)}", address, page)
        return self._written(feed, dated, visit)

    def _written(self, feed: feeds.Feed, filed: Sequence[FiledEntry], visit: Visit) -> Page:
        arrivals = self._catalogue.arrivals([one.id for one in filed])
        return feeds.atom(feed, filed, visit.to, visit.words, feeds.Dating(self._zone, arrivals))

    def open_search(self, visit: Visit) -> Page:
        """Describe the search for browsers."""
        return feeds.open_search(visit.to, visit.words)
