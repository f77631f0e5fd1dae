"""Rank entries by how well they explain a query. Pure: what the query looks for and the entries' faces go in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.search.explain import ALIAS, Explained, explain, loudest
from bot.search.face import Face
from bot.search.sought import Joined, Sought, total_weight

if TYPE_CHECKING:
    from tantivy import DocAddress

# What counts beside the words themselves; a name that is only near the query (LAMB for 라마) counts steeply less.
_ORDER, _FILLED, _RELEVANCE, _NAMED, _STEEP = 0.06, 0.05, 0.03, 0.3, 8
_CITED = 0.95  # confidence where the whole title stands in the query
_LONG_TITLE = 20  # letters
_TOPIC_SLIP = 0.85  # a lone word with a slip is more likely a name than a topic
_MOST = 0.4  # of a reference
_IN_BODY = 0.7  # how much words count that are neighbours in the body, beside the title
_NAMED_SURELY, _NAMED_NEARLY = 0.99, 0.98  # confidence of a name, and how much a likeness of names counts
_NEARLY_NAMED, _RIVAL = 0.78, 0.06  # from which likeness on an entry is meant, and how far any other has to be off
_FIRST_FEW = 10  # matches that are looked at closely: the rest is seldom read
_ABOUT_THE_SAME = 0.1  # difference of scores between notes on one paper


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer: its document's address, its face, how relevant the index finds it."""

    address: "DocAddress"
    face: Face
    relevance: float


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
    highest = max((candidate.relevance for candidate in candidates), default=0.0) or 1.0
    total, heard = total_weight(wording.sought) or 1.0, _heard_as_a_whole(wording)
    ranked = [_judge(wording, total, heard, candidate, candidate.relevance / highest) for candidate in candidates]
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
    for place in range(1, min(len(ranked), _FIRST_FEW)):
        at = place
        while at and _goes_before(ranked[at], ranked[at - 1]):
            ranked[at - 1], ranked[at] = ranked[at], ranked[at - 1]
            at -= 1
    return ranked


def _goes_before(one: Ranked, other: Ranked) -> bool:
    return _same_paper(one, other) and one.face.own and not other.face.own and other.score - one.score < _ABOUT_THE_SAME


def _judge(
    wording: Wording, total: float, heard: Mapping[str, float], candidate: Candidate, relevance: float
) -> Ranked:
    face = candidate.face
    explained = explain(wording.sought, wording.joined, face)
    words = list(zip(wording.sought, explained, strict=True))
    told = [word.weight * how for word, (how, _, _) in words]
    confidence = sum(told) / total
    placed = sum([each * where for each, (_, where, _) in zip(told, explained, strict=True)]) / total
    named = _named(wording, heard, face)
    if named < 1.0 and _is_cited(wording, face):
        confidence = max(confidence, _CITED)
    if len(words) == 1 and wording.near_name and not named:
        confidence *= _TOPIC_SLIP
    score = placed + _ORDER * _order(words, face) + _FILLED * _filled(explained, face) + _RELEVANCE * relevance
    score += _NAMED * named**_STEEP
    return Ranked(candidate, score, max(confidence, _NAMED_SURELY * (named == 1.0)), named)


def _named(wording: Wording, heard: Mapping[str, float], face: Face) -> float:
    """Return how nearly the whole query, which may be `heard` as a name, is what the entry is called."""
    if not wording.names.isdisjoint(face.names):
        return 1.0
    like = _NAMED_NEARLY * loudest(heard, face.called_sounds) if heard else 0.0
    return max(like, _NAMED_NEARLY * wording.near_name(wording.names, face)) if wording.near_name else like


def _is_cited(wording: Wording, face: Face) -> bool:
    """Tell whether the whole title stands in a longer query, as it does in a pasted reference."""
    title = face.title.replace(" ", "")
    return len(title) >= _LONG_TITLE and any(title in name and len(title) > _MOST * len(name) for name in wording.names)


def _heard_as_a_whole(wording: Wording) -> Mapping[str, float]:
    if len(wording.sought) == 1:
        return wording.sought[0].heard
    last = len(wording.sought) - 1
    return next((each.heard for each in wording.joined if (each.first, each.last) == (0, last)), {})


def _order(words: Sequence[tuple[Sought, Explained]], face: Face) -> float:
    """Return the share of neighbouring query words that are neighbours in the title or the body too."""
    if len(words) < 2:
        return 0.0
    return sum(_meet(one, other, face) for one, other in pairwise(words)) / (len(words) - 1)


def _meet(one: tuple[Sought, Explained], other: tuple[Sought, Explained], face: Face) -> float:
    (before, (how, _, shape)), (after, (other_how, _, other_shape)) = one, other
    if not how or not other_how:
        return 0.0
    if not (before.hangul and after.hangul):
        needle = f" {shape} {other_shape}"
        return 1.0 if needle in face.title else _IN_BODY if needle in face.body else 0.0
    needles = (before.stem + after.stem, before.word + after.stem)
    if any(needle in face.close for needle in needles):
        return 1.0
    return _IN_BODY if any(needle in face.close_body for needle in needles) else 0.0


def _filled(explained: list[Explained], face: Face) -> float:
    """Return the share of the title's words that the query names."""
    words = face.title.count(" ") - 1
    named = sum(how for how, where, _ in explained if where >= ALIAS)
    return min(1.0, named / words) if words > 0 else 0.0
