"""Choose the index terms that the candidates of a query are collected by. Pure: a wording in, weighted terms out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.search.phonetic import sound_key
from bot.search.rank import Wording
from bot.search.sought import Joined, Sought, Vocabulary

_MOST_TELLING = 14  # words; the rest is left to ranking
_MOST_PAIRS = 6  # of one Hangul word
_SELECTIVE = 1.0  # weight of a word below which nearly every entry holds it
# How much a term counts for candidates, times the weight of its word; `text` holds what `title` and the rest hold.
_NAME, _TEXT, _TITLE, _AUTHOR, _JOINED, _SOUND, _ACRONYM, _STEM, _HALF = 50.0, 1.0, 0.6, 0.4, 1.4, 1.0, 0.8, 0.25, 0.5
_RELEVANCE = 0.3  # times BM25: it parts entries that hold the same words


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of a field, and how much it counts: flat, or times its BM25 score."""

    field: str
    term: str
    boost: float
    flat: bool = True


@dataclass(frozen=True, slots=True)
class Either:
    """Terms that mean one thing: the best of them that an entry holds counts, not their sum."""

    terms: tuple[Wanted, ...]


def wanted_terms(wording: Wording, vocabulary: Vocabulary, most: int = _MOST_TELLING) -> Iterator[Wanted | Either]:
    """Yield the terms that the `most` telling words of a query may stand as."""
    for name in wording.names:
        yield Wanted("name", name, _NAME)
    for word in sorted(wording.sought, key=lambda word: -word.weight)[:most]:
        yield from _hangul_terms(word) if word.hangul else _latin_terms(word, vocabulary)
    for joined in wording.joined:
        yield from _joined_terms(joined, wording.sought)


def near_terms(word: Sought) -> Iterator[Wanted | Either]:
    """Yield the words that a slip of the fingers may have meant."""
    for field, counts in (("text", _TEXT), ("title", _TITLE)):
        if word.near:
            yield Either(tuple(Wanted(field, other, counts * like * word.weight) for other, like in word.near))


def selective_terms(sought: Sequence[Sought]) -> Iterator[str]:
    """Yield the known words and pairs of syllables that tell entries apart."""
    for word in sought:
        if word.known and word.weight > _SELECTIVE:
            yield from (pair for pair, _ in word.pairs) if word.hangul else (word.word,)


def _latin_terms(word: Sought, vocabulary: Vocabulary) -> Iterator[Wanted | Either]:
    if word.known:
        yield Wanted("text", word.word, _TEXT * word.weight)
        yield Wanted("title", word.word, _TITLE * word.weight)
        yield Wanted("authors", word.word, _AUTHOR * word.weight)
        yield Wanted("title", word.word, _RELEVANCE, flat=False)
        yield Wanted("text", word.word, _RELEVANCE, flat=False)
    else:
        yield Wanted("joined", word.word, _JOINED * word.weight)
        yield Wanted("acronym", word.word, _ACRONYM * word.weight)
        for half in _known_halves(word.word, vocabulary):
            yield Wanted("text", half, _HALF * vocabulary.weight(half))
    if word.stem:
        yield Wanted("stem", word.stem, _STEM * word.weight)


def _known_halves(word: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the halves of a word that was written together, where the entries hold both."""
    for at in range(3, len(word) - 2):
        if vocabulary.count(word[:at]) and vocabulary.count(word[at:]):
            yield word[:at]
            yield word[at:]


def _hangul_terms(word: Sought) -> Iterator[Wanted | Either]:
    telling = sorted(word.pairs, key=lambda pair: -pair[1])[:_MOST_PAIRS]
    for pair, weight in telling:
        yield Wanted("pairs", pair, _TEXT * weight / len(telling))
    if word.spelled:
        yield Wanted("text", word.spelled, _TEXT * word.weight)
    yield from _sound_terms(word.heard, word.weight)


def _joined_terms(joined: Joined, sought: Sequence[Sought]) -> Iterator[Wanted | Either]:
    weight = sum(word.weight for word in sought[joined.first : joined.last + 1])
    if joined.heard:
        yield from _sound_terms(joined.heard, weight)
    else:
        yield Wanted("joined", joined.word, _JOINED * weight)
        yield Wanted("text", joined.word, _TEXT * weight)


def _sound_terms(heard: Mapping[str, float], weight: float) -> Iterator[Wanted | Either]:
    if heard:
        terms = ((f"{sound_key(sound)}:{sound}", like) for sound, like in heard.items())
        yield Either(tuple(Wanted("sound", term, _SOUND * like * weight) for term, like in terms))
