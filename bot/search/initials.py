"""Search by initial consonants (초성): what somebody types who leaves the vowels out, in Korean and Latin names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from types import MappingProxyType

from bot.search.analyse import LONGEST_WORD
from bot.search.hangul import initials
from bot.search.particles import shapes
from bot.search.spoken import part_sounds

SHORTEST, _LONGEST = 2, 12  # consonants
_MOST_READINGS = 4  # of each part of a name
_CACHED = 1 << 12  # words
_LETTERS: Mapping[str, str] = MappingProxyType(dict(zip("gkdtbpszcmnlrh", "ㄱㅋㄷㅌㅂㅍㅅㅈㅊㅁㄴㄹㄹㅎ", strict=True)))
_PLAIN = str.maketrans("ㄲㄸㅃㅆㅉ", "ㅋㅌㅍㅅㅈ")
_VOWELS = "aeioux"
_ALWAYS_CLOSE, _MAY_CLOSE = "nmlN", "ktp"
_ONLY_CONSONANTS = re.compile("[ㄱ-ㅎ]+")


def typed_initials(words: str) -> tuple[str, ...]:
    """Return the words of a query that is nothing but Korean consonants, () for any other query."""
    typed = tuple(words.split())
    return typed if typed and all(_ONLY_CONSONANTS.fullmatch(word) for word in typed) else ()


def hangul_initials(runs: Iterable[Sequence[str]]) -> set[str]:
    """Return the initials of Hangul words, with and without particles, and of up to three neighbours in a run."""
    found: set[str] = set()
    for run in runs:
        typed = [_word_initials(word[:LONGEST_WORD]) for word in run]
        found.update(*typed)
        found.update([one + other for before, after in pairwise(typed) for one in before for other in after])
        threes = list(zip(typed, typed[1:], typed[2:], strict=False))
        found.update([one[0] + two[0] + three[0] for one, two, three in threes])
        found.update([one[-1] + two[-1] + three[-1] for one, two, three in threes])
    return {each for each in found if SHORTEST <= len(each) <= _LONGEST}


@lru_cache(_CACHED)
def _word_initials(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(initials(shape) for shape in shapes(word)))


def latin_initials(spoken: Iterable[str]) -> set[str]:
    """Return the initials of Latin names as they are written in Hangul, without the silent ㅇ inside of a name."""
    found = {f"{each[:1]}{each[1:].replace('ㅇ', '')}" for name in spoken for each in name_initials(name)}
    return {each for each in found if SHORTEST <= len(each) <= _LONGEST}


def without_silent(typed: str) -> str:
    """Return typed initials the way `latin_initials` writes them."""
    plain = typed.translate(_PLAIN)
    return plain[:1] + plain[1:].replace("ㅇ", "")


def name_initials(name: str) -> tuple[str, ...]:
    """Return the likely initials of one spoken name, its parts (joined by `+`) one after the other."""
    chosen = product(*(_part_initials(part)[:_MOST_READINGS] for part in name.split("+")))
    return tuple(dict.fromkeys("".join(parts) for parts in chosen))


@lru_cache(_CACHED)
def _part_initials(part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for sound in part_sounds(part) for each in _onsets(sound)))


def _onsets(sound: str) -> tuple[str, str]:
    """Return the initials of a sound, once with k, p, t closing a syllable where they may, once beginning one."""
    return (
        "".join(_onset(sound, at, _ALWAYS_CLOSE + _MAY_CLOSE) for at in range(len(sound))),
        "".join(_onset(sound, at, _ALWAYS_CLOSE) for at in range(len(sound))),
    )


def _onset(sound: str, at: int, closing: str) -> str:
    letter = sound[at]
    after_vowel = at > 0 and sound[at - 1] in _VOWELS
    if letter in _VOWELS:
        return "ㅇ" if at == 0 or after_vowel else ""
    before_vowel = at + 1 < len(sound) and sound[at + 1] in _VOWELS
    if letter in closing and after_vowel and not before_vowel:
        return ""
    return _LETTERS.get(letter, "")
