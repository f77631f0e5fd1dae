"""Take Hangul syllables apart and put them together: letters, initial consonants, and the Korean keyboard both ways."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_FIRST, _LAST = 0xAC00, 0xD7A3

# The keys of the standard two-set layout (KS X 5002), by letter.
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "qwertyuiop", strict=True)),
        **dict(zip("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "asdfghjkl", strict=True)),
        **dict(zip("ㅋㅌㅊㅍㅠㅜㅡ", "zxcvbnm", strict=True)),
        **dict(zip("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP", strict=True)),
    }
)
_LETTER_OF_KEY: Mapping[str, str] = MappingProxyType({key: letter for letter, key in _KEYS.items()})
_PAIRS: Mapping[str, str] = MappingProxyType(
    {
        "ㅘ": "ㅗㅏ",
        "ㅙ": "ㅗㅐ",
        "ㅚ": "ㅗㅣ",
        "ㅝ": "ㅜㅓ",
        "ㅞ": "ㅜㅔ",
        "ㅟ": "ㅜㅣ",
        "ㅢ": "ㅡㅣ",
        "ㄳ": "ㄱㅅ",
        "ㄵ": "ㄴㅈ",
        "ㄶ": "ㄴㅎ",
        "ㄺ": "ㄹㄱ",
        "ㄻ": "ㄹㅁ",
        "ㄼ": "ㄹㅂ",
        "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ",
        "ㄿ": "ㄹㅍ",
        "ㅀ": "ㄹㅎ",
        "ㅄ": "ㅂㅅ",
    }
)
_JOINED: Mapping[str, str] = MappingProxyType({pair: letter for letter, pair in _PAIRS.items()})
_LOOSE = re.compile("[ㄱ-ㅣ]")
_LOOSE_END = re.compile("(?<=[가-힣])[ㄱ-ㅣ]+$")


def letters(syllable: str) -> tuple[str, str, str]:
    """Return onset, vowel and coda ('' where there is none) of one Hangul syllable."""
    place = ord(syllable) - _FIRST
    return ONSETS[place // 588], VOWELS[place % 588 // 28], CODAS[place % 28]


def is_syllable(character: str) -> bool:
    """Tell whether a character is one of the 11,172 Hangul syllables."""
    return _FIRST <= ord(character) <= _LAST


def initials(text: str) -> str:
    """Return the initial consonants of the Hangul syllables in a text (상태 → ㅅㅌ); the rest is left out."""
    return "".join(ONSETS[(ord(character) - _FIRST) // 588] for character in text if is_syllable(character))


def has_loose_letters(text: str) -> bool:
    """Tell whether a text holds Korean letters that are part of no syllable."""
    return _LOOSE.search(text) is not None


def drop_loose_end(text: str) -> str:
    """Return a text without the letters at its end that wait for the rest of their syllable."""
    return _LOOSE_END.sub("", text) or text


def as_typed_in_english(text: str) -> str:
    """Return what the same keys give in the English layout (`ㅎ무` → `gan`), without case; other characters stay."""
    return "".join(_KEYS.get(letter, letter) for letter in _struck(text)).lower()


def _struck(text: str) -> Iterator[str]:
    for character in text:
        for letter in letters(character) if is_syllable(character) else (character,):
            yield from _PAIRS.get(letter, letter)


def as_typed_in_korean(text: str) -> str:
    """Return what the same keys give in the Korean layout (`tkdxo` → 상태); other characters stay."""
    typed = [_LETTER_OF_KEY.get(key) or _LETTER_OF_KEY.get(key.lower()) or key for key in text]
    composer = _Composer()
    for letter in typed:
        composer.add(letter)
    return composer.finish()


class _Composer:
    """Compose letters into syllables the way an input method does: a consonant moves on when a vowel follows."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._onset = self._vowel = self._coda = ""

    def add(self, letter: str) -> None:
        if letter in VOWELS:
            self._add_vowel(letter)
        elif letter in ONSETS:
            self._add_consonant(letter)
        else:
            self._close()
            self._done.append(letter)

    def finish(self) -> str:
        self._close()
        return "".join(self._done)

    def _add_vowel(self, letter: str) -> None:
        if self._coda:
            stays, moves = _split_coda(self._coda)
            self._coda = stays
            self._close()
            self._onset, self._vowel = moves, letter
        elif self._vowel and self._vowel + letter in _JOINED:
            self._vowel = _JOINED[self._vowel + letter]
        elif self._vowel:
            self._close()
            self._vowel = letter
        else:
            self._vowel = letter

    def _add_consonant(self, letter: str) -> None:
        if self._onset and self._vowel and not self._coda and letter in CODAS:
            self._coda = letter
        elif self._coda and self._coda + letter in _JOINED:
            self._coda = _JOINED[self._coda + letter]
        else:
            self._close()
            self._onset = letter

    def _close(self) -> None:
        if self._onset and self._vowel:
            place = ONSETS.index(self._onset) * 588 + VOWELS.index(self._vowel) * 28 + CODAS.index(self._coda)
            self._done.append(chr(_FIRST + place))
        else:
            self._done.append(self._onset + self._vowel + self._coda)
        self._onset = self._vowel = self._coda = ""


def _split_coda(coda: str) -> tuple[str, str]:
    """Return what stays in the syllable and what becomes the next one's onset."""
    pair = _PAIRS.get(coda)
    return (pair[0], pair[1]) if pair else ("", coda)
