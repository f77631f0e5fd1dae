"""Know a collection of entries well enough to tell which are right answers, by folding of its own, not the bot's."""

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.model import FiledEntry


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, its kind, and the ids of the entries that are right answers; none where it has to be refused."""

    text: str
    kind: str
    right: frozenset[str]


def plain(text: str) -> str:
    """Return text in lower case without accents, the benchmark's own plain folding."""
    marks = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if not "\u0300" <= mark <= "\u036f"))


def words_of(text: str) -> list[str]:
    """Return the Latin words, numbers and Hangul words of a text."""
    return re.findall("[a-z]+|[0-9]+|[가-힣]+", plain(text))


def squeezed(text: str) -> str:
    """Return the letters and digits of a text alone."""
    return "".join(words_of(text))


def body_of(filed: FiledEntry) -> str:
    """Return abstract and commentary."""
    entry = filed.entry
    return "\n".join((entry.abstract or "", *entry.commentary.ko, *entry.commentary.en))


class Collection:
    """The entries with what is needed to tell which of them are right answers."""

    def __init__(self, entries: Sequence[FiledEntry]) -> None:
        self.entries = entries

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """Ids of the entries that hold a word anywhere."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            entry = filed.entry
            text = "\n".join((entry.title, *entry.aliases, *entry.authors, *entry.tags, body_of(filed)))
            for word in set(words_of(text)):
                found[word].add(filed.id)
        return found

    @cached_property
    def surnames(self) -> dict[str, set[str]]:
        """Ids of the entries with an author of this surname."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            for author in filed.entry.authors:
                for word in words_of(author):
                    found[word].add(filed.id)
        return found

    @cached_property
    def papers(self) -> dict[str, set[str]]:
        """Ids of the entries on the same paper, by arXiv id and by title."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            for key in (*filed.entry.arxiv_ids, squeezed(filed.entry.title)):
                found[key].add(filed.id)
        return found

    @cached_property
    def heads(self) -> dict[str, set[str]]:
        """Ids of the entries whose title has this head before a colon."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            found[squeezed(filed.entry.title.partition(":")[0])].add(filed.id)
        return found

    @cached_property
    def titles(self) -> dict[str, tuple[str, ...]]:
        """The title and the aliases of each entry, letters and digits alone, by id."""
        return {
            filed.id: tuple(squeezed(name) for name in (filed.entry.title, *filed.entry.aliases))
            for filed in self.entries
        }

    @cached_property
    def korean(self) -> list[tuple[str, str]]:
        """Each entry's id and its text without blanks, for those that hold Hangul."""
        texts = ((filed.id, squeezed(f"{filed.entry.title}\n{body_of(filed)}")) for filed in self.entries)
        return [(identity, text) for identity, text in texts if re.search("[가-힣]", text)]

    def noted_on(self, day: date) -> frozenset[str]:
        """Return the entries whose days hold a day."""
        dates = ((filed.id, filed.date.start, filed.date.end) for filed in self.entries)
        return frozenset(each for each, start, end in dates if start and end and start <= day <= end)

    def same(self, filed: FiledEntry) -> frozenset[str]:
        keys = (*filed.entry.arxiv_ids, squeezed(filed.entry.title))
        return frozenset({filed.id}.union(*(self.papers[key] for key in keys if key)))

    def holding(self, words: Iterable[str]) -> frozenset[str]:
        sets = [self.holders.get(word, set()) for word in words]
        return frozenset(set.intersection(*sets)) if sets else frozenset()

    def holding_korean(self, pieces: Sequence[str]) -> frozenset[str]:
        return frozenset(identity for identity, text in self.korean if all(piece in text for piece in pieces))


Maker = Callable[[random.Random, FiledEntry, Collection], Asked | None]
