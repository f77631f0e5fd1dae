"""Dates as people write them, in Korean and in English: days, months, and weeks of the Korean wall calendar."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from bot.errors import UsageError
from bot.model import DateKind, NoteDate
from bot.sentences import sentence

_RELATIVE: Mapping[str, int] = MappingProxyType(
    {
        "today": 0,
        "오늘": 0,
        "yesterday": 1,
        "어제": 1,
        "그제": 2,
        "그저께": 2,
    }
)
_NUMERIC = re.compile(r"(\d{4})(?P<mark>[-./])(\d{1,2})(?:(?P=mark)(\d{1,2}))?\.?")
_KOREAN = re.compile(r"(\d{4})\s*년\s*(\d{1,2})\s*월(?:\s*(?:(\d{1,2})\s*일|(\d{1,2})\s*(?:주차|주|째\s*주)))?")
_COMPACT = re.compile(r"(?:(20)?(\d\d))(\d\d)(\d\d)")


class ImpossibleDateError(UsageError):
    """Something is written like a date, but no calendar has that day, week or month."""


def day(value: date) -> NoteDate:
    """Return the date of a note about one day."""
    return NoteDate(DateKind.DAY, value, value)


def month(year: int, number: int) -> NoteDate:
    """Return the date of a note about a month; raises ValueError for a month that doesn't exist."""
    start = date(year, number, 1)
    return NoteDate(DateKind.MONTH, start, _first_of_next_month(start) - timedelta(days=1))


def week_of_month(year: int, month_number: int, week: int) -> NoteDate:
    """Return a week by the rows of a Korean wall calendar: Sunday to Saturday, week 1 holds the 1st.

    Raises ValueError where the month has no such row.
    """
    first = date(year, month_number, 1)
    sunday = first - timedelta(days=(first.weekday() + 1) % 7)
    start = sunday + timedelta(weeks=week - 1)
    if week < 1 or start >= _first_of_next_month(first):
        raise ValueError(f"{year}-{month_number:02} has no week {week}")
    return NoteDate(DateKind.WEEK, start, start + timedelta(days=6))


def read_date(text: str, today: date) -> NoteDate | None:
    """Read a whole text as a date, or return None where it isn't written like one.

    Takes `2024-04-17`, `2024.4.17`, `240417`, `20240417`, `2024-04`, `2024년 4월 17일`, `2023년 4월 4주차`,
    `today`, `yesterday`, 오늘, 어제, 그제. `today` is the reader's local date.
    Raises ImpossibleDateError for a day, week or month that doesn't exist.
    """
    written = unicodedata.normalize("NFC", text).strip().casefold()
    if written in _RELATIVE:
        return day(today - timedelta(days=_RELATIVE[written]))
    if found := _NUMERIC.fullmatch(written):
        return _build(text, int(found[1]), int(found[3]), found[4], None)
    if found := _KOREAN.fullmatch(written):
        return _build(text, int(found[1]), int(found[2]), found[3], found[4])
    if found := _COMPACT.fullmatch(written):
        return _compact(found)
    return None


def may_begin_date(word: str) -> bool:
    """Tell whether a date may begin with a word, more quickly than by reading it."""
    return word[:1].isdecimal() or word.casefold().startswith(tuple(_RELATIVE))


def _compact(found: re.Match[str]) -> NoteDate | None:
    """Read `YYMMDD` or `YYYYMMDD`; six digits that are no date are just a number."""
    try:
        return day(date(2000 + int(found[2]), int(found[3]), int(found[4])))
    except ValueError:
        return None


def _build(text: str, year: int, month_number: int, day_number: str | None, week: str | None) -> NoteDate:
    try:
        if day_number is not None:
            return day(date(year, month_number, int(day_number)))
        if week is not None:
            return week_of_month(year, month_number, int(week))
        return month(year, month_number)
    except (ValueError, OverflowError):
        raise ImpossibleDateError(
            sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. `/digest 2026-08-07`.", text=text.strip())
        ) from None


def _first_of_next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
