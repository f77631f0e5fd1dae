"""Pick, among many sounds, those that a Hangul spelling may mean."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bot.search.phonetic import spread

LEAST_LIKENESS = 0.72
_MOST_ALIKE = 8


def alike(sound: str, others: Sequence[str]) -> dict[str, float]:
    """Return the sounds most like one, each with its likeness from 0 to 1; all of them have its key."""
    near = process.extract(
        spread(sound),
        [spread(other) for other in others],
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=LEAST_LIKENESS,
        limit=_MOST_ALIKE,
    )
    return {others[place]: like for _, like, place in near}
