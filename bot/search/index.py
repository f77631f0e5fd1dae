"""Keep the entries searchable in a folder: open the index, build it anew, change it, look things up in it."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tantivy

from bot.model import FiledEntry, Label
from bot.search import related
from bot.search.answer import answer
from bot.search.complete import complete
from bot.search.folder import IndexBusy, IndexFolder, IndexUnusable, damaged, noticing_damage, signature_of
from bot.search.found import Found
from bot.search.query import read_query
from bot.search.reader import Reader
from bot.search.related import Neighbours
from bot.search.schema import ANALYSER_VERSION, STAMP_ID, build_document, build_schema, stamp_document

__all__ = ["IndexBusy", "IndexUnusable", "Progress", "SearchIndex"]

Progress = Callable[[int], None]
_BUILD_MEMORY = 200_000_000  # bytes at most: fewer, larger segments answer faster and hardly ever merge
_CHANGE_MEMORY = 15_000_000  # bytes, the least tantivy takes
_ATTEMPTS = 3
_LOOK_SERVES = 0.005  # seconds: about as long as one answer asks the index this and that

Signature = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class _State:
    """One build as it was last read."""

    build: Path
    index: tantivy.Index
    reader: Reader
    signatures: tuple[Signature, Signature]


class SearchIndex:
    """The read model of all entries: read by many threads and processes while one writes.

    What another process commits is seen some milliseconds later. Any question raises IndexUnusable where it meets
    damage that opening the index did not show.
    """

    def __init__(self, folder: IndexFolder, state: _State) -> None:
        self._folder = folder
        self._state = state
        self._looked = -math.inf
        self._refreshing = threading.Lock()
        self._writing = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> "SearchIndex":
        """Open the index of a folder; raises IndexUnusable when it has to be built first."""
        builds = IndexFolder(folder)
        return cls(builds, _read_state(builds))

    @classmethod
    def build(
        cls, folder: Path, entries: Iterable[FiledEntry], stamp: str, progress: Progress | None = None
    ) -> "SearchIndex":
        """Build the index anew and let it take the old one's place in one step; until then the old one answers.

        `progress` hears how many entries are in. Raises IndexBusy while another process writes.
        """
        builds = IndexFolder(folder)
        with builds.writing(), builds.new_build() as build:
            _write_build(build, entries, stamp, progress)
            builds.promote(build, ANALYSER_VERSION)
        return cls.open(folder)

    @property
    def stamp(self) -> str:
        """Return the text given with the last build or change."""
        return self._reader().stamp

    def __len__(self) -> int:
        return self._reader().entries

    def apply(self, changed: Iterable[FiledEntry], gone: Iterable[str], stamp: str) -> None:
        """Put changed entries in, take gone ones (by id) out, and remember the stamp: all of it or nothing.

        Raises IndexBusy while another process writes, IndexUnusable when the folder holds no index any more.
        """
        with self._writing, self._folder.writing():
            state = _read_state(self._folder)
            _write_changes(state.index, changed, gone, stamp)
            self._state = _read_state(self._folder, state.index, state.build)

    def find(self, text: str, *, limit: int = 10, today: date) -> Found:
        """Find the entries a query means, best first, at most `limit` of them.

        `today` is the reader's local date. Raises UsageError for a filter that can't be read.
        """
        query = read_query(text, today)
        with noticing_damage():
            return answer(self._reader(), text, query, limit)

    def complete(self, text: str, *, limit: int = 25, today: date) -> tuple[Label, ...]:
        """Return labels of the entries that somebody still typing may mean, best first; of the newest for no text."""
        with noticing_damage():
            return complete(self._reader(), text, limit, today)

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id."""
        with noticing_damage():
            return self._reader().entry(entry_id)

    def related(self, entry_id: str, limit: int = 5) -> tuple[FiledEntry, ...]:
        """Return the entries that have most to do with one, best first; other notes on the same paper are left out."""
        with noticing_damage():
            reader = self._reader()
            filed = reader.entry(entry_id)
            return () if filed is None else related.related(reader, filed, limit)

    def same_paper(self, entry_id: str) -> tuple[FiledEntry, ...]:
        """Return the other entries on the same paper, oldest first."""
        with noticing_damage():
            reader = self._reader()
            filed = reader.entry(entry_id)
            return () if filed is None else related.same_paper(reader, filed)

    def neighbours(self, filed: FiledEntry, limit: int = 5) -> Neighbours:
        """Return what an entry mentions, other notes on its paper, and up to `limit` related entries."""
        with noticing_damage():
            return related.neighbours(self._reader(), filed, limit)

    def noted(self, references: Iterable[str]) -> Mapping[str, tuple[FiledEntry, ...]]:
        """Return, for each arXiv id or address that is some entry's own paper or link, those entries, oldest first."""
        with noticing_damage():
            return related.noted(self._reader(), references)

    def _reader(self) -> Reader:
        """Return a reader of what was committed last, by whichever process; a look serves a whole answer."""
        state, now = self._state, time.monotonic()
        if now - self._looked < _LOOK_SERVES:
            return state.reader
        self._looked = now
        if state.signatures != (self._folder.signature(), signature_of(state.build)):
            self._refresh(state)
        return self._state.reader

    def _refresh(self, seen: _State) -> None:
        """Read the folder anew; where it can't be read just now, what was read before goes on answering."""
        with self._refreshing:
            if self._state is not seen:
                return
            try:
                self._state = _read_state(self._folder, seen.index, seen.build)
            except IndexUnusable:
                return


def _read_state(folder: IndexFolder, index: tantivy.Index | None = None, build: Path | None = None) -> _State:
    """Read what the folder holds now; another process may swap builds meanwhile, so try again before giving up."""
    for attempt in range(1, _ATTEMPTS + 1):
        current = folder.current(ANALYSER_VERSION)
        signatures = folder.signature(), signature_of(current)
        try:
            with noticing_damage():
                opened = index if index is not None and build == current else _open(current)
                opened.reload()
                return _State(current, opened, Reader.over(opened), signatures)
        except IndexUnusable:
            if attempt == _ATTEMPTS:
                raise
    raise damaged()


def _open(build: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(build))
    index.config_reader("manual")  # no thread that watches the files: every question looks whether they changed
    return index


def _write_build(build: Path, entries: Iterable[FiledEntry], stamp: str, progress: Progress | None) -> None:
    index = tantivy.Index(build_schema(), path=str(build))
    index.config_reader("manual")
    with _writing(index, _BUILD_MEMORY) as writer:
        for count, filed in enumerate(entries, start=1):
            writer.add_document(build_document(filed))
            if progress is not None:
                progress(count)
        writer.add_document(stamp_document(stamp))


def _write_changes(index: tantivy.Index, changed: Iterable[FiledEntry], gone: Iterable[str], stamp: str) -> None:
    with _writing(index, _CHANGE_MEMORY) as writer:
        for entry_id in (*gone, STAMP_ID):
            writer.delete_documents_by_term("id", entry_id)
        for filed in changed:
            writer.delete_documents_by_term("id", filed.id)
            writer.add_document(build_document(filed))
        writer.add_document(stamp_document(stamp))


@contextmanager
def _writing(index: tantivy.Index, memory: int) -> Iterator[tantivy.IndexWriter]:
    """Write to an index; what was written is committed at the end, or none of it where the block fails."""
    writer = index.writer(memory, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
