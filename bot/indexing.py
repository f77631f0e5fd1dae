"""Keep the search index in step with the database, and tell cheaply whether both still are with the notes folder."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import NoteError
from bot.notes.fingerprint import Fingerprint, fingerprint
from bot.search.index import IndexUnusable, SearchIndex
from bot.search.schema import ANALYSER_VERSION

if TYPE_CHECKING:
    from bot.storage.entries import About, EntryStore

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was fed from: which database, which revision of it, and the fingerprint of the notes folder.

    `notes` is empty where an edit may hide behind the fingerprint.
    """

    database: str
    revision: int
    notes: str = ""

    @classmethod
    def read(cls, text: str) -> "Stamp":
        """Read a stamp; anything else is a stamp that fits nothing."""
        try:
            database, revision, notes = json.loads(text)
            return cls(str(database), int(revision), str(notes))
        except (ValueError, TypeError):
            return cls("", -1)

    def __str__(self) -> str:
        return json.dumps([self.database, self.revision, self.notes])


def open_if_current(index_folder: Path, notes: Path) -> SearchIndex | None:
    """Open the index without asking the database, where no note file changed since it was fed; else None."""
    try:
        index = SearchIndex.open(index_folder)
        now = fingerprint(notes)
    except (IndexUnusable, NoteError):
        return None
    return index if now.settled and Stamp.read(index.stamp).notes == now.value else None


class Feeder:
    """Feed one index from one store; threads take turns."""

    def __init__(self, folder: Path, store: "EntryStore") -> None:
        self._folder = folder
        self._store = store
        self._turn = threading.Lock()

    def could_feed(self, index: SearchIndex) -> bool:
        """Tell whether an index was fed from this database as it is, or as it was: not from another, or a later one.

        To be asked before a refresh: a database that was put back to an earlier state soon reaches the revision of
        the index again, by other changes.
        """
        database_id, revision = self._store.standing()
        fed = Stamp.read(index.stamp)
        return fed.database == database_id and fed.revision <= revision

    def feed(self, index: SearchIndex | None, seen: Fingerprint, progress: Progress | None = None) -> SearchIndex:
        """Bring an index to the database's revision and return it; build one where there is none that fits."""
        with self._turn:
            about = self._store.about()
            if index is None or Stamp.read(index.stamp).database != about.database_id:
                return self._build(about, seen, progress)
            return self._apply(index, about, seen)

    def _build(self, about: "About", seen: Fingerprint, progress: Progress | None) -> SearchIndex:
        heard = None if progress is None else lambda done: progress(done, about.entries)
        stamp = _stamp(about.database_id, about.revision, seen)
        index = SearchIndex.build(self._folder, self._store.all_entries(), stamp, heard)
        self._store.remember_analyser(str(ANALYSER_VERSION))
        return index

    def _apply(self, index: SearchIndex, about: "About", seen: Fingerprint) -> SearchIndex:
        changes = self._store.changes_since(Stamp.read(index.stamp).revision)
        stamp = _stamp(about.database_id, changes.revision, seen)
        if stamp != index.stamp:
            index.apply(changes.changed, changes.gone, stamp)
        return index


def _stamp(database_id: str, revision: int, seen: Fingerprint) -> str:
    return str(Stamp(database_id, revision, seen.value if seen.settled else ""))
