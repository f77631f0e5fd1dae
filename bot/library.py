"""What the service reads: the search index answers lookups, the database answers by date and by tag."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.model import FiledEntry, TagCount
from bot.search.found import Found
from bot.search.index import SearchIndex

if TYPE_CHECKING:
    from bot.storage.entries import EntryStore

# Each is a few kilobytes.
_RELATED_REMEMBERED = 500


class Library:
    """Answer questions about the entries; safe to use from several threads.

    The database is opened at the first question that needs it: a lookup needs the index alone.
    """

    def __init__(self, index: SearchIndex, store: "Callable[[], EntryStore]") -> None:
        self.index = index
        self._store = store
        self._related: dict[str, tuple[FiledEntry, ...]] = {}
        self._related_as_of = ""

    def find(self, text: str, *, limit: int = 10, today: date) -> Found:
        """Find the entries that a query means, best first."""
        return self.index.find(text, limit=limit, today=today)

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id, None when there is none (any more)."""
        return self.index.entry(entry_id)

    def related(self, entry_id: str, limit: int = 5) -> Sequence[FiledEntry]:
        """Return entries that have to do with this one, nearest first; remembered until the index changes.

        Finding them costs more than the lookup they are shown with, and the same notes are looked up again and again.
        """
        if self._related_as_of != self.index.stamp or len(self._related) >= _RELATED_REMEMBERED:
            self._related_as_of, self._related = self.index.stamp, {}
        key, remembered = f"{entry_id} {limit}", self._related
        if key not in remembered:
            remembered[key] = self.index.related(entry_id, limit)
        return remembered[key]

    def same_paper(self, entry_id: str) -> Sequence[FiledEntry]:
        """Return the other entries about the same paper, oldest first."""
        return self.index.same_paper(entry_id)

    def noted(self, references: Sequence[str]) -> dict[str, FiledEntry]:
        """Return, for each arXiv id or address that is some entry's own paper, the first entry that noted it."""
        return {reference: entries[0] for reference, entries in self.index.noted(references).items() if entries}

    def entries_between(self, first: date, last: date) -> Sequence[FiledEntry]:
        """Return the entries whose days overlap these, both included, in the order of the notes."""
        return self._store().entries_between(first, last)

    def latest_date(self, until: date) -> date | None:
        """Return the last day on or before `until` that has entries."""
        return self._store().latest_date(until)

    def tag_counts(self, text: str = "") -> Sequence[TagCount]:
        """Return the tags whose folded spelling holds `text`, most used first."""
        return self._store().tag_counts(text)
