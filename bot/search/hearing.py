"""Pick, among many sounds, those that a Hangul spelling may mean."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bot.search.phonetic import sound_key, spread

LEAST_LIKENESS = 0.74
_LEAST_LIKENESS_OF_A_SHORT_ONE, _SHORT = 0.8, 4  # letters: 소라 is no “theory”
_SAME = 1.0  # 로라 is LoRA and nothing that is only near it: one consonant, said twice, tells little
_MOST_ALIKE = 8
_OBSCURE = ("a", "o", "u")  # what ㅓ stands for in a Latin spelling


def alike(sound: str, others: Sequence[str]) -> dict[str, float]:
    """Return the sounds most like one, each with its likeness from 0 to 1; all of them have its key."""
    least = _least_likeness(sound)
    spread_out = [spread(other) for other in others]
    heard: dict[str, float] = {}
    for vowel in _OBSCURE if "x" in sound else ("x",):
        near = process.extract(
            spread(sound.replace("x", vowel)),
            spread_out,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=least,
            limit=_MOST_ALIKE,
        )
        for _, like, place in near:
            heard[others[place]] = max(like, heard.get(others[place], 0.0))
    return heard


def _least_likeness(sound: str) -> float:
    if len(sound_key(sound)) < 2:
        return _SAME
    return LEAST_LIKENESS if len(sound) > _SHORT else _LEAST_LIKENESS_OF_A_SHORT_ONE
