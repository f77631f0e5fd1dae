"""What was known of notes and entries before a refresh, and what was just read: what decisions are made from."""

from collections.abc import Set
from dataclasses import dataclass

from bot.model import Entry, NoteDate


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an entry stands: the path of a note, its position in it (from 0), first and last line (from 1)."""

    path: str
    position: int
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class KnownNote:
    """A note file as last looked at.

    `mtime_ns` is None while an edit could still hide in the same tick of the file system's clock. `sha256` is
    None where the file could not be opened, which may mend without a trace, and empty where what it holds can't be
    a note. One that isn't `readable` keeps the entries it had before.
    `parser_version` tells which parser looked at it.
    """

    path: str
    size: int
    mtime_ns: int | None
    sha256: str | None
    parser_version: int
    readable: bool


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry as last filed, or a tombstone (`gone`) with its last places. `born` grows from elder to younger."""

    id: str
    digest: str
    title_key: str
    date: NoteDate
    places: tuple[Place, ...]
    born: int
    gone: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """Return the files it stands in."""
        return frozenset(place.path for place in self.places)

    def outside(self, paths: Set[str]) -> tuple[Place, ...]:
        """Return its places in other files than these: there it stands unchanged. A tombstone stands nowhere."""
        return () if self.gone else tuple(place for place in self.places if place.path not in paths)


@dataclass(frozen=True, slots=True)
class FreshEntry:
    """An entry as just read, with every place in the files just read that holds it word for word, sorted."""

    entry: Entry
    date: NoteDate
    digest: str
    places: tuple[Place, ...]

    @property
    def paths(self) -> frozenset[str]:
        """Return the files it stands in."""
        return frozenset(place.path for place in self.places)
