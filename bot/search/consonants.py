"""Answer a query of initial consonants alone (ㅁㄱㄹㄷ): names of papers first, then Korean words of the notes."""

from collections.abc import Sequence

from bot.search.face import Face
from bot.search.initials import name_initials, without_silent
from bot.search.rank import Ranked
from bot.search.reader import Clause, Reader
from bot.search.wanted import Wanted

_CANDIDATES = 40
_CALLED, _SPOKEN, _KOREAN = 4.0, 2.0, 1.0  # powers of two, so that a sum of them tells which were found
_OFTEN = 0.02  # times BM25: where they stand more often, in a shorter note; never as much as 1
_BEGUN = 0.001  # longer words that begin so, such as one with its particle
_MOST_BEGUN = 40
_KOREAN_SCORE, _SPOKEN_SCORE, _CALLED_SCORE, _BEGUN_SCORE, _APART_SCORE = 2.0, 1.5, 3.0, 1.0, 1.0
_TELLING = 3  # consonants from which on they tell something
_CONFIDENCE, _DOUBT = 0.8, 0.4


def rank_by_initials(reader: Reader, typed: Sequence[str], filters: Sequence[Clause]) -> list[Ranked]:
    """Return the entries that typed initials mean, best first; few or all the same letters are in doubt."""
    joined = "".join(typed)
    plain = without_silent(joined)
    wanted = (
        Wanted("called", plain, _CALLED),
        Wanted("onsets", plain, _SPOKEN),
        Wanted("initials", joined, _KOREAN),
        Wanted("initials", joined, _OFTEN, flat=False),
        *(Wanted("initials", begun, _BEGUN) for begun, _ in reader.beginning_with("initials", joined, _MOST_BEGUN)),
    )
    confidence = _CONFIDENCE if len(joined) >= _TELLING and len(set(joined)) > 1 else _DOUBT
    ranked = [
        Ranked(each, _score(each.face, int(each.relevance), joined, plain) + each.relevance % 1, confidence)
        for each in reader.candidates(wanted, filters, _CANDIDATES)
    ]
    if not ranked and len(typed) > 1:
        ranked = _rank_apart(reader, typed, filters)
    return sorted(ranked, key=lambda one: (-one.score, -one.face.day, one.face.entry_id))


def _rank_apart(reader: Reader, typed: Sequence[str], filters: Sequence[Clause]) -> list[Ranked]:
    """Return entries that hold the typed words apart from each other, by how many of them."""
    wanted = [Wanted("initials", word, _APART_SCORE) for word in typed]
    found = reader.candidates(wanted, filters, _CANDIDATES)
    return [Ranked(each, each.relevance, _CONFIDENCE * each.relevance / len(typed) * _DOUBT) for each in found]


def _score(face: Face, found: int, joined: str, plain: str) -> float:
    korean = _KOREAN_SCORE if found & int(_KOREAN) else 0.0
    spoken = _SPOKEN_SCORE if found & int(_SPOKEN) else _BEGUN_SCORE
    called = _CALLED_SCORE * _likeness(face, joined, plain) ** 2 if found & int(_CALLED) else 0.0
    return max(korean, spoken, called)


def _likeness(face: Face, joined: str, plain: str) -> float:
    """Return how like the initials of what an entry is called are to what was typed, silent ㅇ and all."""
    from rapidfuzz.distance import Levenshtein  # slow to import, and few queries need it

    spellings = (each for name in face.called for each in name_initials(name) if without_silent(each) == plain)
    return max((Levenshtein.normalized_similarity(each, joined) for each in spellings), default=0.0)
