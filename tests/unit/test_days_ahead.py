"""How long a digest should rest is read as people say it, and never lies in the past."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Pause, Typed
from bot.digest.ahead import read_day_ahead
from bot.errors import UsageError
from bot.grammar import parse

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("tomorrow", "2026-11-22"),
        ("내일", "2026-11-22"),
        ("모레", "2026-11-23"),
        ("3 days", "2026-11-24"),
        ("in 3 days", "2026-11-24"),
        ("a week", "2026-11-28"),
        ("2주", "2026-12-05"),
        ("일주일", "2026-11-28"),
        ("한 달", "2026-12-21"),
        ("3개월 동안", "2027-02-21"),
        ("next week", "2026-11-23"),
        ("다음 주", "2026-11-23"),
        ("다음 주 수요일", "2026-11-25"),
        ("next month", "2026-12-01"),
        ("monday", "2026-11-23"),
        ("next fri", "2026-11-27"),
        ("토요일", "2026-11-28"),
        ("12월 1일", "2026-12-01"),
        ("1/5", "2027-01-05"),
        ("11/21", "2027-11-21"),
        ("2/29", "2028-02-29"),
    ],
)
def test_words_for_a_day_to_come(written: str, day: str) -> None:
    assert read_day_ahead(written, SATURDAY) == date.fromisoformat(day)


@pytest.mark.parametrize("written", ["", "weekdays", "mon-fri", "13월 1일", "2/30", "soon", "yesterday", "0"])
def test_what_is_no_day_to_come(written: str) -> None:
    assert read_day_ahead(written, SATURDAY) is None


def test_the_last_of_a_month_is_kept_within_the_next() -> None:
    assert read_day_ahead("1 month", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize("written", ["pause 내일까지", "pause until tomorrow", "pause tomorrow", "중지 내일"])
def test_a_pause_takes_them(written: str) -> None:
    command = parse(Typed("digest", written), SATURDAY)
    assert isinstance(command, Pause)
    assert command.until is not None
    assert command.until.start == date(2026, 11, 22)


def test_a_pause_until_a_date_and_without_end_stay_what_they_were() -> None:
    until = parse(Typed("digest", "pause until 2026-12-01"), SATURDAY)
    assert isinstance(until, Pause)
    assert until.until is not None
    assert until.until.start == date(2026, 12, 1)
    assert parse(Typed("digest", "pause"), SATURDAY) == Pause(None)


def test_what_is_no_date_is_answered_with_two_that_are() -> None:
    with pytest.raises(UsageError, match=r"“soon” is not a date to come\. Say e\.g\. `/digest pause until"):
        parse(Typed("digest", "pause until soon"), SATURDAY)


@given(st.integers(1, 999), st.sampled_from(["days", "weeks", "months", "일", "주", "개월"]), st.dates())
def test_every_span_ends_after_today(number: int, unit: str, today: date) -> None:
    if today.year < 9900:
        day = read_day_ahead(f"{number} {unit}", today)
        assert day is not None
        assert day > today
