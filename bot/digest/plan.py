"""Decide the rows that a channel's ledger needs by now: dates that are due, and those too old to be posted. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.digest.schedule import Due, due_dates, local_date, next_due, owed_after
from bot.model import Channel


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write down for one channel: dates to post, dates to report as expired, and when to look again.

    `skipped` is the last date of a pause that is over, None where there was none.
    """

    channel: Channel
    due: tuple[Due, ...]
    expired: tuple[Due, ...]
    planned_through: date | None
    next_due_at: datetime | None
    skipped: date | None = None


def plan_channel(channel: Channel, planned_through: date | None, now: datetime, catch_up_days: int) -> Plan:
    """Plan a channel up to `now`: of the dates missed, the last `catch_up_days` posting days are still posted."""
    after = owed_after(channel, planned_through)
    if after is None:
        return Plan(channel, (), (), planned_through, None)
    dates = due_dates(channel.schedule, after, now)
    through = dates[-1].local_date if dates else planned_through
    upcoming = next_due(channel.schedule, max(after, through) if through else after)
    return Plan(
        channel,
        due=tuple(dates[-catch_up_days:]),
        expired=tuple(dates[:-catch_up_days]),
        planned_through=through,
        next_due_at=upcoming.due_at,
        skipped=_pause_end(channel, planned_through, dates),
    )


def plan_as_of(channel: Channel, last_row: date | None, now: datetime, catch_up_days: int) -> Plan:
    """Plan a channel as of an instant before it was made, as if it had been there that day.

    `last_row` is its last date in the ledger up to then. What the daily job plans by is left alone.
    """
    today = local_date(now, channel.schedule.zone)
    after = last_row or today - timedelta(days=1)
    dates = due_dates(channel.schedule, after, now)
    return Plan(channel, tuple(dates[-catch_up_days:]), tuple(dates[:-catch_up_days]), None, None)


def is_expired(channel: Channel, day: date, now: datetime, catch_up_days: int) -> bool:
    """Say whether so many later posting days have come due that a date is not posted any more."""
    return len(due_dates(channel.schedule, day, now)) >= catch_up_days


def _pause_end(channel: Channel, planned_through: date | None, dates: list[Due]) -> date | None:
    if not dates or not channel.paused or channel.paused_until is None:
        return None
    last = channel.paused_until - timedelta(days=1)
    return last if planned_through is None or planned_through < last else None
