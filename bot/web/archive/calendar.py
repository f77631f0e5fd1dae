"""Arrange the dates that have notes: by year and month, and which come before and after one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.model import DateCount, DateKind, NoteDate
from bot.web.archive.addresses import Addresses
from bot.web.archive.views import Anchor
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Month:
    """A month and the dates in it that have notes."""

    name: str
    address: str
    dates: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year and its months."""

    year: int
    months: tuple[Month, ...]


def years(counts: Sequence[DateCount], words: Words, to: Addresses) -> tuple[Year, ...]:
    """Arrange dates, newest first; a week stands in the month it begins in. What has no date is left out."""
    starting = sorted(((one.date.start, one) for one in counts if one.date.start), key=_newest_first)
    return tuple(
        Year(year, tuple(_month(month, list(inside), words, to) for month, inside in groupby(of_year, _month_of)))
        for year, of_year in groupby(starting, lambda item: item[0].year)
    )


def neighbours(
    counts: Iterable[DateCount], when: NoteDate, words: Words, to: Addresses
) -> tuple[Anchor | None, Anchor | None]:
    """Return the nearest date with notes after `when` and before it, None where there is none.

    `counts` are newest first.
    """
    newer: NoteDate | None = None
    for one in counts:
        if one.date.start is None or one.date.end is None or when.start is None or when.end is None:
            continue
        if one.date.start > when.end:
            newer = one.date
        elif one.date.end < when.start:
            return _anchor(newer, words, to), _anchor(one.date, words, to)
    return _anchor(newer, words, to), None


def _anchor(when: NoteDate | None, words: Words, to: Addresses) -> Anchor | None:
    return Anchor(words.note_date(when), to.on(when)) if when else None


def _newest_first(item: tuple[date, DateCount]) -> tuple[int, int]:
    return -item[0].toordinal(), -(item[1].date.end or item[0]).toordinal()


def _month_of(item: tuple[date, DateCount]) -> int:
    return item[0].month


def _month(number: int, dates: Sequence[tuple[date, DateCount]], words: Words, to: Addresses) -> Month:
    first = dates[0][0].replace(day=1)
    shown = tuple(Anchor(_in_month(one.date, words), to.on(one.date), notes=one.entries) for _, one in dates)
    return Month(f"{first:%Y-%m}", to.in_month(first), shown)


def _in_month(when: NoteDate, words: Words) -> str:
    """Say a date below the heading of its month: a day with its weekday, a range or a month whole."""
    if when.kind is DateKind.DAY and when.start:
        return words.day(when.start)
    return words.note_date(when)
