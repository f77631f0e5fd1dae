"""Hear Hangul and Latin spellings of a name alike: sounds, sound keys to look names up by, and how near two sounds are.

A sound is a string of consonants `g k d t b p s z c m n N l r h`, after the Korean letters that write them (N is the
final ㅇ, l the doubled ㄹ, r the single one), and of vowels `a e i o u x` (x is ㅓ). The vowel ㅡ, put in only to
carry a consonant, is silent.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.search.hangul import CODAS, ONSETS, VOWELS, is_syllable, letters


def _listed(words: str) -> list[str]:
    return words.split()


_MOST_READINGS = 6
_LONGEST_SPELLED = 5  # letters; a longer word is not spelled out
_VOWEL = re.compile("[aeiouy]")
_LETTER_SOUNDS: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip("abcdefghijklm", _listed("ei bi si di i ep zi eici ai zei kei el em"), strict=True)),
        **dict(zip("nopqrstuvwxyz", _listed("en o pi kiu al es ti iu bi debliu eks uai zi"), strict=True)),
    }
)
_VOWELS_HEARD = re.compile("[aeioux]")
_DOUBLED = re.compile("([^aeioux])\\1")
_ONSET_SOUNDS: Mapping[str, str] = MappingProxyType(
    dict(zip(ONSETS, ("g", "k", "n", "d", "t", "r", "m", "b", "p", "s", "s", "", "z", "z", *"cktph"), strict=True))
)
_VOWEL_SOUNDS: Mapping[str, str] = MappingProxyType(
    dict(zip(VOWELS, [*_listed("a e ia ie x e ix ie o oa ue ue io u ux ue ui iu"), "", "i", "i"], strict=True))
)
_CODA_SOUNDS: Mapping[str, str] = MappingProxyType(dict(zip(CODAS, ("", *"kkknnntlkmlllplmppttNttktpt"), strict=True)))
_DIGITS: Mapping[str, str] = MappingProxyType(
    dict(zip("0123456789", ("zelo", "uxn", "tu", "sli", "po", "paib", "sigs", "sebn", "eit", "nain"), strict=True))
)
_SPREAD = str.maketrans(
    {
        **{letter: f"{letter.upper()}{letter.upper()}{letter}" for letter in "ktpsmnlh"},
        **{voiced: f"{hard}{hard}{voiced}" for voiced, hard in zip("gdbzcNr", "KTPSSNL", strict=True)},
        "e": "a",
        "x": "o",
    }
)
_KEYED = str.maketrans("gdbzcNr", "ktpssnl", "aeioux")

# What groups of Latin letters sound like at the place they match, longest first; several readings where both occur.
_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^kn|^gn|gn$", ("n",)),
    (r"^ps", ("s",)),
    (r"alm$", ("am", "alm")),
    (r"^wr|^rh|^r", ("l",)),
    (r"^wh", ("u", "hu")),
    (r"^x", ("egs", "s", "z")),
    (r"tion|cian|ssion", ("sxn",)),
    (r"sion", ("zxn", "sxn")),
    (r"ture", ("cx",)),
    (r"tu(?=[aeo])", ("ciu",)),
    (r"tch", ("c",)),
    (r"sch", ("sk", "s")),
    (r"ch", ("c", "k")),
    (r"sh", ("s",)),
    (r"ph|ff|pp|f|p", ("p",)),
    (r"th", ("s", "d", "t")),
    (r"eigh", ("ei",)),
    (r"igh", ("ai",)),
    (r"(?<=[aou])gh", ("", "p")),
    (r"ck|kk|k", ("k",)),
    (r"qu", ("ku",)),
    (r"q", ("k",)),
    (r"x", ("gs",)),
    (r"dge?(?=[^aou]|$)(?<=dg)|dge", ("z",)),
    (r"gg|gh|gu(?=[ei])", ("g",)),
    (r"ng(?=[aeiouylr])", ("Ng", "N")),
    (r"ng", ("N",)),
    (r"n(?=[kqx]|c[^eihy])", ("N",)),
    (r"g(?=[eiy])", ("z", "g")),
    (r"g", ("g",)),
    (r"cc(?=[eiy])", ("gs",)),
    (r"c(?=[eiy])", ("s",)),
    (r"cc|c", ("k",)),
    (r"mb$", ("m",)),
    (r"ss", ("s",)),
    (r"(?<=[aeiouywnlrmd])s(?=e?$|[aeiouymdb])", ("s", "z")),
    (r"s", ("s",)),
    (r"zz|z|j", ("z",)),
    (r"(?<=[aeiouy])r(?=es?$)", ("",)),
    (r"(?<=[aeiouy])rr?(?=[^aeiouyr]|$)", ("",)),
    (r"rr|r", ("r",)),
    (r"ll|l", ("l",)),
    (r"^h|(?<=[^aeiouy])h(?=[aeiouy])|(?<=[aeiouy])h(?=[aeiouy])", ("h",)),
    (r"h", ("",)),
    (r"bb|b|v", ("b",)),
    (r"dd|d", ("d",)),
    (r"tt|t", ("t",)),
    (r"mm|m", ("m",)),
    (r"nn|n", ("n",)),
    (r"oo|ou", ("u",)),
    (r"ee|ea|ie", ("i",)),
    (r"a[iy]|e[iy]", ("ei",)),
    (r"au|aw|oa", ("o",)),
    (r"e[wu]", ("iu",)),
    (r"ow", ("ou",)),
    (r"(?<=[^aeiouy])e(?=s?$)", ("",)),
    (r"er(?=[^aeiouy]|$)", ("x",)),
    (r"a(?=[^aeiouyw]e[sd]?$)", ("ei", "a")),
    (r"[iy](?=[^aeiouyw]e[sd]?$)", ("ai", "i")),
    (r"u(?=[^aeiouyw]e[sd]?$)", ("iu",)),
    (r"a", ("a",)),
    (r"e", ("e",)),
    (r"[iy]", ("i",)),
    (r"o", ("o",)),
    (r"[uw]", ("u",)),
    (r"\d", ()),
)
_LATIN = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (pattern, _) in enumerate(_RULES)))


def hangul_sound(text: str) -> str:
    """Return the sound of the Hangul syllables in a text."""
    sounds = []
    for syllable in filter(is_syllable, text):
        onset, vowel, coda = letters(syllable)
        sounds.append(_ONSET_SOUNDS[onset] + _VOWEL_SOUNDS[vowel] + _CODA_SOUNDS[coda])
    sound = _single("".join(sounds))
    return f"l{sound[1:]}" if sound.startswith("r") else sound


def latin_sounds(word: str) -> tuple[str, ...]:
    """Return the likely sounds of a folded Latin word or a number, most common first; short ones are also spelled."""
    readings = [""]
    for found in _LATIN.finditer(word):
        _, choices = _RULES[int((found.lastgroup or "r0")[1:])]
        heard = choices or (_DIGITS.get(found[0], ""),)
        readings = [reading + choice for choice in heard for reading in readings][:_MOST_READINGS]
    if len(word) <= _LONGEST_SPELLED and word.isalpha() and (len(word) < 4 or not _VOWEL.search(word)):
        readings.append("".join(_LETTER_SOUNDS.get(letter, "") for letter in word))
    return tuple(dict.fromkeys(_single(reading) for reading in readings))


def sound_key(sound: str) -> str:
    """Return the consonants of a sound, voiced and voiceless alike, repeats once: what names are looked up by."""
    return _DOUBLED.sub(r"\1", sound.translate(_KEYED))


def tells_enough(sound: str) -> bool:
    """Tell whether a name can be looked up by a sound: it has two consonants, though they be the same (`lora`)."""
    return len(_VOWELS_HEARD.sub("", sound)) > 1


def spread(sound: str) -> str:
    """Return a sound spread out so that an edit counts as it is heard: a vowel or a voice little, a consonant much."""
    return sound.translate(_SPREAD)


def _single(sound: str) -> str:
    """Return a sound with each doubled consonant said once (the ㄹㄹ of 메갈로돈)."""
    return _DOUBLED.sub(r"\1", sound.replace("lr", "l"))


_LETTER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip(_listed("에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠"), "abcdefghijklm", strict=True)),
        **dict(zip(_listed("엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트"), "nopqrstuvwxyz", strict=True)),
        "시": "c",
        "아르": "r",
        "더블류": "w",
        "원": "1",
        "투": "2",
        "쓰리": "3",
        "포": "4",
        "파이브": "5",
    }
)
_LETTER_NAME = re.compile("|".join(sorted(_LETTER_NAMES, key=len, reverse=True)))
_SPELLED = re.compile(f"(?:{_LETTER_NAME.pattern}){{2,}}")


def spelled_letters(word: str) -> str | None:
    """Return the Latin letters that a Hangul word spells out by their names (지피티 → gpt), or None."""
    if not _SPELLED.fullmatch(word):
        return None
    return "".join(_LETTER_NAMES[name] for name in _LETTER_NAME.findall(word))
