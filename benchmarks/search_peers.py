"""What a usual bot does instead: fuzzy ratios over the titles, and SQLite's full-text search."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from benchmarks.search_collection import body_of
from bot.errors import UsageError
from bot.model import FiledEntry
from bot.search.index import SearchIndex

_LIMIT = 10
_USUAL_CUT = 60  # of a fuzzy ratio, below which bots say that nothing was found
_TODAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Answered:
    """Ids, best first, whether the system calls them an answer, and whether it would open the first at once."""

    ids: Sequence[str]
    confident: bool
    certain: bool = False


class System(Protocol):
    """Something that answers queries."""

    @property
    def name(self) -> str: ...

    def answer(self, text: str) -> Answered: ...


class Paperboy:
    """The search under measure."""

    name = "paperboy"

    def __init__(self, index: SearchIndex) -> None:
        self.index = index

    def answer(self, text: str) -> Answered:
        try:
            found = self.index.find(text, limit=_LIMIT, today=_TODAY)
        except UsageError:
            return Answered((), confident=False)
        return Answered([match.entry.id for match in found.matches or found.closest], found.confident, found.certain)


class Ratio:
    """Compare the query with every title by a ratio of rapidfuzz."""

    def __init__(self, name: str, scorer: Callable[..., float], entries: Sequence[FiledEntry]) -> None:
        self.name = name
        self._scorer = scorer
        self._titles = [default_process(filed.entry.title) for filed in entries]
        self._ids = [filed.id for filed in entries]

    def answer(self, text: str) -> Answered:
        best = process.extract(default_process(text), self._titles, scorer=self._scorer, limit=_LIMIT)
        ids = [self._ids[place] for _, _, place in best]
        return Answered(ids, bool(best) and best[0][1] >= _USUAL_CUT)


class FullText:
    """Ask SQLite's FTS5 for entries with any of the words, ordered by bm25, titles before the rest."""

    def __init__(self, tokenizer: str, entries: Sequence[FiledEntry]) -> None:
        self.name = f"fts5 {tokenizer.split()[0]}"
        self._trigrams = tokenizer == "trigram"
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            f"CREATE VIRTUAL TABLE notes USING fts5(id UNINDEXED, title, authors, tags, body, tokenize='{tokenizer}')"
        )
        self._database.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", map(_row, entries))

    def answer(self, text: str) -> Answered:
        words = [word for word in re.findall(r"\w+", text[:1200]) if not self._trigrams or len(word) > 2][:40]
        if not words:
            return Answered((), confident=False)
        asked = " OR ".join(f'"{word}"' for word in words)
        found = self._database.execute(
            "SELECT id FROM notes WHERE notes MATCH ? ORDER BY bm25(notes, 0, 4, 2, 2, 1) LIMIT ?", (asked, _LIMIT)
        ).fetchall()
        return Answered([identity for (identity,) in found], confident=bool(found))


def peers(entries: Sequence[FiledEntry]) -> list[System]:
    """Return the systems to stand beside."""
    return [
        Ratio("WRatio", fuzz.WRatio, entries),
        Ratio("token_set_ratio", fuzz.token_set_ratio, entries),
        FullText("unicode61 remove_diacritics 2", entries),
        FullText("trigram", entries),
    ]


def paperboy(folder: Path, entries: Sequence[FiledEntry]) -> Paperboy:
    """Build the index in a folder and return the search over it."""
    return Paperboy(SearchIndex.build(folder, entries, "benchmark"))


def _row(filed: FiledEntry) -> tuple[str, str, str, str, str]:
    entry = filed.entry
    title = " ".join((entry.title, *entry.aliases, *entry.arxiv_ids))
    return filed.id, title, " ".join(entry.authors), " ".join(entry.tags), body_of(filed)
