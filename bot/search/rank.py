"""Rank entries by how well they explain a query. Pure: what the query looks for and the entries' faces go in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.search.face import Face
from bot.search.sought import Joined, Sought, total_weight

if TYPE_CHECKING:
    from tantivy import DocAddress

# How much the place counts where a word is found.
_TITLE, _ALIAS, _AUTHOR, _TAG, _BODY = 1.0, 1.0, 0.98, 0.96, 0.92
# How well a word is explained that is not there letter by letter.
_PARTICLE = 0.98  # another particle, or none
_SPACED = 0.97  # Hangul that is spaced otherwise
_JOINED = 0.94  # Latin that is spaced or hyphenated otherwise
_SOUND = 0.93  # the same name in the other script
_STEM = 0.9  # another ending
_WITHIN = 0.9  # Hangul within a longer word
_SLIP = 0.88  # what a slip of the fingers may have meant
_ACRONYM = 0.85
_ACROSS = 0.6  # Hangul from within one word into the next
_PIECES = 0.9
# What counts beside the words themselves.
_ORDER, _FILLED, _BM25, _NAMED = 0.06, 0.05, 0.03, 0.3
_NEARLY_NAMED, _RIVAL = 0.78, 0.06

Explained = tuple[float, float]  # how well a word is explained, and how much its place counts
_NOTHING: Explained = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer: its document's address, its face, its BM25 score."""

    address: "DocAddress"
    face: Face
    bm25: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, and the share of the query that it explains.

    `named` is 1 where the query is what the entry is called, less where it is nearly so, 0 where it is something else.
    """

    candidate: Candidate
    score: float
    confidence: float
    named: float = 0.0

    @property
    def face(self) -> Face:
        """The face of the candidate."""
        return self.candidate.face


@dataclass(frozen=True, slots=True)
class Wording:
    """What a query looks for: its words, neighbours that may be one word, and all of it as a name, compact.

    `near_name` tells how like the names are to those of a face, where a slip of the fingers is possible.
    """

    sought: Sequence[Sought]
    joined: Sequence[Joined]
    names: frozenset[str]
    near_name: Callable[[frozenset[str], Face], float] | None = None


def rank(wording: Wording, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Return the candidates, best first; of several entries about one paper its own note comes first."""
    highest = max((candidate.bm25 for candidate in candidates), default=0.0) or 1.0
    total = total_weight(wording.sought) or 1.0
    ranked = [_judge(wording, total, candidate, candidate.bm25 / highest) for candidate in candidates]
    return _gather_papers(sorted(ranked, key=lambda one: (-one.score, -one.face.day, one.face.entry_id)))


def is_certain(ranked: Sequence[Ranked]) -> bool:
    """Tell whether the first entry may be opened at once: the query is its name, or nearly, and no other's."""
    first, *others = ranked
    if first.named < _NEARLY_NAMED:
        return False
    rivals = (other for other in others if not _same_paper(other, first))
    return all(other.named < first.named - _RIVAL or (first.named == 1.0 and other.named < 1.0) for other in rivals)


def _same_paper(one: Ranked, other: Ranked) -> bool:
    return one.face.paper == other.face.paper or one.face.title == other.face.title


def _gather_papers(ranked: list[Ranked]) -> list[Ranked]:
    """Bring an entry's own note before other notes about the same paper that score about the same."""
    for place in range(1, min(len(ranked), 10)):
        at = place
        while at and _goes_before(ranked[at], ranked[at - 1]):
            ranked[at - 1], ranked[at] = ranked[at], ranked[at - 1]
            at -= 1
    return ranked


def _goes_before(one: Ranked, other: Ranked) -> bool:
    return _same_paper(one, other) and one.face.own and not other.face.own and other.score - one.score < 0.1


def _judge(wording: Wording, total: float, candidate: Candidate, bm25: float) -> Ranked:
    face = candidate.face
    explained = [_explain(word, face) for word in wording.sought]
    _explain_joined(wording.joined, explained, face)
    words = list(zip(wording.sought, explained, strict=True))
    confidence = sum(word.weight * how for word, (how, _) in words) / total
    placed = sum(word.weight * how * where for word, (how, where) in words) / total
    named = _named(wording, face)
    score = placed + _ORDER * _order(wording.sought, face) + _FILLED * _filled(explained, face) + _BM25 * bm25
    score += _NAMED * named * named
    return Ranked(candidate, score, max(confidence, 0.99 * (named == 1.0)), named)


def _explain(word: Sought, face: Face) -> Explained:
    return _explain_hangul(word, face) if word.hangul else _explain_latin(word, face)


def _explain_latin(word: Sought, face: Face) -> Explained:
    if exact := _find(f" {word.word} ", face):
        return 1.0, exact
    best = _NOTHING
    if word.stem and (where := _find(f" {word.stem}", face)):
        best = (_STEM, where)
    if len(word.word) > 4:
        if word.word in face.close:
            best = max(best, (_JOINED, _TITLE))
        elif not word.known and word.word in face.close_body:
            best = max(best, (_JOINED, _BODY))
    if word.word in face.acronyms:
        best = max(best, (_ACRONYM, _TITLE))
    for other, like in word.near:
        if like * _SLIP > best[0] and (where := _find(f" {other} ", face)):
            best = (like * _SLIP, where)
    return best


def _find(needle: str, face: Face) -> float:
    """Return how much the best place counts that holds a needle, 0 for none."""
    if needle in face.title:
        return _TITLE
    if needle in face.aliases:
        return _ALIAS
    if needle in face.authors:
        return _AUTHOR
    if needle in face.tags:
        return _TAG
    return _BODY if needle in face.body else 0.0


def _explain_hangul(word: Sought, face: Face) -> Explained:
    best = max(
        (_hangul_in(word, face.title + face.aliases, face.close), _TITLE),
        (_hangul_in(word, face.authors, face.authors), _AUTHOR),
        (_hangul_in(word, face.tags, face.tags), _TAG),
        (_hangul_in(word, face.body, face.close_body), _BODY),
    )
    if best[0] >= _SPACED:
        return best
    if word.spelled and (where := _find(f" {word.spelled} ", face)):
        best = max(best, (_JOINED, where))
    if word.heard:
        best = max(best, (_SOUND * _loudest(word.heard, face.sounds), _TITLE))
    return max(best, (_pieces(word, face.close_body), _BODY))


def _hangul_in(word: Sought, text: str, close: str) -> float:
    """Return how well a Hangul word is explained by a text, given with and without its blanks."""
    if word.stem not in close:
        return 0.0
    if f" {word.word}" in text:
        return 1.0
    if f" {word.stem}" in text:
        return _PARTICLE
    if re.search(" " + " ?".join(word.stem), text):
        return _SPACED
    return _WITHIN if word.stem in text else _ACROSS


def _loudest(heard: Mapping[str, float], sounds: str) -> float:
    """Return the likeness of the sound that is most like what was heard."""
    return max((like for sound, like in heard.items() if f" {sound} " in sounds), default=0.0)


def _pieces(word: Sought, text: str) -> float:
    """Return the share of a Hangul word, by weight, that stands in a text in pieces of two syllables or more."""
    covered = _covered(word.stem, text)
    total = sum(weight for _, weight in word.pairs)
    if not total or not any(covered):
        return 0.0
    told = sum(
        weight * (1.0 if pair in text else 0.7)
        for place, (pair, weight) in enumerate(word.pairs)
        if covered[place] and covered[place + 1]
    )
    return _PIECES * told / total


def _covered(word: str, text: str) -> list[bool]:
    """Tell for each syllable whether it stands in the text together with a neighbour."""
    covered = [False] * len(word)
    place = 0
    while place < len(word) - 1:
        end = place + 2
        if word[place:end] not in text:
            place += 1
            continue
        while end < len(word) and word[place : end + 1] in text:
            end += 1
        covered[place:end] = [True] * (end - place)
        place = end
    return covered


def _explain_joined(joined: Sequence[Joined], explained: list[Explained], face: Face) -> None:
    """Let neighbouring words that are one word in the entry be explained by it together."""
    for each in joined:
        if each.heard:
            found = (_SOUND * _loudest(each.heard, face.sounds), _TITLE)
        else:
            where = _find(f" {each.word} ", face)
            found = (_JOINED, where) if where else _NOTHING
        for place in range(each.first, each.last + 1):
            explained[place] = max(explained[place], found)


def _named(wording: Wording, face: Face) -> float:
    """Return how nearly the whole query is what the entry is called."""
    if not wording.names.isdisjoint(face.names):
        return 1.0
    heard = _heard_as_a_whole(wording)
    like = 0.98 * _loudest(heard, face.called_sounds) if heard else 0.0
    return max(like, 0.98 * wording.near_name(wording.names, face)) if wording.near_name else like


def _heard_as_a_whole(wording: Wording) -> Mapping[str, float]:
    if len(wording.sought) == 1:
        return wording.sought[0].heard
    last = len(wording.sought) - 1
    return next((each.heard for each in wording.joined if (each.first, each.last) == (0, last)), {})


def _order(sought: Sequence[Sought], face: Face) -> float:
    """Return the share of neighbouring query words that are neighbours in the title or the body too."""
    if len(sought) < 2:
        return 0.0
    met = 0.0
    for one, other in pairwise(sought):
        needle = f" {one.word} {other.word} "
        met += 1.0 if needle in face.title else 0.7 if needle in face.body else 0.0
    return met / (len(sought) - 1)


def _filled(explained: list[Explained], face: Face) -> float:
    """Return the share of the title's words that the query names."""
    words = face.title.count(" ") - 1
    named = sum(how for how, where in explained if where >= _ALIAS)
    return min(1.0, named / words) if words > 0 else 0.0
