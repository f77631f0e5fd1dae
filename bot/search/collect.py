"""Collect the candidates of a query from the index, and rank them: words as typed first, slips while in doubt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.search.phonetic import sound_key
from bot.search.rank import Candidate, Ranked, Wording, rank
from bot.search.reader import Clause, Reader, Wanted
from bot.search.sought import Joined, Sought, Vocabulary, joins, listen, total_weight

SURE = 0.85  # confidence from which on no other reading is looked for
_CANDIDATES = 32
_HOLDING_ALL = 16
_NEAR = 12
_MOST_TELLING = 14  # words that candidates are collected by; the rest is left to ranking
_MOST_PAIRS = 6  # of one Hangul word
_MOST_SLIPPED = 3
_MOST_HEARD = 8  # words; a longer query spells no name
_SELECTIVE = 1.0  # weight of a word below which nearly every entry holds it
_LONG_WORD = 5  # letters from which on two slips are looked for
_NAME, _TITLE, _AUTHOR, _TEXT, _JOINED, _SOUND, _ACRONYM, _STEM = 20.0, 3.0, 2.0, 1.0, 2.0, 2.0, 2.0, 0.5


@dataclass(slots=True)
class Collector:
    """Collects for one query; `bar` is the confidence below which an answer is none."""

    reader: Reader
    vocabulary: Vocabulary
    filters: Sequence[Clause]
    bar: float
    _found: dict[str, Candidate] = field(default_factory=dict)

    def collect(self, sought: list[Sought], names: frozenset[str]) -> list[Ranked]:
        """Return the entries that explain best what is sought, best first."""
        if not sought:
            return []
        self._found = {}
        wording = self._word(sought, names)
        wanted = list(_wanted(wording, self.vocabulary))
        self._keep(self.reader.candidates(wanted, self.filters, _CANDIDATES))
        selective = list(_selective(sought))
        if len(selective) > 1:
            self._keep(self.reader.holding_all(selective, self.filters, _HOLDING_ALL))
        ranked = rank(wording, list(self._found.values()))
        if ranked and ranked[0].confidence >= SURE:
            return ranked
        return self._collect_near(wording, wanted) or ranked

    def _word(self, sought: list[Sought], names: frozenset[str]) -> Wording:
        if len(sought) > _MOST_HEARD:
            return Wording(sought, (), names)
        listen(sought, self.vocabulary)
        return Wording(sought, tuple(joins(sought, self.vocabulary)), names)

    def _keep(self, candidates: Iterable[Candidate]) -> None:
        """Keep candidates; one that is there already keeps its first score."""
        for candidate in candidates:
            self._found.setdefault(candidate.face.entry_id, candidate)

    def _collect_near(self, wording: Wording, wanted: list[Wanted]) -> list[Ranked]:
        """Look for words that may have been meant; stop when what is left can't make an answer sure enough."""
        from bot.search.slips import near_name  # rapidfuzz is slow to import, and few queries need it

        spare = (1 - self.bar) * total_weight(wording.sought)
        for word in _slipped(wording.sought):
            self._look_near(word, wanted)
            spare -= 0.0 if word.near else word.weight
            if spare < 0:
                return []
        near = [each for word in wording.sought for each in _near_terms(word)]
        if not near:
            return []
        self._keep(self.reader.candidates([*wanted, *near], self.filters, _CANDIDATES))
        return rank(replace(wording, near_name=near_name), list(self._found.values()))

    def _look_near(self, word: Sought, wanted: list[Wanted]) -> None:
        """Find words of the entries that are one slip from a word, or else two."""
        from bot.search.slips import near_words  # as above

        for slips in (1, 2) if len(word.word) >= _LONG_WORD else (1,):
            near = self.reader.near(word.word, slips, wanted, self.filters, _NEAR)
            word.near = near_words(word.word, (candidate.face for candidate in near), slips)
            if word.near:
                self._keep(near)
                return


def _slipped(sought: Sequence[Sought]) -> list[Sought]:
    """Return the Latin words that no entry holds, the most telling ones."""
    unknown = [word for word in sought if not word.known and not word.hangul and len(word.word) > 2]
    return sorted(unknown, key=lambda word: -word.weight)[:_MOST_SLIPPED]


def _selective(sought: Sequence[Sought]) -> Iterator[str]:
    """Yield the known words and syllable pairs that tell entries apart."""
    for word in sought:
        if word.known and word.weight > _SELECTIVE:
            yield from (pair for pair, _ in word.pairs) if word.hangul else (word.word,)


def _wanted(wording: Wording, vocabulary: Vocabulary) -> Iterator[Wanted]:
    """Yield the terms that candidates are collected by."""
    for name in wording.names:
        yield Wanted("name", name, _NAME, flat=True)
    for word in sorted(wording.sought, key=lambda word: -word.weight)[:_MOST_TELLING]:
        yield from _hangul_terms(word) if word.hangul else _latin_terms(word, vocabulary)
    for joined in wording.joined:
        yield from _joined_terms(joined)


def _latin_terms(word: Sought, vocabulary: Vocabulary) -> Iterator[Wanted]:
    if word.known:
        yield Wanted("title", word.word, _TITLE)
        yield Wanted("authors", word.word, _AUTHOR)
        yield Wanted("text", word.word, _TEXT)
    else:
        yield Wanted("acronym", word.word, _ACRONYM)
        for part in _known_halves(word.word, vocabulary):
            yield Wanted("text", part, _TEXT)
    if word.stem:
        yield Wanted("stem", word.stem, _STEM)


def _known_halves(word: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the halves of a word that was written together, where the entries hold both."""
    for at in range(3, len(word) - 2):
        if vocabulary.count(word[:at]) and vocabulary.count(word[at:]):
            yield word[:at]
            yield word[at:]


def _hangul_terms(word: Sought) -> Iterator[Wanted]:
    for pair, _ in sorted(word.pairs, key=lambda pair: -pair[1])[:_MOST_PAIRS]:
        yield Wanted("text", pair, _TEXT)
    if word.spelled:
        yield Wanted("text", word.spelled, _JOINED)
    for sound, like in word.heard.items():
        yield Wanted("sound", f"{sound_key(sound)}:{sound}", _SOUND * like)


def _joined_terms(joined: Joined) -> Iterator[Wanted]:
    for sound, like in joined.heard.items():
        yield Wanted("sound", f"{sound_key(sound)}:{sound}", _SOUND * like)
    if not joined.heard:
        yield Wanted("title", joined.word, _TITLE)
        yield Wanted("text", joined.word, _JOINED)


def _near_terms(word: Sought) -> Iterator[Wanted]:
    for other, like in word.near:
        yield Wanted("title", other, _TITLE * like)
        yield Wanted("text", other, _TEXT * like)
