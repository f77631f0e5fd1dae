"""Answer those who follow the archive: its feeds, and the description of its search."""

from datetime import tzinfo

from bot.library import Library
from bot.tags import fold_tag
from bot.web.archive import feeds
from bot.web.archive.browsing import tag_count
from bot.web.archive.catalogue import Catalogue
from bot.web.archive.drawing import Page, Visit

FEED_ENTRIES = 50


class FeedPages:
    """The feeds. `zone` is the installation's time zone."""

    def __init__(self, library: Library, catalogue: Catalogue, *, zone: tzinfo) -> None:
        self._library = library
        self._catalogue = catalogue
        self._zone = zone

    def everything(self, visit: Visit) -> Page:
        """Write the feed of the newest notes."""
        title = visit.words.gettext("Reading notes")
        feed = feeds.Feed(f"{title} · Paperboy", "all", visit.to.feed() or "", visit.to.home())
        return feeds.atom(feed, self._catalogue.newest(FEED_ENTRIES), visit.to, visit.words, self._zone)

    def tag(self, visit: Visit, tag: str) -> Page | None:
        """Write the feed of the newest notes that carry a tag; None where none does."""
        count = tag_count(self._library, tag)
        address, page = visit.to.feed(tag), visit.to.tag(tag)
        if count is None or address is None or page is None:
            return None
        tagged = self._catalogue.tagged(tag, 0, FEED_ENTRIES)
        dated = [filed for filed in tagged if filed.date.end is not None]
        feed = feeds.Feed(f"#{count.tag} · Paperboy", f"tag:{fold_tag(tag)}", address, page)
        return feeds.atom(feed, dated, visit.to, visit.words, self._zone)

    def open_search(self, visit: Visit) -> Page:
        """Describe the search for browsers."""
        return feeds.open_search(visit.to, visit.words)
