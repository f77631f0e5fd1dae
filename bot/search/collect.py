"""Collect the candidates of a query from the index, and rank them: words as typed first, slips while in doubt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.search.rank import Candidate, Ranked, Wording, rank
from bot.search.reader import Clause, Reader
from bot.search.sought import Sought, Vocabulary, joins, listen, total_weight
from bot.search.wanted import Either, Wanted, near_terms, selective_terms, wanted_terms

SURE = 0.85  # confidence from which on no other reading is looked for
_CANDIDATES = 32
_FEW_CANDIDATES = 10
_MANY_WORDS = 14
_TELLING_ENOUGH, _BESIDE_A_NAME = 2, 2  # words, and entries, beside a name
_HOLDING_ALL = 16
_NEAR = 12
_MOST_SLIPPED = 3
_MOST_HEARD = 8  # words; a longer query spells no name
_LONG_WORD = 5  # letters from which on two slips are looked for


@dataclass(slots=True)
class Collector:
    """Collects for one query: at least `most` candidates; `bar` is the confidence below which an answer is none."""

    reader: Reader
    vocabulary: Vocabulary
    filters: Sequence[Clause]
    bar: float
    most: int
    _found: dict[str, Candidate] = field(default_factory=dict)

    def collect(self, sought: list[Sought], names: frozenset[str]) -> list[Ranked]:
        """Return the entries that explain best what is sought, best first."""
        if not sought:
            return []
        named = sum(self.reader.holders("name", name) for name in names) if self.most < _FEW_CANDIDATES else 0
        if named == 1 and (only := self._unmistakable(sought, names)):
            return [only]
        self._found = {}
        wording = self._word(sought, names)
        wanted = self._gather(wording, named)
        found, slipped = list(self._found.values()), _slipped(sought)
        # Where a word may be a slip, the likeliest few tell whether to go on: then all are judged, with what it may be.
        likely = found[:_FEW_CANDIDATES] if slipped else found
        ranked = rank(wording, likely)
        sure = ranked and ranked[0].confidence >= SURE
        if not sure and (near := self._collect_near(wording, slipped, wanted)):
            return near
        return ranked if len(likely) == len(found) else rank(wording, found)

    def _unmistakable(self, sought: Sequence[Sought], names: Iterable[str]) -> Ranked | None:
        """Return the entry that is called so, where what it alone holds leaves too little for any other to explain."""
        own = [word for word in sought if not word.hangul and self.vocabulary.count(word.word) == 1]
        total = total_weight(sought)
        if total - total_weight(own) >= self.bar * total:
            return None
        called = [Wanted("name", name, 1.0) for name in names]
        holding = self.reader.holding(word.word for word in own)
        found = self.reader.candidates(called, [*self.filters, *holding], 1)
        return Ranked(found[0], 1.0, 1.0, named=1.0) if found else None

    def _gather(self, wording: Wording, named: int) -> list[Wanted | Either]:
        """Keep the candidates of a query as it is worded, and return the terms they were looked for by.

        `named` is how many entries are called so, 0 too where as many as can be are wanted.
        """
        if named:
            # What else may answer a name is of little interest, but whether anything does is told.
            wanted = list(wanted_terms(wording, self.vocabulary, _TELLING_ENOUGH))
            self._keep(self.reader.candidates(wanted, self.filters, min(self.most, named + _BESIDE_A_NAME)))
        else:
            wanted = list(wanted_terms(wording, self.vocabulary))
            self._keep_likely(wording.sought, wanted)
        return wanted

    def _keep_likely(self, sought: Sequence[Sought], wanted: Iterable[Wanted | Either]) -> None:
        """Keep what holds any of the terms, and what holds all that tell entries apart."""
        few = len(sought) > _MANY_WORDS  # the more words, the surer the first candidates and the longer their ranking
        self._keep(self.reader.candidates(wanted, self.filters, _FEW_CANDIDATES if few else self._enough))
        selective = list(selective_terms(sought))
        if len(selective) > 1:
            self._keep(self.reader.holding_all(selective, self.filters, _FEW_CANDIDATES if few else _HOLDING_ALL))

    @property
    def _enough(self) -> int:
        return max(_CANDIDATES, self.most)

    def _word(self, sought: list[Sought], names: frozenset[str]) -> Wording:
        if len(sought) > _MOST_HEARD:
            return Wording(sought, (), names)
        listen(sought, self.vocabulary)
        return Wording(sought, tuple(joins(sought, self.vocabulary)), names)

    def _keep(self, candidates: Iterable[Candidate]) -> None:
        """Keep candidates; one that is there already keeps its first score."""
        for candidate in candidates:
            self._found.setdefault(candidate.face.entry_id, candidate)

    def _collect_near(self, wording: Wording, slipped: Sequence[Sought], wanted: list[Wanted | Either]) -> list[Ranked]:
        """Look for words that may have been meant; stop when what is left can't make an answer sure enough."""
        from bot.search.slips import near_name  # rapidfuzz is slow to import, and few queries need it

        spare = (1 - self.bar) * total_weight(wording.sought)
        for word in slipped:
            self._look_near(word, wanted)
            spare -= 0.0 if word.near or word.known else word.weight
            if spare < 0:
                return []
        near = [each for word in wording.sought for each in near_terms(word)]
        if not near:
            return []
        self._keep(self.reader.candidates([*wanted, *near], self.filters, self._enough))
        return rank(replace(wording, near_name=near_name), list(self._found.values()))

    def _look_near(self, word: Sought, wanted: list[Wanted | Either]) -> None:
        """Find words of the entries that are one slip from a word, or else two."""
        from bot.search.slips import near_words  # as above

        for slips in (1, 2) if len(word.word) >= _LONG_WORD else (1,):
            near = self.reader.near(word.word, slips, wanted, self.filters, _NEAR)
            word.near = near_words(word.word, (candidate.face for candidate in near), slips)
            if word.near:
                self._keep(near)
                return


def _slipped(sought: Sequence[Sought]) -> list[Sought]:
    """Return the Latin words that no entry holds, or hardly any, the most telling ones."""
    unknown = [word for word in sought if word.rare and not word.hangul and len(word.word) > 2]
    return sorted(unknown, key=lambda word: -word.weight)[:_MOST_SLIPPED]
