"""Search by initial consonants (초성): what somebody types who leaves the vowels out, in Korean and Latin names."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from types import MappingProxyType

from bot.search.analyse import hangul_words
from bot.search.hangul import initials
from bot.search.particles import shapes
from bot.search.spoken import heard_sounds

SHORTEST, _LONGEST = 2, 12  # consonants
_MOST_READINGS = 8
_LETTERS: Mapping[str, str] = MappingProxyType(dict(zip("gkdtbpszcmnlrh", "ㄱㅋㄷㅌㅂㅍㅅㅈㅊㅁㄴㄹㄹㅎ", strict=True)))
_PLAIN = str.maketrans("ㄲㄸㅃㅆㅉ", "ㅋㅌㅍㅅㅈ")
_VOWELS = "aeioux"
_ALWAYS_CLOSE, _MAY_CLOSE = "nmlN", "ktp"
_ONLY_CONSONANTS = re.compile("[ㄱ-ㅎ]+")


def typed_initials(words: str) -> tuple[str, ...]:
    """Return the words of a query that is nothing but Korean consonants, () for any other query."""
    typed = tuple(words.split())
    return typed if typed and all(_ONLY_CONSONANTS.fullmatch(word) for word in typed) else ()


def hangul_initials(text: str) -> set[str]:
    """Return the initials of the Hangul words of a text, with and without particles, and of two or three neighbours."""
    found: set[str] = set()
    for run in hangul_words(text):
        typed = [tuple(dict.fromkeys(initials(shape) for shape in shapes(word))) for word in run]
        for size in (1, 2, 3):
            for at in range(len(typed) - size + 1):
                found.update("".join(chosen) for chosen in product(*typed[at : at + size]))
    return {each for each in found if SHORTEST <= len(each) <= _LONGEST}


def latin_initials(spoken: Iterable[str]) -> set[str]:
    """Return the initials of Latin names as they are written in Hangul, without the silent ㅇ inside of a name."""
    found = {without_silent(each) for name in spoken for each in name_initials(name)}
    return {each for each in found if SHORTEST <= len(each) <= _LONGEST}


def without_silent(typed: str) -> str:
    """Return typed initials the way `latin_initials` writes them."""
    plain = typed.translate(_PLAIN)
    return plain[:1] + plain[1:].replace("ㅇ", "")


@lru_cache(maxsize=20_000)
def name_initials(spoken: str) -> tuple[str, ...]:
    """Return the likely initials of one spoken name, its parts (joined by `+`) one after the other."""
    found = [""]
    for part in spoken.split("+"):
        onsets = dict.fromkeys(each for sound, _ in heard_sounds(part) for each in _onsets(sound))
        found = [before + each for each in onsets for before in found][:_MOST_READINGS]
    return tuple(found)


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
