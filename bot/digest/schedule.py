"""Decide which local dates are due for a channel, and at which instant, through every clock change. Pure.

The key of a digest is its local date; the instant only says when. Where a clock change skips the time, the instant
is computed with the offset before the change; where it repeats the time, the first of the two counts (`fold=0`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.model import Channel, Schedule

# A bot that slept for years writes down this many missed days, not all of them.
LONGEST_LOOK_BACK = timedelta(days=31)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A local date and the instant (UTC) at which its digest is due."""

    local_date: date
    due_at: datetime


def instant(local_date: date, schedule: Schedule) -> datetime:
    """Return the instant (UTC) at which a local date's digest is due."""
    local = datetime.combine(local_date, schedule.at, ZoneInfo(schedule.zone))
    return local.astimezone(UTC)


def local_date(now: datetime, zone: str) -> date:
    """Return the date on the wall of a zone at an instant."""
    return now.astimezone(ZoneInfo(zone)).date()


def due_dates(schedule: Schedule, after: date, now: datetime) -> list[Due]:
    """Return the posting dates later than `after` whose instant has come, in order."""
    today = local_date(now, schedule.zone)
    start = max(after, today - LONGEST_LOOK_BACK)
    found: list[Due] = []
    # The instant of a skipped midnight falls on its own date, never before it: one day ahead is enough.
    for day in takewhile(lambda day: day <= today + _ONE_DAY, _days_after(start)):
        if day.isoweekday() in schedule.weekdays and (at := instant(day, schedule)) <= now:
            found.append(Due(day, at))
    return found


def next_due(schedule: Schedule, after: date) -> Due:
    """Return the first posting date later than `after`."""
    day = next(day for day in _days_after(after) if day.isoweekday() in schedule.weekdays)
    return Due(day, instant(day, schedule))


def first_owed_date(schedule: Schedule, now: datetime) -> date:
    """Return the first date a channel that subscribes now is owed: today's until its time has come, else tomorrow's."""
    today = local_date(now, schedule.zone)
    return today if now < instant(today, schedule) else today + _ONE_DAY


def owed_after(channel: Channel, planned_through: date | None) -> date | None:
    """Return the date after which a channel's dates are still to be planned, None while it is paused without end."""
    if channel.paused and channel.paused_until is None:
        return None
    floor = channel.first_date - _ONE_DAY
    if channel.paused_until is not None:
        floor = max(floor, channel.paused_until - _ONE_DAY)
    return max(floor, planned_through) if planned_through else floor


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _ONE_DAY
        yield day
