"""Read a query as typed: filters apart from the words to look for. Pure text in, a plain value out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from bot.dates import ImpossibleDateError, may_begin_date, read_date
from bot.errors import UsageError
from bot.model import DateKind, NoteDate
from bot.search.courtesy import shed
from bot.search.found import Filters
from bot.sentences import sentence
from bot.tags import fold_tag

LONGEST_QUERY = 1200  # characters; a pasted paragraph says enough in these
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "author": "author",
        "authors": "author",
        "by": "author",
        "저자": "author",
        "from": "from",
        "since": "from",
        "after": "from",
        "부터": "from",
        "to": "to",
        "until": "to",
        "까지": "to",
        "lang": "lang",
        "language": "lang",
        "언어": "lang",
        "tag": "tag",
        "태그": "tag",
    }
)
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ko", "kr", "kor", "korean", "한국어", "한글", "국문"), "ko"),
        **dict.fromkeys(("en", "eng", "english", "영어", "영문"), "en"),
    }
)
_WORD = re.compile(r"""[^\s:："“”]+[:：]["“][^"“”]*["”]|\S+""")
_FILTER = re.compile(rf"({'|'.join(_NAMES)})[:：](.*)", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"(?:[-−–]?[#＃][^\s#＃]*)+")
_TAG = re.compile(r"([-−–]?)[#＃]([^\s#＃]*?)[-−–,.;:!?+]*(?=[-−–]?[#＃]|$)")
_YEAR = re.compile(r"((?:19|20)\d\d)년(?:도)?")
_ENDING = re.compile(r"(.+?)\s*(부터|까지|이후|이전|에|의|자)")
_LONGEST_DATE = 4  # words: `2023년 4월 4주차 부터`
_QUOTES = "\"'“”‘’«»「」『』"


@dataclass(frozen=True, slots=True)
class Query:
    """A query in parts: the words to look for, and what entries must fulfil.

    `words` has the filters and the polite words taken out; `said` has only the marked filters taken out. A date among
    the words filters too, but may be part of a title instead: `marked` are the filters without it, None where there is
    no such date.
    """

    words: str
    said: str
    filters: Filters = field(default_factory=Filters)
    marked: Filters | None = None

    @property
    def dated(self) -> bool:
        """Tell whether a date stands among the words."""
        return self.marked is not None

    def undated(self) -> "Query":
        """Return this query with its date read as words."""
        return Query(shed(self.said), self.said, self.marked or Filters())


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    today: date
    filters: Filters = field(default_factory=Filters)
    words: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    bare: Filters | None = None  # the days of a date among the words


def read_query(text: str, today: date) -> Query:
    """Part the filters of a query from its words; a very long query is read up to a bound.

    `today` is the reader's local date. Raises UsageError for a filter that can't be read, and for a query that is
    nothing but an impossible date.
    """
    pending = _WORD.findall(unicodedata.normalize("NFC", text[:LONGEST_QUERY]))
    if len(pending) <= _LONGEST_DATE:
        read_date(" ".join(pending), today)  # raises for an impossible date
    reading = _Reading(today)
    while pending:
        taken = _read_tags(reading, pending) or _read_filter(reading, pending) or _read_bare_date(reading, pending)
        if not taken:
            reading.words.append(pending[0])
            reading.said.append(pending[0])
        del pending[: taken or 1]
    words, said = shed(" ".join(reading.words)), " ".join(reading.said)
    if reading.bare is None:
        return Query(words, said, reading.filters)
    return Query(words, said, _narrowed(reading.filters, reading.bare), reading.filters)


def _read_tags(reading: _Reading, pending: list[str]) -> int:
    """Read `#tag`, `-#tag`, `#a+#b`, `#a,#b`; a lone `#` is nothing."""
    if not _TAGS.fullmatch(pending[0]):
        return 0
    for minus, written in _TAG.findall(pending[0]):
        _add_tag(reading, written, excluded=bool(minus))
    return 1


def _add_tag(reading: _Reading, written: str, *, excluded: bool) -> None:
    tag = fold_tag(written)
    filters = reading.filters
    if not tag:
        return
    if excluded:
        reading.filters = replace(filters, excluded_tags=(*filters.excluded_tags, tag))
    else:
        reading.filters = replace(filters, tags=(*filters.tags, tag))


def _read_filter(reading: _Reading, pending: list[str]) -> int:
    """Read `name:value`, the value also after a blank; returns how many words that took."""
    found = _FILTER.fullmatch(pending[0])
    if not found:
        return 0
    name = _NAMES[found[1].casefold()]
    if found[2]:
        return _read_values(reading, name, [found[2], *pending[1:_LONGEST_DATE]])
    if len(pending) == 1:
        raise UsageError(sentence("`{name}:` needs a value, e.g. `author:Vaswani` or `lang:ko`.", name=found[1]))
    try:
        return 1 + _read_values(reading, name, pending[1 : _LONGEST_DATE + 1])
    except UsageError:
        return 0  # a colon and a blank, then no value: these are words of a title


def _read_values(reading: _Reading, name: str, values: list[str]) -> int:
    if name in ("from", "to"):
        return _read_bound(reading, name, values)
    _add_value(reading, name, values[0].strip(_QUOTES + " "))
    return 1


def _add_value(reading: _Reading, name: str, value: str) -> None:
    filters = reading.filters
    if name == "author":
        reading.filters = replace(filters, authors=(*filters.authors, value))
    elif name == "tag":
        _add_tag(reading, value, excluded=False)
    elif value.casefold() in _LANGUAGES:
        reading.filters = replace(filters, languages=(*filters.languages, _LANGUAGES[value.casefold()]))
    else:
        raise UsageError(sentence("“{text}” is not a language I know. Use `lang:ko` or `lang:en`.", text=value))


def _read_bound(reading: _Reading, name: str, values: list[str]) -> int:
    """Read the date of `from:` or `to:`, over as many words as it takes; returns how many."""
    for size in range(len(values), 0, -1):
        dated = _read_possible_day(" ".join(values[:size]).strip(_QUOTES), reading.today)
        if dated is not None:
            bound = Filters(since=dated.start) if name == "from" else Filters(until=dated.end)
            reading.filters = _narrowed(reading.filters, bound)
            return size
    raise UsageError(
        sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. `from:2024-04-01 to:2024-04-30`.", text=values[0])
    )


def _read_bare_date(reading: _Reading, pending: list[str]) -> int:
    """Read a date that stands among the words, the first one only; returns how many words it takes, 0 for none."""
    if reading.bare is not None or not may_begin_date(pending[0].strip(_QUOTES + ",()[]")):
        return 0
    for size in range(min(_LONGEST_DATE, len(pending)), 0, -1):
        written = " ".join(pending[:size])
        dated, ending = _read_inflected(written.strip(_QUOTES + ",()[]"), reading.today)
        if dated is not None:
            since = None if ending in ("까지", "이전") else dated.start
            until = None if ending in ("부터", "이후") else dated.end
            reading.bare = Filters(since=since, until=until)
            reading.said.extend(pending[:size])
            return size
    return 0


def _read_inflected(written: str, today: date) -> tuple[NoteDate | None, str]:
    """Read a date with or without a Korean ending (2024년 4월부터)."""
    if (dated := _read_possible_day(written, today)) is not None:
        return dated, ""
    if (found := _ENDING.fullmatch(written)) and (dated := _read_possible_day(found[1], today)) is not None:
        return dated, found[2]
    return None, ""


def _read_possible_day(written: str, today: date) -> NoteDate | None:
    """Read a date where one that no calendar has is none: whoever asks knows better what to say."""
    try:
        return _read_day_or_year(written, today)
    except ImpossibleDateError:
        return None


def _read_day_or_year(written: str, today: date) -> NoteDate | None:
    if found := _YEAR.fullmatch(written):
        return NoteDate(DateKind.NONE, date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
    return read_date(written, today)


def _narrowed(filters: Filters, bounds: Filters) -> Filters:
    """Return filters within the days of others too."""
    since = [day for day in (filters.since, bounds.since) if day]
    until = [day for day in (filters.until, bounds.until) if day]
    return replace(filters, since=max(since, default=None), until=min(until, default=None))
