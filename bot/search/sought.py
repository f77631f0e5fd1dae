"""Turn the words of a query into what ranking looks for: each word with its weight and the other shapes it may have."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from bot.search.analyse import bigrams, compounds, is_hangul, stem
from bot.search.particles import bare, is_particle
from bot.search.phonetic import hangul_sound, sound_key, spelled_letters, tells_enough
from bot.search.spoken import part_sounds

_MOST_WORDS = 32
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by can do does for from has have how in into is it its not of on or our that the "
        "their this to towards via was we what when where which who why with you your about using i me my if so than "
        "then there these they those will would should could may more most such some any all no nor only own same too "
        "very s t d",
    )
)
_COMMON_WEIGHT = 0.12
_PARTICLE_WEIGHT = 0.05
_LETTER_WEIGHT = 0.25
_NUMBER_WEIGHT = 0.6
_SYLLABLE_WEIGHT = 0.3
_RARE = 30_000  # entries among which one may hold a word by mistake
_MOST_SAID = 8  # syllables; nobody spells a longer name in Hangul
_MOST_JOINED = 3
_MOST_MIXED = 2


@dataclass(slots=True)
class Sought:
    """A word that a query looks for.

    `weight` says how much the word tells (the rarer, the more), `known` whether any entry holds it as it is, `rare`
    whether so few do that it may be a slip there as well. `tied` tells that a Latin word makes a compound with the word
    before it. For a Latin word `near` are words of the notes that it may be a slip of, each with its likeness. For
    Hangul `stem` is the word without its particle, `pairs` its neighbouring syllables with their weights, `spelled` the
    Latin letters it names, `heard` sounds of Latin names that it may spell, each with its likeness.
    """

    word: str
    weight: float
    known: bool
    hangul: bool = False
    rare: bool = False
    stem: str = ""
    pairs: tuple[tuple[str, float], ...] = ()
    spelled: str = ""
    near: tuple[tuple[str, float], ...] = ()
    heard: Mapping[str, float] = field(default_factory=dict)
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Neighbouring words of a query that may be one word, from place `first` up to `last`, both inclusive."""

    first: int
    last: int
    word: str
    heard: Mapping[str, float]


@dataclass(slots=True)
class Vocabulary:
    """The words of all entries.

    `entries` is how many there are, `frequency` tells how many of them hold a word or a pair of syllables, `joined`
    how many hold it in parts with a hyphen or a blank between. `sounding` returns the sounds of names with a key.
    """

    entries: int
    frequency: Callable[[str], int]
    joined: Callable[[str], int]
    sounding: Callable[[str], list[str]]
    _counts: dict[str, int] = field(default_factory=dict)

    def count(self, word: str) -> int:
        """Return how many entries hold a word."""
        if word not in self._counts:
            self._counts[word] = self.frequency(word)
        return self._counts[word]

    def weight(self, word: str) -> float:
        """Return how much a word tells: the logarithm of how rare it is among the entries."""
        held = self.count(word)
        return math.log(1 + (max(self.entries, held) - held + 0.5) / (held + 0.5))


def seek(words: str, vocabulary: Vocabulary) -> list[Sought]:
    """Return what a query looks for, in the order it was typed, each word once."""
    found: dict[str, Sought] = {}
    for chunk in words.split():
        for compound in compounds(chunk):
            _seek_compound(compound, found, vocabulary)
        if len(found) >= _MOST_WORDS:
            break
    return list(found.values())[:_MOST_WORDS]


def latin_weight(word: str, vocabulary: Vocabulary) -> float:
    """Return how much a Latin word or a number tells; a stop word, a number or a letter alone tells little."""
    weight = vocabulary.weight(word)
    if word in _COMMON:
        return weight * _COMMON_WEIGHT
    if word.isdigit():
        return weight * _NUMBER_WEIGHT
    return weight * _LETTER_WEIGHT if len(word) == 1 else weight


def _seek_compound(compound: Sequence[str], found: dict[str, Sought], vocabulary: Vocabulary) -> None:
    before: Sought | None = None
    for word in compound:
        sought = _hangul(word, vocabulary) if is_hangul(word) else _latin(word, vocabulary)
        if before and not before.hangul:
            if sought.hangul and is_particle(word):
                sought.weight *= _PARTICLE_WEIGHT
            sought.tied = not sought.hangul and before.word == next(reversed(found), "")
        before = sought
        found.setdefault(word, sought)


def total_weight(sought: Iterable[Sought]) -> float:
    """Return how much all words of a query tell together."""
    return sum(word.weight for word in sought)


def plausibility(sought: Sequence[Sought]) -> float:
    """Return the share of a query, by length, that the entries hold as it is typed."""
    typed = sum(len(word.word) for word in sought)
    return sum(len(word.word) for word in sought if word.known) / typed if typed else 0.0


def listen(sought: Iterable[Sought], vocabulary: Vocabulary) -> None:
    """Fill in which Latin names the Hangul words may spell."""
    for word in sought:
        if word.hangul:
            word.heard = _heard(dict.fromkeys((word.stem, word.word)), vocabulary)


def joins(sought: Sequence[Sought], vocabulary: Vocabulary) -> Iterator[Joined]:
    """Yield neighbours that are one word to some entry: Latin as typed, Hangul and both together as they sound."""
    for size in range(2, _MOST_JOINED + 1):
        for first in range(len(sought) - size + 1):
            words = sought[first : first + size]
            joined = "".join(word.word for word in words)
            if all(word.hangul for word in words):
                if heard := _heard((joined,), vocabulary):
                    yield Joined(first, first + size - 1, joined, heard)
            elif any(word.hangul for word in words):
                if heard := _heard_mixed(words, vocabulary):
                    yield Joined(first, first + size - 1, joined, heard)
            elif vocabulary.count(joined) or vocabulary.joined(joined):
                yield Joined(first, first + size - 1, joined, {})


def _latin(word: str, vocabulary: Vocabulary) -> Sought:
    weight = latin_weight(word, vocabulary)
    cut = stem(word) if word.isascii() and word.isalpha() and len(word) > 3 else ""
    held = vocabulary.count(word)
    return Sought(word, weight, held > 0, rare=held <= vocabulary.entries // _RARE, stem=cut)


def _hangul(word: str, vocabulary: Vocabulary) -> Sought:
    root = bare(word)
    pairs = tuple((pair, vocabulary.weight(pair)) for pair in bigrams(root)) or ((word, vocabulary.weight(word)),)
    weight = sum(told for _, told in pairs) / len(pairs) * (_SYLLABLE_WEIGHT if len(root) == 1 else 1.0)
    known = all(vocabulary.count(pair) for pair, _ in pairs)
    spelled = spelled_letters(word) or spelled_letters(root) or ""
    return Sought(word, weight, known, True, stem=root, pairs=pairs, spelled=spelled)


def _heard(shapes: Iterable[str], vocabulary: Vocabulary) -> dict[str, float]:
    from bot.search.hearing import alike  # rapidfuzz is slow to import, and few queries need it

    found: dict[str, float] = {}
    for shape in shapes:
        if len(shape) <= _MOST_SAID and tells_enough(sound := hangul_sound(shape)):
            found |= alike(sound, vocabulary.sounding(sound_key(sound)))
    return found


def _heard_mixed(words: Sequence[Sought], vocabulary: Vocabulary) -> dict[str, float]:
    """Hear a name of which one half is written in Hangul (스테이블LM)."""
    from bot.search.hearing import alike  # as above

    if len(words) > _MOST_MIXED or any(len(word.stem) < 2 for word in words if word.hangul):
        return {}
    found: dict[str, float] = {}
    for parts in product(*((hangul_sound(word.stem),) if word.hangul else part_sounds(word.word) for word in words)):
        sound = "".join(parts)
        if tells_enough(sound):
            for name, like in alike(sound, vocabulary.sounding(sound_key(sound))).items():
                found[name] = max(like, found.get(name, 0.0))
    return found
