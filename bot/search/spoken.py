"""Say the Latin names of an entry aloud: which parts are said together, and which sounds they may have."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.model import FiledEntry
from bot.search.phonetic import latin_sounds, sound_key

Sound = tuple[str, str]  # a sound and its key
_MOST_READINGS = 6
_MOST_TOGETHER = 3
_WORD = re.compile("[A-Za-z]+|[0-9]+")
_CAMEL = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+")
_MARKS = re.compile("[\u0300-\u036f]")
_LEAST_KEY = 2  # consonants; fewer say too little


def name_parts(text: str) -> list[str]:
    """Return the parts of a name that are said one by one (`StyleGAN-XL 2` → Style, GAN, XL, 2), case kept."""
    return _CAMEL.findall(_plain(text))


def spoken_names(filed: FiledEntry) -> tuple[str, ...]:
    """Return what of an entry's title and aliases may be said alone, its parts joined by `+`.

    That is each word, each part of a word in camel case, and up to three neighbours: `style`, `gan`, `style+gan`.
    """
    spoken: dict[str, None] = {}
    for text in (filed.entry.title, *filed.entry.aliases):
        words = [word.lower() for word in _WORD.findall(_plain(text))]
        parts = [part.lower() for part in name_parts(text)]
        for sequence in (parts, words):
            for size in range(1, _MOST_TOGETHER + 1):
                spoken.update(dict.fromkeys(_together(sequence, size)))
    return tuple(spoken)


def called_names(filed: FiledEntry) -> tuple[str, ...]:
    """Return what an entry as a whole is called, as far as that is short: its title's head, its aliases."""
    names = (filed.entry.title.partition(":")[0], *filed.entry.aliases)
    parts = ["+".join(part.lower() for part in name_parts(name)) for name in names]
    return tuple(dict.fromkeys(part for part in parts if part and part.count("+") <= _MOST_TOGETHER))


def acronyms(filed: FiledEntry) -> tuple[str, ...]:
    """Return the acronyms that neighbouring words of the title make, of three letters or more."""
    found: dict[str, None] = {}
    parts = name_parts(filed.entry.title)
    letters = [part.lower() if part.isupper() and len(part) < 4 else part[0].lower() for part in parts]
    for size in range(3, 7):
        found.update(dict.fromkeys("".join(letters[at : at + size]) for at in range(len(letters) - size + 1)))
    return tuple(found)


@lru_cache(maxsize=20_000)
def heard_sounds(spoken: str) -> tuple[Sound, ...]:
    """Return the sounds of a spoken name, each with its key; a plural is heard without its s too."""
    readings = [""]
    for part in spoken.split("+"):
        readings = [reading + sound for sound in latin_sounds(part) for reading in readings][:_MOST_READINGS]
    if singular := _singular(spoken):
        return (*((sound, sound_key(sound)) for sound in readings), *heard_sounds(singular))
    return tuple((sound, sound_key(sound)) for sound in readings)


def sound_terms(spoken: Iterable[str]) -> set[str]:
    """Return what spoken names are looked up by: `key:sound`, where sounds of one key stand together."""
    return {f"{key}:{sound}" for name in spoken for sound, key in heard_sounds(name) if len(key) >= _LEAST_KEY}


def _together(words: list[str], size: int) -> Iterator[str]:
    return ("+".join(words[at : at + size]) for at in range(len(words) - size + 1))


def _singular(spoken: str) -> str:
    if spoken.endswith("ies") and len(spoken) > 5:
        return spoken[:-3] + "y"
    return spoken[:-1] if spoken.endswith("s") and not spoken.endswith(("ss", "us", "is")) and len(spoken) > 4 else ""


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text))
