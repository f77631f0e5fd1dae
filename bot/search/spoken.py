"""Say the Latin names of an entry aloud: which parts are said together, and which sounds they may have."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from bot.model import Entry
from bot.search.phonetic import latin_sounds, sound_key, tells_enough
from bot.titles import short_name

_MOST_TOGETHER = 3  # parts of a name that somebody writes as one Hangul word
_MOST_READINGS = 2  # of each part of a name of several parts
_HEAD = 5  # parts at the beginning of a title that may be its name
_LONGEST_CALLED = 4  # parts
_LONGEST_NAME = 300  # characters
_LONGEST_PART = 24  # letters; nobody says a longer one aloud
_CACHED = 1 << 12  # words; titles repeat a small vocabulary
_WORD = re.compile("[A-Za-z0-9]+(?:[-'’+.][A-Za-z0-9]+)*")
_LETTERS = re.compile("[A-Za-z]+")
_PARTS = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+")
_MARKS = re.compile("[\u0300-\u036f]")
_ACRONYM = range(3, 7)  # letters


@dataclass(frozen=True, slots=True)
class Spoken:
    """How an entry is spoken of; the parts of a name are joined by `+` (`StyleGAN` is `style+gan`).

    `called` are its short names as a whole: the heads of title and aliases. `said` is whatever of title and aliases
    may be said alone: each word and each part of one, and up to three neighbours within a word or near the beginning.
    `acronyms` are what the first letters of neighbouring words of the title make, that of its head (`DataComp-LM` →
    dclm) first.
    """

    called: tuple[str, ...]
    said: tuple[str, ...]
    acronyms: tuple[str, ...]


def speak(entry: Entry) -> Spoken:
    """Return how an entry is spoken of."""
    names = [_plain(text[:_LONGEST_NAME]) for text in (entry.title, *entry.aliases)]
    called = [_PARTS.findall(short_name(name)) for name in names]
    return Spoken(
        called=_unique("+".join(parts).lower() for parts in called if 0 < len(parts) <= _LONGEST_CALLED),
        said=_unique(said for name, head in zip(names, called, strict=True) for said in _said(name, head)),
        acronyms=_unique(
            ("".join(map(_first_letters, called[0]))[: _ACRONYM.stop], *_acronyms(_PARTS.findall(names[0])))
        ),
    )


def heard_sounds(name: str) -> tuple[str, ...]:
    """Return the likely sounds of a spoken name."""
    parts = name.split("+")
    if len(parts) == 1:
        return part_sounds(name)
    readings = product(*(part_sounds(part)[:_MOST_READINGS] for part in parts))
    return _unique("".join(reading) for reading in readings)


@lru_cache(_CACHED)
def part_sounds(part: str) -> tuple[str, ...]:
    """Return the likely sounds of one part of a name; a plural is heard without its s too."""
    if len(part) > _LONGEST_PART:
        return ()
    singular = _singular(part)
    return _unique((*latin_sounds(part), *(latin_sounds(singular) if singular else ())))


def sound_terms(name: str) -> tuple[str, ...]:
    """Return what a spoken name is looked up by: `key:sound`, so that the sounds of one key stand together."""
    return _terms(heard_sounds(name)) if "+" in name else _part_terms(name)


@lru_cache(_CACHED)
def _part_terms(part: str) -> tuple[str, ...]:
    return _terms(part_sounds(part))


def _terms(sounds: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{sound_key(sound)}:{sound}" for sound in sounds if tells_enough(sound))


def _said(name: str, head: list[str]) -> Iterator[str]:
    for word in _WORD.findall(name):
        yield from (letters.lower() for letters in _LETTERS.findall(word))
        parts = [part.lower() for part in _PARTS.findall(word)]
        yield from parts
        yield from _together(parts)
    yield from _together([part.lower() for part in head[:_HEAD]])


def _together(parts: list[str]) -> Iterator[str]:
    for size in range(2, _MOST_TOGETHER + 1):
        for at in range(len(parts) - size + 1):
            yield "+".join(parts[at : at + size])


def _acronyms(parts: list[str]) -> Iterator[str]:
    letters = [_first_letters(part) for part in parts]
    for size in _ACRONYM:
        for at in range(len(letters) - size + 1):
            yield "".join(letters[at : at + size])


def _first_letters(part: str) -> str:
    """Return the first letter of a part, all letters of a short one in capitals (`LM`)."""
    return (part if part.isupper() and len(part) <= _MOST_TOGETHER else part[0]).lower()


def _singular(part: str) -> str:
    if part.endswith("ies") and len(part) > 5:
        return part[:-3] + "y"
    return part[:-1] if part.endswith("s") and not part.endswith(("ss", "us", "is")) and len(part) > 3 else ""


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _plain(text: str) -> str:
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text))
