"""What the archive asks of the database: which dates there are, and entries page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import DateCount, FiledEntry, NoteDate


class Catalogue(Protocol):
    """Answer in falling order of date. Raises StorageError where the database can't be reached."""

    def dates(self) -> Sequence[DateCount]:
        """Return the dates of the entries, newest first; those without a date are counted in the end."""
        ...

    def tagged(self, tag: str, first: int, limit: int) -> Sequence[FiledEntry]:
        """Return the entries that carry a tag, from `first` (0-based) on; undated ones come last."""
        ...

    def titles_on(self, when: NoteDate) -> Sequence[tuple[str, str]]:
        """Return id and title of the entries with exactly this date, in the order of the notes."""
        ...

    def newest(self, limit: int) -> Sequence[FiledEntry]:
        """Return the newest entries that have a date."""
        ...

    def arrivals(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return when entries were first seen."""
        ...

    def undated(self, limit: int) -> Sequence[FiledEntry]:
        """Return entries without a date."""
        ...
