"""Split folded text into the words that text and query are compared by: Latin words, numbers, Hangul runs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import add

from bot.search.normalise import fold

_CACHED = 1 << 12  # words; texts repeat a small vocabulary
LONGEST_WORD = 40  # letters; nothing longer is a word that somebody types
_TOKEN = re.compile("[가-힣]+|[ㄱ-ㆎ]+|\\d+|[^\\W\\d_가-힣ㄱ-ㆎ]+")
_LATIN = re.compile("\\d+|[^\\W\\d_가-힣ㄱ-ㆎ]+")
_NO_HANGUL = re.compile("[ㄱ-ㆎ]+|\\d+|[^\\W\\d_가-힣ㄱ-ㆎ]+")
_HANGUL_RUN = re.compile("[가-힣]+(?:[ \t·-]{1,3}[가-힣]+)*")
_SYLLABLES = re.compile("[가-힣]+")
# What may hang onto a word of one syllable.
_PARTICLES = frozenset("은는이가을를의에로와과도만")
_TIED = re.compile("[^\\W_]+(?:[-_.'’+^$]{1,2}[^\\W_]+)*")
# A match starts where a word starts, or else a long word would be tried from each of its letters.
_COMPOUND = re.compile(
    "(?<![^\\W_])(?:[^\\W_]++(?:[-_./'’+][^\\W_]++)++|[^\\W\\d_]++\\d[^\\W_]*+|\\d++[^\\W\\d_][^\\W_]*+)"
)
_HANGUL = re.compile("[가-힣]")


def tokens(text: str) -> list[str]:
    """Return the words of a text in order, folded; letters, digits and Hangul part from each other."""
    return [word[:LONGEST_WORD] for word in _TOKEN.findall(fold(text))]


def latin_tokens(text: str) -> list[str]:
    """Return the words of a text in order, folded, and the numbers, but none in Hangul."""
    return [word[:LONGEST_WORD] for word in _LATIN.findall(fold(text))]


def compounds(chunk: str) -> list[list[str]]:
    """Return the words of a text without blanks, those together that only a hyphen or the like parts (`GPT-4`)."""
    return [tokens(part) for part in _TIED.findall(fold(chunk))]


def is_hangul(word: str) -> bool:
    """Tell whether a word holds Hangul syllables."""
    return not word.isascii() and _HANGUL.search(word) is not None


def compact(text: str) -> str:
    """Return a text's letters and digits alone, folded: what is left when spacing and punctuation don't count."""
    return "".join(_TOKEN.findall(fold(text)))


def bigrams(text: str) -> Iterator[str]:
    """Yield each two neighbouring syllables of a Hangul run."""
    return map(add, text, text[1:])


def hangul_words(text: str) -> list[list[str]]:
    """Return the Hangul words of a text, run by run of what only blanks part."""
    return [_SYLLABLES.findall(run) for run in _HANGUL_RUN.findall(fold(text))]


def latin_words(words: Iterable[str]) -> list[str]:
    """Return those of some folded words and numbers that are not Hangul."""
    return [word for word in words if not "가" <= word[0] <= "힣"]


def syllable_pairs(runs: Iterable[Sequence[str]]) -> list[str]:
    """Return each two neighbouring syllables of runs of Hangul words, over the blanks too, and all lone syllables."""
    lone: list[str] = []
    pairs: list[str] = []
    for run in runs:
        lone += [word[0] for word in run if len(word) == 1 or (len(word) == 2 and word[1] in _PARTICLES)]
        pairs += bigrams("".join(run))
    return lone + pairs


def compound_joins(text: str) -> Iterator[str]:
    """Yield the joined spelling of each compound in a text (`image-text` → `imagetext`, `GPT-4` → `gpt4`)."""
    for compound in _COMPOUND.findall(fold(text)):
        parts = _NO_HANGUL.findall(compound)
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST_WORD]


def neighbour_joins(words: list[str]) -> Iterator[str]:
    """Yield each two and each three neighbouring words joined."""
    for size in (2, 3):
        for place in range(len(words) - size + 1):
            yield "".join(words[place : place + size])[:LONGEST_WORD]


def stems(words: Iterable[str]) -> set[str]:
    """Return the stems of the Latin words among some words."""
    return {stem(word) for word in set(words) if len(word) > 3 and word.isascii() and word.isalpha()}


_ENDING = re.compile("(?<=.{4})(?:ations?|ating|ated|ings?|ied|ies|ers|ed|es|er|ly|(?<!s)s|e|y)$")


@lru_cache(_CACHED)
def stem(word: str) -> str:
    """Cut the common endings off an English word (`models`, `modeling` → `model`); a short word stays whole."""
    return _ENDING.sub("", word)
