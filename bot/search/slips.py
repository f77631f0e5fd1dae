"""Tell which words a slip of the fingers may have meant. Slow to import (rapidfuzz): do it when needed."""

from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.face import Face

_MOST_NEAR = 6
_LEAST_NAME = 0.8  # one slip in five letters


def near_words(word: str, faces: Iterable[Face], slips: int) -> tuple[tuple[str, float], ...]:
    """Return the words of some faces that are within a number of slips of a word, each with its likeness, 0 to 1."""
    words: set[str] = set()
    for face in faces:
        title = face.title.split()
        words.update(title)
        words.update(one + other for one, other in pairwise(title))
        for part in (face.aliases, face.authors, face.tags, face.body):
            words.update(part.split())
    near = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=_MOST_NEAR)
    return tuple((other, 1 - distance / max(len(word), len(other))) for other, distance, _ in near)


def near_name(names: Iterable[str], face: Face) -> float:
    """Return how like the nearest name of a face is to what was typed, 0 unless it is a slip or two away."""
    likest = 0.0
    for name in names:
        found = process.extractOne(name, face.names, scorer=OSA.normalized_similarity, score_cutoff=_LEAST_NAME)
        likest = max(likest, found[1] if found else 0.0)
    return likest
