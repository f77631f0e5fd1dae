"""Tell which words a slip of the fingers may have meant. Slow to import (rapidfuzz): do it when needed."""

from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.face import Face

_MOST_NEAR = 6
_MOST_SLIPS = 2
_OTHER_FIRST_LETTER = 0.15
_LEAST_NAME = 0.74  # two slips in eight letters


def near_words(word: str, faces: Iterable[Face], slips: int) -> tuple[tuple[str, float], ...]:
    """Return the words of some faces that are within a number of slips of a word, each with its likeness, 0 to 1."""
    words: dict[str, None] = {}  # in the order of the faces: of words equally near, those of the best faces count
    for face in faces:
        title = face.title.split()
        words.update(dict.fromkeys(title))
        words.update(dict.fromkeys(one + other for one, other in pairwise(title)))
        for part in (face.aliases, face.authors, face.tags, face.body):
            words.update(dict.fromkeys(part.split()))
    near = process.extract(word, list(words), scorer=OSA.distance, score_cutoff=slips, limit=_MOST_NEAR)
    return tuple((other, _likeness(word, other, distance)) for other, distance, _ in near)


def _likeness(word: str, other: str, distance: float) -> float:
    """Return how likely one word is meant by the other; fingers seldom slip at the first letter."""
    return 1 - distance / max(len(word), len(other)) - (0.0 if word[0] == other[0] else _OTHER_FIRST_LETTER)


def near_name(names: Iterable[str], face: Face) -> float:
    """Return how like the nearest name of a face is to what was typed, 0 unless it is a slip or two away."""
    likest = 0.0
    for name in names:
        found = process.extractOne(name, face.names, scorer=OSA.distance, score_cutoff=_MOST_SLIPS)
        if found:
            likest = max(likest, 1 - found[1] / max(len(name), len(found[0])))
    return likest if likest >= _LEAST_NAME else 0.0
