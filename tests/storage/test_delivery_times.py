"""The daily loop through changes of the clock, on both databases: each date once, at its own hour."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.model import Schedule
from tests.fakes.digests import DigestLoop

STEP = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "at", "changes"),
    [
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29)),  # skipped
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25)),  # twice
        ("Africa/Cairo", time(0), date(2026, 4, 24)),  # a day without midnight
        ("America/New_York", time(1, 30), date(2026, 11, 1)),  # twice
    ],
)
def test_a_change_of_the_clock_posts_each_date_once(
    engine: Engine, tmp_path: Path, zone: str, at: time, changes: date
) -> None:
    start = datetime.combine(changes, time(0), UTC) - timedelta(hours=36)
    loop = DigestLoop(engine, tmp_path, now=start.replace(tzinfo=None).isoformat())
    loop.subscribe(schedule=Schedule(at, zone))
    days = [changes + timedelta(days=number) for number in (-1, 0, 1)]
    for day in days:
        loop.note(f"of {day}", day)
    posted: list[int] = []
    for step in range(round(timedelta(hours=84) / STEP)):
        loop.tick((start + step * STEP).replace(tzinfo=None).isoformat())
        posted.append(len(loop.platform.texts()))
    assert [text.splitlines()[1] for text in loop.platform.texts()] == [f"1. of {day}" for day in days]
    assert all(after - before <= 1 for before, after in pairwise(posted))
    loop.assert_all_posted_once()
