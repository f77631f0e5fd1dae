"""What a refresh asks of the database and what it tells it: everything that changes, in one piece."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from bot.errors import PaperboyError
from bot.model import Entry, NoteDate
from bot.notes.plan import Plan
from bot.notes.problems import Problem
from bot.notes.records import FreshEntry, KnownEntry, KnownNote
from bot.sentences import sentence


class Outrun(PaperboyError):  # noqa: N818 - says what happened, and is mended by starting over
    """Another process changed the notes in the database since they were looked at."""

    def __init__(self) -> None:
        super().__init__(sentence("Another Paperboy is writing to the same database. Try again in a moment."))


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A note file that was read, or that could not be (`date` is None): what was found is kept with its problems."""

    file: KnownNote
    date: NoteDate | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What one refresh writes.

    `base` is the revision it was decided on. `touched` are files that hold the same bytes under a new time stamp,
    `gone` the paths of notes that are no more.
    """

    base: int
    looked_at: tuple[LookedAt, ...] = ()
    touched: tuple[KnownNote, ...] = ()
    gone: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True)
class Memory:
    """The notes as the database knows them at a revision, by path."""

    revision: int
    notes: Mapping[str, KnownNote]


class NoteStore(Protocol):
    """Keep notes and entries between refreshes."""

    def recall(self) -> Memory:
        """Return every note that is not gone."""
        ...

    def known_entries(self, paths: Set[str], fresh: Sequence[FreshEntry]) -> list[KnownEntry]:
        """Return the entries that stand in these files or last stood there, and those a fresh one may carry on."""
        ...

    def texts(self, ids: Collection[str]) -> dict[str, Entry]:
        """Return the content of entries, living or dead, by id."""
        ...

    def ids(self) -> Set[str]:
        """Return every id that an entry has or had."""
        ...

    def problems(self) -> list[Problem]:
        """Return what was wrong or odd when each file was last read."""
        ...

    def apply(self, changes: Changes) -> int:
        """Write all changes or none, and return the new revision.

        Raises Outrun where the database is no longer at their base.
        """
        ...
