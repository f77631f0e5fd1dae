"""Fold text for comparison: one spelling for what people see as the same, while loose Hangul letters stay as typed."""

import re
import unicodedata

# Of these characters only the case is folded, and most texts hold few others.
_ONLY_CASE = "\x01-\x7f가-힣“”‘’–—·"
_PLAIN = re.compile(f"[{_ONLY_CASE}]*")
# A mark or a conjoining letter belongs to the character before it.
_OTHERS = re.compile(f"[{_ONLY_CASE}]?[^{_ONLY_CASE}]+")
_LOOSE_LETTERS = re.compile("([\u3131-\u318e]+)")
_INVISIBLE = re.compile(
    "[\x00\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]+")
_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS_WITHOUT_ACCENTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t"}
)
# Conjoining letters that found no partner to form a syllable with, as the letters of a Korean keyboard.
_KEYBOARD_LETTERS = str.maketrans(
    {
        **{chr(0x1100 + place): letter for place, letter in enumerate("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")},
        **{chr(0x1161 + place): letter for place, letter in enumerate("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")},
        **{
            chr(0x11A8 + place): letter
            for place, letter in enumerate("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
        },
    }
)


def fold(text: str) -> str:
    """Return text folded for comparison: NFKC, no case, no Latin accents, nothing invisible.

    Compatibility letters of the Korean keyboard (ㄱ, ㅏ) stay what they are: NFKC would turn them into conjoining
    ones and hide that a word was typed in the other keyboard layout.
    """
    plain = text if _PLAIN.fullmatch(text) else _OTHERS.sub(_fold_others, text)
    return plain.casefold()


def _fold_others(run: re.Match[str]) -> str:
    visible = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", run[0]))
    parts = _LOOSE_LETTERS.split(visible)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    folded = "".join(parts).translate(_KEYBOARD_LETTERS).casefold()
    return _MARKS.sub("", _ACCENTED.sub(_without_accents, folded).translate(_LETTERS_WITHOUT_ACCENTS))


def _without_accents(run: re.Match[str]) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", run[0]))
