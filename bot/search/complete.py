"""Suggest entries to somebody who is still typing: the last word may be half of one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.errors import UsageError
from bot.model import Label
from bot.search.analyse import bigrams, compact, is_hangul, tokens
from bot.search.answer import answer
from bot.search.codec import label_of
from bot.search.found import Filters
from bot.search.hangul import drop_loose_end
from bot.search.phonetic import hangul_sound, sound_key, tells_enough
from bot.search.query import Query, read_query
from bot.search.reader import Clause, Reader
from bot.search.wanted import Wanted
from bot.tags import fold_tag

_LONGEST = 100  # characters; whoever types more has pasted something
_MOST_NAMES, _MOST_WORDS, _MOST_SOUNDS = 40, 30, 1000  # continuations of what is typed that are looked at
_HALF_ID = re.compile(r"\s*(?:arxiv:\s*)?(\d{4}\.\d*)", re.IGNORECASE)
_NAME, _TITLE, _AUTHOR, _TEXT, _SOUND, _TAG = 30.0, 6.0, 4.0, 1.0, 5.0, 3.0


def complete(reader: Reader, text: str, limit: int, today: date) -> tuple[Label, ...]:
    """Return labels of the entries that half-typed words may mean, best first; of the newest where nothing is typed."""
    typed = drop_loose_end(text[:_LONGEST])
    if (half_id := _HALF_ID.fullmatch(typed)) and (numbered := _numbered(reader, half_id[1], limit)):
        return numbered
    rest, half_tag = _half_tag(typed)
    query = _read(rest, today)
    filters = reader.clauses(query.filters)
    words = tokens(query.said)
    if half_tag:
        return _tagged(reader, words, half_tag, filters, limit)
    if not words:
        return tuple(reader.newest_labels(filters, limit))
    called = _called(reader, compact(query.said), filters, limit)
    *whole, last = words
    if len(called) >= limit or (called and _none_else_holds(reader, whole, last, called)):
        return called
    begun = _united(called, _holding(reader, whole, list(_continued(reader, last)), filters, limit))
    # Where a name begins as typed, nobody made a slip; looking for one is most of the work.
    if called or len(begun) >= limit:
        return begun[:limit]
    found = answer(reader, typed, query, limit)
    meant = found.matches or (() if begun else found.closest)
    return _united(begun, (label_of(match.entry) for match in meant))[:limit]


def _read(typed: str, today: date) -> Query:
    """Read what is typed so far; a filter that is not finished is words as yet."""
    try:
        return read_query(typed, today)
    except UsageError:
        return Query(typed, typed, Filters())


def _half_tag(typed: str) -> tuple[str, str]:
    """Part a tag that is still being typed from what stands before it."""
    before, _, last = typed.rpartition(" ")
    return (before, fold_tag(last)) if last.startswith(("#", "＃")) and len(last) > 1 else (typed, "")


def _tagged(
    reader: Reader, words: Sequence[str], half: str, filters: Sequence[Clause], limit: int
) -> tuple[Label, ...]:
    tags = reader.beginning_with("tag", half, _MOST_WORDS)
    wanted = [Wanted("tag", tag, _TAG * (1 + (tag == half))) for tag, _ in tags]
    return _holding(reader, words, wanted, filters, limit)


def _numbered(reader: Reader, half: str, limit: int) -> tuple[Label, ...]:
    """Return the entries on papers whose arXiv id begins so."""
    wanted = [Wanted("arxiv", identifier, 1.0) for identifier, _ in reader.beginning_with("arxiv", half, limit)]
    return _holding(reader, (), wanted, (), limit)


def _called(reader: Reader, name: str, filters: Sequence[Clause], limit: int) -> tuple[Label, ...]:
    """Return the entries whose name begins so, the shortest rest first."""
    begun = reader.beginning_with("name", name, _MOST_NAMES)
    wanted = [Wanted("name", term, _NAME + len(name) / len(term)) for term, _ in begun]
    return _holding(reader, (), wanted, filters, limit)


def _none_else_holds(reader: Reader, whole: Sequence[str], last: str, called: Sequence[Label]) -> bool:
    """Tell whether only entries whose names begin as typed hold what is typed: then there is nothing to look for."""
    held = [reader.holders("text", word) for word in whole if not is_hangul(word)]
    if not is_hangul(last):
        begun = reader.beginning_with("text", last, _MOST_WORDS)
        held += [sum(count for _, count in begun)] if len(begun) < _MOST_WORDS else []
    if not held or min(held) > len(called):
        return False
    titles = [tokens(label.title) for label in called]
    return min(held) <= sum(
        all(word in title for word in whole) and any(word.startswith(last) for word in title) for title in titles
    )


def _continued(reader: Reader, last: str) -> Iterator[Wanted]:
    """Yield the terms that a half-typed word may become."""
    if is_hangul(last):
        yield from _continued_hangul(reader, last)
        return
    for field, boost in (("title", _TITLE), ("authors", _AUTHOR), ("text", _TEXT)):
        for term, _ in reader.beginning_with(field, last, _MOST_WORDS):
            yield Wanted(field, term, boost * (1 + (term == last)))


def _continued_hangul(reader: Reader, last: str) -> Iterator[Wanted]:
    from bot.search.hearing import alike  # rapidfuzz is slow to import, and few queries need it

    pairs = list(bigrams(last)) or [term for term, _ in reader.beginning_with("pairs", last, _MOST_WORDS)]
    yield from (Wanted("pairs", pair, _TEXT) for pair in pairs)
    sound = hangul_sound(last)
    if not tells_enough(sound):
        return
    # Names of a longer key may follow; those of one consonant (로라) are told apart from whatever else begins with it.
    beginning = key if len(key := sound_key(sound)) > 1 else f"{key}:"
    terms = {term.partition(":")[2]: term for term, _ in reader.beginning_with("sound", beginning, _MOST_SOUNDS)}
    begun = {heard[: len(sound)]: term for heard, term in terms.items()}
    for heard, like in alike(sound, list(begun)).items():
        yield Wanted("sound", begun[heard], _SOUND * like)


def _holding(
    reader: Reader, whole: Sequence[str], wanted: Sequence[Wanted], filters: Sequence[Clause], limit: int
) -> tuple[Label, ...]:
    """Return entries that hold all whole words, and one of the terms wanted: the most telling, then the newest."""
    if not wanted:
        return ()
    held = [part for word in whole for part in (bigrams(word) if is_hangul(word) else (word,))]
    found = reader.weighed(wanted, [*filters, *reader.holding(held)], limit)
    return tuple(label for _, label in sorted(found, key=_telling_and_new))


def _telling_and_new(found: tuple[float, Label]) -> tuple[float, int]:
    weight, label = found
    return -weight, -label.last_day.toordinal() if label.last_day else 0


def _united(first: Iterable[Label], others: Iterable[Label]) -> tuple[Label, ...]:
    return tuple({label.id: label for label in (*first, *others)}.values())
