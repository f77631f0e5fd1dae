"""Type-ahead for adapters: the `Suggestions` port over the index and what is known about tags and zones."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from zoneinfo import available_timezones

from rapidfuzz import process

from bot.library import Library
from bot.model import Label, TagCount
from bot.tags import fold_tag

# A zone's name nearer than this to what is typed is worth offering.
_NEAR_ZONE = 60


class LibrarySuggestions:
    """Answer while somebody types. Tags are read again at `forget`, after a refresh, and not at each letter."""

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today
        self._tags: tuple[TagCount, ...] | None = None

    def forget(self) -> None:
        """Read the tags anew at the next question: the notes changed."""
        self._tags = None

    def entries(self, text: str, limit: int = 25) -> Sequence[Label]:
        """Return labels of entries for half-typed words, best first; of the newest where nothing is typed."""
        return self._library.index.complete(text, limit=limit, today=self._today())

    def tags(self, text: str, limit: int = 25) -> Sequence[TagCount]:
        """Return tags whose folded spelling holds what is typed, most used first."""
        if self._tags is None:
            self._tags = tuple(self._library.tag_counts())
        typed = fold_tag(text)
        return [count for count in self._tags if typed in fold_tag(count.tag)][:limit]

    def zones(self, text: str, limit: int = 25) -> Sequence[str]:
        """Return names of time zones that hold what is typed, then those near it."""
        typed = text.strip().casefold().replace(" ", "_")
        holding = [zone for zone in self._zones if typed in zone.casefold()]
        near = process.extract(typed, self._zones, limit=limit, score_cutoff=_NEAR_ZONE) if typed else []
        return list(dict.fromkeys([*holding, *(zone for zone, _, _ in near)]))[:limit]

    @cached_property
    def _zones(self) -> list[str]:
        """Leave out the files that are no places, and put the places before the old names of countries."""
        places = {zone for zone in available_timezones() if not zone.startswith(("Etc/", "posix", "right"))}
        return sorted(places, key=lambda zone: ("/" not in zone, zone))
