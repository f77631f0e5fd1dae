"""What the service reads: the search index answers lookups, the database answers by date and by tag."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.model import FiledEntry, TagCount
from bot.search.found import Found
from bot.search.index import SearchIndex
from bot.search.related import Neighbours

if TYPE_CHECKING:
    from bot.storage.entries import EntryStore


class Library:
    """Answer questions about the entries; safe to use from several threads.

    The database is opened at the first question that needs it: a lookup needs the index alone.
    """

    def __init__(self, index: SearchIndex, store: "Callable[[], EntryStore]") -> None:
        self.index = index
        self._store = store

    def find(self, text: str, *, limit: int = 10, today: date) -> Found:
        """Find the entries that a query means, best first."""
        return self.index.find(text, limit=limit, today=today)

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id, None when there is none (any more)."""
        return self.index.entry(entry_id)

    def neighbours(self, filed: FiledEntry, limit: int = 5) -> Neighbours:
        """Return what an entry mentions, other notes on its paper, and up to `limit` related entries."""
        return self.index.neighbours(filed, limit)

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
