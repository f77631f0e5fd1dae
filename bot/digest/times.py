"""Read times of day and weekdays as people write them, in Korean and in English."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from types import MappingProxyType

from bot.errors import UsageError
from bot.model import EVERY_DAY
from bot.sentences import sentence

_TIME = re.compile(
    r"(?P<before>am|pm|오전|오후)?\s*(?P<hour>\d{1,2})(?:\s*(?::|시)\s*(?:(?P<minute>\d{1,2})\s*분?)?)?\s*(?P<after>am|pm|a\.m\.|p\.m\.)?"
)
_NOON = 12
_WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "mon monday mondays 월 월요일",
                "tue tues tuesday tuesdays 화 화요일",
                "wed weds wednesday wednesdays 수 수요일",
                "thu thur thurs thursday thursdays 목 목요일",
                "fri friday fridays 금 금요일",
                "sat saturday saturdays 토 토요일",
                "sun sunday sundays 일 일요일",
            ),
            start=1,
        )
        for name in names.split()
    }
)
_GROUPS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "daily": EVERY_DAY,
        "everyday": EVERY_DAY,
        "all": EVERY_DAY,
        "매일": EVERY_DAY,
        "weekdays": (1, 2, 3, 4, 5),
        "weekday": (1, 2, 3, 4, 5),
        "workdays": (1, 2, 3, 4, 5),
        "평일": (1, 2, 3, 4, 5),
        "weekends": (6, 7),
        "weekend": (6, 7),
        "주말": (6, 7),
    }
)
_KOREAN_RUN = re.compile(r"[월화수목금토일]{2,7}")


def read_time(text: str) -> time:
    """Read a time of day: `09:00`, `9`, `9pm`, 오후 9시 30분. Raises UsageError for what no clock shows."""
    found = _TIME.fullmatch(unicodedata.normalize("NFC", text).strip().casefold())
    try:
        if found is None:
            raise ValueError(text)
        return time(_hour(found), int(found["minute"] or 0))
    except ValueError:
        raise UsageError(sentence("“{text}” is not a time of day. Use HH:MM, e.g. 09:00.", text=text.strip())) from None


def _hour(found: re.Match[str]) -> int:
    """Return the hour from 0; raises ValueError for 13pm."""
    hour = int(found["hour"])
    half = (found["before"] or found["after"] or "").replace(".", "")
    if not half:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(hour)
    return hour % _NOON + (_NOON if half in ("pm", "오후") else 0)


def is_weekdays(text: str) -> bool:
    """Say whether a word can be read as weekdays."""
    return _weekdays(text) is not None


def read_weekdays(text: str) -> tuple[int, ...]:
    """Read weekdays: `mon-fri`, `mon,wed`, `weekdays`, 월-금, 월수금, 매일. Returns ISO numbers in order."""
    parts = [part for part in re.split(r"[\s,+&]+|(?:\band\b)", _folded(text)) if part]
    days: set[int] = set()
    for part in parts:
        found = _weekdays(part)
        if found is None:
            raise UsageError(sentence("“{text}” is not a day of the week. Use e.g. mon-fri or mon,wed.", text=part))
        days.update(found)
    if not days:
        raise UsageError(sentence("“{text}” is not a day of the week. Use e.g. mon-fri or mon,wed.", text=text.strip()))
    return tuple(sorted(days))


def _weekdays(text: str) -> tuple[int, ...] | None:
    part = _folded(text)
    if part in _GROUPS:
        return _GROUPS[part]
    if part in _WEEKDAYS:
        return (_WEEKDAYS[part],)
    if _KOREAN_RUN.fullmatch(part):
        return tuple(sorted({_WEEKDAYS[letter] for letter in part}))
    first, dash, last = part.partition("-")
    if dash and first in _WEEKDAYS and last in _WEEKDAYS:
        return _from_to(_WEEKDAYS[first], _WEEKDAYS[last])
    return None


def _from_to(first: int, last: int) -> tuple[int, ...]:
    length = (last - first) % 7 + 1
    return tuple(sorted((first + step - 1) % 7 + 1 for step in range(length)))


def _folded(text: str) -> str:
    written = unicodedata.normalize("NFC", text).strip().casefold()
    return re.sub(r"\s*[–—~∼〜-]\s*", "-", written)
