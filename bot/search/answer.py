"""Answer a query from the index: exact routes first, then the readings a query may have, the most plausible first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.search.analyse import compact
from bot.search.collect import SURE, Collector
from bot.search.consonants import rank_by_initials
from bot.search.face import LONGEST_NAME
from bot.search.found import Found, Match
from bot.search.hangul import as_typed_in_english, as_typed_in_korean, has_loose_letters
from bot.search.initials import typed_initials
from bot.search.query import Query
from bot.search.rank import Ranked, is_certain
from bot.search.reader import Reader
from bot.search.references import read_reference
from bot.search.sought import Sought, Vocabulary, plausibility, seek

_CLOSEST = 3
_PLAUSIBLE = 0.5  # share of a reading that the entries hold
_FEW_LETTERS = 2  # ㅋㅋㅋ and ㅇㅇ are no words in any layout
_BETTER = 0.1  # by how much a second reading has to be surer
_LOW_BAR, _HIGH_BAR = 0.60, 0.70
_FEW, _MANY = 5_000, 100_000  # entries: among many, chance explains more of a query


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading of a query found; `read_as` is that reading where it isn't the query as typed."""

    ranked: Sequence[Ranked] = ()
    read_as: str | None = None

    @property
    def confidence(self) -> float:
        """The share of the query that the best entry explains."""
        return self.ranked[0].confidence if self.ranked else 0.0


def confidence_bar(entries: int) -> float:
    """Return the confidence below which nothing is found; it rises with the number of entries."""
    share = math.log(max(entries, _FEW) / _FEW) / math.log(_MANY / _FEW)
    return _LOW_BAR + (_HIGH_BAR - _LOW_BAR) * min(1.0, share)


def answer(reader: Reader, text: str, query: Query, limit: int) -> Found:
    """Answer a query with up to `limit` matches."""
    arxiv_id, link = read_reference(query.said)
    if arxiv_id or link:
        return _answer_reference(reader, text, query, arxiv_id, link, limit)
    if not compact(query.said) or (query.filters and not compact(query.words)):
        return _answer_filters(reader, text, query, limit)
    found = _answer_words(reader, query, limit)
    if query.dated and found.confidence < confidence_bar(reader.entries):
        as_words = _answer_words(reader, query.undated(), limit)
        if as_words.confidence > found.confidence:
            query, found = query.undated(), as_words
    return _report(reader, text, query, found, limit)


def _answer_reference(
    reader: Reader, text: str, query: Query, arxiv_id: str | None, link: str | None, limit: int
) -> Found:
    """Answer an arXiv id or an address: its own entries, oldest first; else the closest are those that mention it."""
    entries = reader.by_value("arxiv", arxiv_id) if arxiv_id else []
    entries = entries or (reader.by_value("link", link) if link else [])
    if entries:
        matches = tuple(Match(filed, 1.0, 1.0) for filed in entries[:limit])
        return Found(text, True, matches, filters=query.filters, certain=True, total=len(entries))
    mentions = reader.by_value("mention", arxiv_id) if arxiv_id else []
    closest = tuple(Match(filed, 0.0, 0.0) for filed in mentions[:_CLOSEST])
    return Found(text, False, closest=closest, filters=query.filters)


def _answer_filters(reader: Reader, text: str, query: Query, limit: int) -> Found:
    """List what fulfils the filters, newest first."""
    if not query.filters:
        return Found(text, False)
    entries, total = reader.newest(reader.clauses(query.filters), limit)
    if not entries and query.dated:
        found = _answer_words(reader, query.undated(), limit)
        if found.ranked and is_certain(found.ranked):  # a title such as “Yesterday”, not a word of some text
            return _report(reader, text, query.undated(), found, limit)
    matches = tuple(Match(filed, 1.0, 1.0) for filed in entries)
    return Found(text, bool(entries), matches, filters=query.filters, total=total)


def _answer_words(reader: Reader, query: Query, limit: int) -> Answer:
    """Return what the surest reading of a query's words finds."""
    words = query.words or query.said
    filters, bar = reader.clauses(query.filters), confidence_bar(reader.entries)
    collector = Collector(reader, reader.vocabulary(), filters, bar, limit)
    best = Answer()
    if typed := typed_initials(words):
        best = Answer(rank_by_initials(collector.reader, typed, collector.filters))
        if best.confidence >= collector.bar:
            return best
    for read_as, sought in _readings(collector, words):
        names = frozenset(compact(text)[:LONGEST_NAME] for text in ((read_as,) if read_as else (words, query.said)))
        found = Answer(collector.collect(sought, names), read_as)
        if not best.ranked or found.confidence > best.confidence + _BETTER:
            best = found
        if best.confidence >= SURE:
            break
    return best


def _readings(collector: Collector, words: str) -> Iterator[tuple[str | None, list[Sought]]]:
    """Yield the query as typed and as meant in the other keyboard layout, the more plausible one first.

    Where what was typed is plausible, the other layout is tried only when somebody asks for a second reading.
    """
    typed = seek(words, collector.vocabulary)
    plausible = plausibility(typed)
    if plausible >= _PLAUSIBLE:
        yield None, typed
        yield from (reading for _, reading in _other_readings(words, collector.vocabulary))
        return
    readings = [(plausible, (None, typed)), *_other_readings(words, collector.vocabulary)]
    yield from (reading for _, reading in sorted(readings, key=lambda each: -each[0]))


def _other_readings(words: str, vocabulary: Vocabulary) -> list[tuple[float, tuple[str, list[Sought]]]]:
    """Return the query as meant in the other keyboard layout and how plausible that is, nothing where it can't be."""
    meant = [(word, _in_other_layout(word, vocabulary)) for word in words.split()]
    changed = " ".join(other for word, other in meant if other != word)
    if not changed:
        return []
    plausible = plausibility(seek(changed, vocabulary))
    if not (len(set(changed)) > _FEW_LETTERS if has_loose_letters(words) else plausible >= _PLAUSIBLE):
        return []
    other = " ".join(other for _, other in meant)
    return [(plausible, (other, seek(other, vocabulary)))]


def _in_other_layout(word: str, vocabulary: Vocabulary) -> str:
    """Return what the same keys give in the other keyboard layout, for a word that no entry holds as it is."""
    if not has_loose_letters(word) and plausibility(seek(word, vocabulary)) >= _PLAUSIBLE:
        return word
    in_english = as_typed_in_english(word)
    if in_english != word.lower():
        return in_english
    in_korean = as_typed_in_korean(word)
    return word if has_loose_letters(in_korean) else in_korean


def _report(reader: Reader, text: str, query: Query, found: Answer, limit: int) -> Found:
    bar = confidence_bar(reader.entries)
    if found.confidence < bar:
        closest = tuple(_match(reader, each) for each in found.ranked[:_CLOSEST])
        return Found(text, False, closest=closest, filters=query.filters)
    good = [each for each in found.ranked if each.confidence >= bar]
    return Found(
        text,
        True,
        tuple(_match(reader, each) for each in good[:limit]),
        filters=query.filters,
        read_as=found.read_as,
        certain=is_certain(found.ranked),
        total=len(good),
    )


def _match(reader: Reader, ranked: Ranked) -> Match:
    return Match(reader.entry_at(ranked.candidate.address), ranked.score, ranked.confidence)
