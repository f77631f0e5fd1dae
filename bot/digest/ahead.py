"""Read a day that is still to come, as people say how long to rest: tomorrow, 2 weeks, Monday, 12월 1일."""

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from bot.digest.times import is_weekdays, read_weekdays

_DAYS_AHEAD: Mapping[str, int] = MappingProxyType({"tomorrow": 1, "내일": 1, "모레": 2, "글피": 3})
_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"a": 1, "one": 1, "two": 2, "three": 3, "일": 1, "이": 2, "삼": 3, "한": 1, "두": 2, "세": 3}
)
_SPAN = re.compile(
    r"(?:in\s+)?(?P<number>\d{1,3}|a|one|two|three|[일이삼한두세])\s*"
    r"(?:(?P<days>days?|일)|(?P<weeks>weeks?|주일?)|(?P<months>months?|달|개월))(?:\s*(?:동안|간|뒤|후|만))?"
)
_NEXT_WEEK = re.compile(r"(?:next\s+week|다음\s*주)(?:\s+(?P<day>[월화수목금토일])요일)?(?:에)?")
_NEXT_MONTH = re.compile(r"next\s+month|다음\s*달")
_NEXT_DAY = re.compile(r"(?:(?:next|이번\s*주|오는)\s+)?(?P<day>\S+)")
_WITHOUT_YEAR = re.compile(r"(?P<month>\d{1,2})(?:월\s*|[/.])(?P<day>\d{1,2})일?")
_LONGEST_YEARS = 8  # until the next 29 February


def read_day_ahead(text: str, today: date) -> date | None:
    """Return the next day that a text means, after `today`; None where it isn't written like one."""
    written = unicodedata.normalize("NFC", text).strip().casefold()
    if written in _DAYS_AHEAD:
        return today + timedelta(days=_DAYS_AHEAD[written])
    for shape, read in _SHAPES:
        if (found := shape.fullmatch(written)) and (day := read(found, today)):
            return day
    return None


def _span(found: re.Match[str], today: date) -> date:
    number = _NUMBERS.get(found["number"]) or int(found["number"])
    if found["months"]:
        return _months_ahead(today, number)
    return today + timedelta(days=number) * (7 if found["weeks"] else 1)


def _months_ahead(today: date, number: int) -> date:
    """Return the same day of a later month, or its last where it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 + number, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _next_week(found: re.Match[str], today: date) -> date:
    monday = today + timedelta(days=8 - today.isoweekday())
    return monday + timedelta(days="월화수목금토일".index(found["day"]) if found["day"] else 0)


def _next_month(_: re.Match[str], today: date) -> date:
    return _months_ahead(today.replace(day=1), 1)


def _next_day(found: re.Match[str], today: date) -> date | None:
    """Return the next of one weekday; several, such as `weekdays`, are no day."""
    days = read_weekdays(found["day"]) if is_weekdays(found["day"]) else ()
    return today + timedelta(days=(days[0] - today.isoweekday() - 1) % 7 + 1) if len(days) == 1 else None


def _without_year(found: re.Match[str], today: date) -> date | None:
    """Return the next such day of any year; None for a day that no year has."""
    for year in range(today.year, today.year + _LONGEST_YEARS + 1):
        month, day = int(found["month"]), int(found["day"])
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] and date(year, month, day) > today:
            return date(year, month, day)
    return None


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_SPAN, _span),
    (_NEXT_WEEK, _next_week),
    (_NEXT_MONTH, _next_month),
    (_WITHOUT_YEAR, _without_year),
    (_NEXT_DAY, _next_day),
)
