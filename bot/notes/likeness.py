"""How alike two entries are, from 0 to 1: by their words, links and names, not by where they stand."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from bot.model import Entry
from bot.notes.identity import title_key

_WORD = re.compile(r"\w+")
_LONGEST = 400  # words of a text that are compared; beyond that more words change no verdict
_FEW = 24  # words below which a text is compared by its letters: one typo in three words is no third
_CHANCE = 0.4  # letters of two unrelated titles agree this far
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Portrait:
    """An entry prepared for comparison."""

    title: str
    commentary: tuple[str, ...]
    abstract: tuple[str, ...]
    links: frozenset[str]
    authors: frozenset[str]
    arxiv_ids: frozenset[str]
    paragraphs: frozenset[str]


def portray(entry: Entry) -> Portrait:
    """Prepare an entry for comparison."""
    commentary = (*entry.commentary.ko, *entry.commentary.en)
    return Portrait(
        title=title_key(entry.title),
        commentary=_words(" ".join(commentary)),
        abstract=_words(entry.abstract or ""),
        links=frozenset(_SCHEME.sub("", link).rstrip("/") for link in entry.links),
        authors=frozenset(entry.authors),
        arxiv_ids=frozenset(entry.arxiv_ids),
        paragraphs=frozenset((*commentary, *filter(None, [entry.abstract]))),
    )


def likeness(one: Portrait, other: Portrait) -> float:
    """Return how alike two entries are: the mean over what both have, the writer's own words weighing most.

    What only one of them has weighs a quarter: it may have been added since. Two entries about papers with
    different arXiv ids lose a third.
    """
    parts = [(3.0, _letters(one.title, other.title))]
    for weight, words, others in ((4.0, one.commentary, other.commentary), (2.0, one.abstract, other.abstract)):
        if words and others:
            parts.append((weight, _text(words, others)))
        elif words or others:
            parts.append((weight / 4, 0.0))
    if one.links and other.links:
        parts.append((2.0, _shared(one.links, other.links)))
    if one.authors and other.authors:
        parts.append((1.0, _shared(one.authors, other.authors)))
    mean = sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
    differ = one.arxiv_ids and other.arxiv_ids and not one.arxiv_ids & other.arxiv_ids
    return mean * 2 / 3 if differ else mean


def only_titles(one: Portrait, other: Portrait) -> bool:
    """Tell whether titles are all that two entries can be compared by."""
    return not any(
        (
            one.commentary and other.commentary,
            one.abstract and other.abstract,
            one.links and other.links,
            one.authors and other.authors,
        )
    )


def same_words(one: Portrait, other: Portrait) -> float | None:
    """Return how alike the writer's own words are, or None where one of the two has none."""
    if not one.commentary or not other.commentary:
        return None
    return _text(one.commentary, other.commentary)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text)[:_LONGEST])


def _text(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if min(len(one), len(other)) < _FEW:
        return _letters(" ".join(one), " ".join(other))
    return Indel.normalized_similarity(one, other)


def _letters(one: str, other: str) -> float:
    return max(0.0, (Indel.normalized_similarity(one, other) - _CHANCE) / (1 - _CHANCE))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
