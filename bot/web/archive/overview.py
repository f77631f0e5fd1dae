"""Know the archive at large: its dates, its tags, its newest notes; read once for each edition of the notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.library import Library
from bot.model import DateCount, FiledEntry, TagCount
from bot.tags import fold_tag
from bot.web.archive.catalogue import Catalogue

# As many as a feed holds; the front page shows the first few.
NEWEST = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """Dates newest first, tags most used first and by folded spelling, the newest notes that have a date."""

    dates: Sequence[DateCount]
    tags: Sequence[TagCount]
    tags_by_fold: Mapping[str, TagCount]
    newest: Sequence[FiledEntry]

    def tag(self, tag: str) -> TagCount | None:
        """Return how many entries carry exactly this tag, however it is spelt; None where none does."""
        return self.tags_by_fold.get(fold_tag(tag))


class Overviews:
    """Give the overview of the present edition; threads that come at the same time may read it twice."""

    def __init__(self, library: Library, catalogue: Catalogue) -> None:
        self._library = library
        self._catalogue = catalogue
        self._known: tuple[str, Overview] | None = None

    def present(self) -> Overview:
        """Return the overview, read anew only where the index was fed since. Raises StorageError."""
        stamp, known = self._library.index.stamp, self._known
        if known is not None and known[0] == stamp:
            return known[1]
        overview = self._read()
        self._known = (stamp, overview)
        return overview

    def _read(self) -> Overview:
        tags = self._library.tag_counts()
        by_fold = MappingProxyType({fold_tag(count.tag): count for count in tags})
        return Overview(self._catalogue.dates(), tags, by_fold, self._catalogue.newest(NEWEST))
