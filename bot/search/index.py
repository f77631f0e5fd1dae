"""Keep the entries searchable in a folder: open it, build it anew, change it, look things up in it."""

import json
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import tantivy

from bot.errors import PaperboyError
from bot.model import FiledEntry
from bot.search.analyse import compact, terms
from bot.search.codec import decode_entry
from bot.search.found import Found, Match
from bot.search.query import read_query
from bot.search.schema import ANALYSER_VERSION, STAMP_ID, build_document, build_schema
from bot.sentences import sentence


class IndexUnusable(PaperboyError):  # noqa: N818 - the domain's own word
    """The search index is absent, damaged, or was built by another version: build it anew."""


class IndexBusy(PaperboyError):  # noqa: N818 - the domain's own word
    """Another process is writing to the search index."""


Progress = Callable[[int], None]
_MANIFEST = "manifest.json"


class SearchIndex:
    """The read model of all entries: safe to read from many threads while one writes."""

    def __init__(self, folder: Path, index: tantivy.Index, stamp: str) -> None:
        self._folder = folder
        self._index = index
        self._schema = index.schema
        self._stamp = stamp
        self._writing = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> "SearchIndex":
        """Open the index of a folder; raises IndexUnusable when it has to be built first."""
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            if manifest["analyser"] != ANALYSER_VERSION:
                raise IndexUnusable(sentence("The search index was built by another version of Paperboy."))
            index = tantivy.Index.open(str(folder / manifest["build"]))
            index.reload()
            return cls(folder, index, _read_stamp(index))
        except FileNotFoundError:
            raise IndexUnusable(sentence("There is no search index yet.")) from None
        except (ValueError, KeyError, OSError, TypeError) as error:
            raise IndexUnusable(sentence("The search index is damaged.")) from error

    @classmethod
    def build(
        cls, folder: Path, entries: Iterable[FiledEntry], stamp: str, progress: Progress | None = None
    ) -> "SearchIndex":
        """Build the index anew beside the old one and swap it in; `progress` hears how many entries are in."""
        folder.mkdir(parents=True, exist_ok=True)
        build = f"build-{uuid.uuid4().hex}"
        (folder / build).mkdir()
        index = tantivy.Index(build_schema(), path=str(folder / build))
        writer = index.writer(50_000_000, 1)
        for count, filed in enumerate(entries, start=1):
            writer.add_document(build_document(filed))
            if progress is not None:
                progress(count)
        writer.add_document(_stamp_document(stamp))
        writer.commit()
        writer.wait_merging_threads()
        aside = folder / f"{build}.json"
        aside.write_text(json.dumps({"analyser": ANALYSER_VERSION, "build": build}), encoding="utf-8")
        os.replace(aside, folder / _MANIFEST)  # noqa: PTH105 - the atomic swap
        for old in folder.glob("build-*"):
            if old.name != build:
                shutil.rmtree(old, ignore_errors=True)
        return cls.open(folder)

    @property
    def stamp(self) -> str:
        """Return the text given with the last build or change."""
        return self._stamp

    def __len__(self) -> int:
        return self._index.searcher().num_docs - 1

    def apply(self, changed: Iterable[FiledEntry], gone: Iterable[str], stamp: str) -> None:
        """Put changed entries in, take gone ones (by id) out, and remember the stamp: all of it or nothing."""
        with self._writing:
            writer = self._index.writer(15_000_000, 1)
            for entry_id in (*gone, STAMP_ID):
                writer.delete_documents_by_term("id", entry_id)
            for filed in changed:
                writer.delete_documents_by_term("id", filed.id)
                writer.add_document(build_document(filed))
            writer.add_document(_stamp_document(stamp))
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
            self._stamp = stamp

    def find(self, text: str, *, limit: int = 10, today: date) -> Found:
        """Find the entries a query means, best first; raises UsageError for a filter that can't be read."""
        query = read_query(text, today)
        schema = self._schema
        should = [(tantivy.Occur.Should, self._term("name", compact(query.words), 50.0))]
        should += [
            (tantivy.Occur.Should, self._term(field, word, boost))
            for word in terms(query.words)[:50]
            for field, boost in (("title", 4.0), ("authors", 2.0), ("text", 1.0))
        ]
        clauses = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "tag", tag)) for tag in query.filters.tags]
        if query.words:
            clauses.append((tantivy.Occur.Must, tantivy.Query.boolean_query(should)))
        found = self._search(tantivy.Query.boolean_query(clauses), limit)
        matches = tuple(Match(entry, score, 1.0) for score, entry in found)
        return Found(text, bool(matches), matches, filters=query.filters, total=len(matches))

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id."""
        found = self._search(tantivy.Query.term_query(self._schema, "id", entry_id), 1)
        return found[0][1] if found and entry_id != STAMP_ID else None

    def related(self, entry_id: str, limit: int = 5) -> tuple[FiledEntry, ...]:
        """Return the entries most related to one, best first."""
        return ()

    def same_paper(self, entry_id: str) -> tuple[FiledEntry, ...]:
        """Return the other entries about the same paper, oldest first."""
        return ()

    def noted(self, references: Iterable[str]) -> Mapping[str, tuple[FiledEntry, ...]]:
        """Return the entries of each arXiv id or link that has any, oldest first."""
        answer = {}
        for reference in references:
            found = self._search(tantivy.Query.term_query(self._schema, "arxiv", reference), 10)
            if found:
                answer[reference] = tuple(entry for _, entry in found)
        return answer

    def complete(self, text: str, *, limit: int = 25, today: date) -> tuple[FiledEntry, ...]:
        """Return the entries somebody who is still typing may mean, best first."""
        return tuple(match.entry for match in self.find(text, limit=limit, today=today).matches)

    def _term(self, field: str, word: str, boost: float) -> tantivy.Query:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, word), boost)

    def _search(self, query: tantivy.Query, limit: int) -> list[tuple[float, FiledEntry]]:
        searcher = self._index.searcher()
        hits = searcher.search(query, limit).hits
        return [(score, decode_entry(_stored(searcher, address, "entry"))) for score, address in hits]


def _stamp_document(stamp: str) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", STAMP_ID)
    document.add_bytes("stamp", stamp.encode())
    return document


def _read_stamp(index: tantivy.Index) -> str:
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(index.schema, "id", STAMP_ID), 1).hits
    if not hits:
        raise ValueError("no stamp")
    return _stored(searcher, hits[0][1], "stamp").decode()


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress, field: str) -> bytes:
    value = searcher.doc(address).get_first(field)
    if not isinstance(value, bytes):
        raise ValueError(f"no {field}")
    return value
