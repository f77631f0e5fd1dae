"""Which local dates are due, and when: clock changes, weekdays, pauses, edits."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.plan import plan_channel
from bot.digest.schedule import due_dates, first_owed_date, instant, local_date, next_due, owed_after
from bot.model import Channel, ChannelAddress, Schedule

CHANNEL = Channel(1, ChannelAddress("console", "local", "main"), first_date=date(2026, 11, 1))
ZONES = ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("Asia/Seoul", time(9), date(2026, 11, 21), "2026-11-21T00:00"),
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:30"),  # skipped by the spring change
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30"),  # twice on the clock: the first
        ("America/New_York", time(2, 30), date(2026, 3, 8), "2026-03-08T07:30"),
        ("Africa/Cairo", time(0), date(2026, 4, 24), "2026-04-23T22:00"),  # the day begins at 01:00
        ("Africa/Cairo", time(0, 30), date(2026, 4, 24), "2026-04-23T22:30"),
    ],
)
def test_the_instant_of_a_local_date(zone: str, at: time, day: date, expected: str) -> None:
    assert instant(day, Schedule(at, zone)) == utc(expected)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_clock_change_makes_a_date_due_once(day: date) -> None:
    schedule = Schedule(time(2, 30), "Europe/Berlin")
    start = datetime.combine(day, time(0), UTC) - timedelta(hours=2)
    planned = day - timedelta(days=1)
    seen: list[date] = []
    for minutes in range(0, 28 * 60, 5):
        for due in due_dates(schedule, planned, start + timedelta(minutes=minutes)):
            planned = due.local_date
            seen.append(due.local_date)
    assert seen[:1] == [day]
    assert len(seen) == len(set(seen))


def test_a_skipped_midnight_falls_on_its_own_date() -> None:
    schedule = Schedule(time(0), "Africa/Cairo")
    due = due_dates(schedule, date(2026, 4, 23), utc("2026-04-23T22:00"))
    assert [one.local_date for one in due] == [date(2026, 4, 24)]
    assert local_date(due[0].due_at, "Africa/Cairo") == date(2026, 4, 24)


def test_weekdays_are_the_local_ones() -> None:
    schedule = Schedule(time(1), "Asia/Seoul", (1, 2, 3, 4, 5))
    # Friday 16:30 UTC is Saturday 01:30 in Seoul: only Friday's is due.
    due = due_dates(schedule, date(2026, 11, 19), utc("2026-11-20T16:30"))
    assert [one.local_date for one in due] == [date(2026, 11, 20)]


def test_a_stepping_clock_plans_nothing_again() -> None:
    schedule = Schedule()
    after = date(2026, 11, 21)
    assert due_dates(schedule, after, utc("2026-11-21T00:30")) == []
    assert due_dates(schedule, after, utc("2026-11-20T23:30")) == []


def test_missed_dates_come_in_order_and_not_without_end() -> None:
    now = utc("2026-11-21T00:00")
    missed = due_dates(Schedule(), date(2026, 11, 16), now)
    assert [one.local_date.day for one in missed] == [17, 18, 19, 20, 21]
    assert len(due_dates(Schedule(), date(2000, 1, 1), now)) == 31


def test_a_channel_that_subscribes_after_todays_time_starts_with_its_next() -> None:
    assert first_owed_date(Schedule(), utc("2026-11-20T23:59")) == date(2026, 11, 21)
    assert first_owed_date(Schedule(), utc("2026-11-21T00:00")) == date(2026, 11, 22)


def test_a_time_moved_before_todays_post_moves_it() -> None:
    later = Schedule(time(11))
    assert due_dates(later, date(2026, 11, 20), utc("2026-11-21T00:30")) == []
    assert [d.local_date.day for d in due_dates(later, date(2026, 11, 20), utc("2026-11-21T02:00"))] == [21]


def test_a_time_moved_back_over_now_posts_today_at_once() -> None:
    assert [d.local_date.day for d in due_dates(Schedule(time(8)), date(2026, 11, 20), utc("2026-11-20T23:30"))] == [21]


def test_a_time_or_zone_moved_after_todays_post_waits_for_tomorrow() -> None:
    for moved in (Schedule(time(23)), Schedule(time(9), "America/New_York")):
        assert due_dates(moved, date(2026, 11, 21), utc("2026-11-21T15:00")) == []


def test_a_pause_owes_nothing_until_its_end() -> None:
    assert owed_after(replace(CHANNEL, paused=True), None) is None
    until = replace(CHANNEL, paused=True, paused_until=date(2026, 11, 10))
    assert owed_after(until, date(2026, 11, 5)) == date(2026, 11, 9)
    assert owed_after(until, date(2026, 11, 12)) == date(2026, 11, 12)
    assert owed_after(CHANNEL, None) == date(2026, 10, 31)


def test_a_pause_without_end_plans_nothing_until_somebody_resumes() -> None:
    plan = plan_channel(replace(CHANNEL, paused=True), date(2026, 11, 5), utc("2026-11-21T15:00"), 3)
    assert (plan.due, plan.expired, plan.planned_through, plan.next_due_at) == ((), (), date(2026, 11, 5), None)


SCHEDULES = st.builds(
    Schedule,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    weekdays=st.lists(st.integers(1, 7), min_size=1, unique=True).map(lambda days: tuple(sorted(days))),
)


STARTS = st.integers(0, 20 * 365 * 24).map(lambda hours: utc("2010-01-01") + timedelta(hours=hours))


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, STARTS, st.lists(st.integers(1, 60), max_size=40))
def test_however_often_one_looks_each_posting_date_is_due_once(
    schedule: Schedule, start: datetime, steps: list[int]
) -> None:
    now = start
    planned = first = local_date(now, schedule.zone) - timedelta(days=1)
    seen: list[date] = []
    for hours in steps:
        now += timedelta(hours=hours)
        for due in due_dates(schedule, planned, now):
            assert due.due_at <= now
            seen.append(due.local_date)
            planned = due.local_date
    assert seen == sorted(set(seen))
    if steps and (now - start).days < 30:
        assert seen == [due.local_date for due in due_dates(schedule, first, now)]


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_what_is_next_is_not_due_yet_and_then_is(schedule: Schedule, after: date) -> None:
    upcoming = next_due(schedule, after)
    assert upcoming.local_date > after
    assert upcoming.local_date.isoweekday() in schedule.weekdays
    assert due_dates(schedule, after, upcoming.due_at)[0] == upcoming
    assert due_dates(schedule, after, upcoming.due_at - timedelta(seconds=1)) == []
