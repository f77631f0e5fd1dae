"""Dates as people write them."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import ImpossibleDateError, day, read_date, week_of_month
from bot.model import DateKind, NoteDate

TODAY = date(2024, 4, 18)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-04-17", day(date(2024, 4, 17))),
        ("2024.4.17", day(date(2024, 4, 17))),
        ("2024.04.17.", day(date(2024, 4, 17))),
        ("2024/04/17", day(date(2024, 4, 17))),
        ("240417", day(date(2024, 4, 17))),
        ("20240417", day(date(2024, 4, 17))),
        ("2024년 4월 17일", day(date(2024, 4, 17))),
        (unicodedata.normalize("NFD", "2024년 4월 17일"), day(date(2024, 4, 17))),
        (" Today ", day(TODAY)),
        ("어제", day(date(2024, 4, 17))),
        (unicodedata.normalize("NFD", "오늘"), day(TODAY)),
        ("그저께", day(date(2024, 4, 16))),
        ("2024-02", NoteDate(DateKind.MONTH, date(2024, 2, 1), date(2024, 2, 29))),
        ("2024년 12월", NoteDate(DateKind.MONTH, date(2024, 12, 1), date(2024, 12, 31))),
        ("2023년 4월 4주차", NoteDate(DateKind.WEEK, date(2023, 4, 16), date(2023, 4, 22))),
        ("2023년 4월 1주차", NoteDate(DateKind.WEEK, date(2023, 3, 26), date(2023, 4, 1))),
        ("2023년 4월 6주차", NoteDate(DateKind.WEEK, date(2023, 4, 30), date(2023, 5, 6))),
    ],
)
def test_reads(written: str, expected: NoteDate) -> None:
    assert read_date(written, TODAY) == expected


@pytest.mark.parametrize("written", ["", "megalodon", "gemma 2", "100000", "999999", "2024", "4.17", "gpt-4", "1-2-3"])
def test_leaves_other_words_alone(written: str) -> None:
    assert read_date(written, TODAY) is None


@pytest.mark.parametrize(
    "written", ["2026-13-01", "2024년 2월 30일", "2023-02-29", "2023년 4월 7주차", "2023년 4월 0주차", "0000-01-01"]
)
def test_names_a_date_that_no_calendar_has(written: str) -> None:
    with pytest.raises(ImpossibleDateError) as caught:
        read_date(written, TODAY)
    assert f"“{written}” is not a date" in str(caught.value)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_lies_in_exactly_one_week_of_its_month(value: date) -> None:
    weeks = []
    for number in range(7):
        try:
            weeks.append(week_of_month(value.year, value.month, number))
        except ValueError:
            continue
    holding = [week for week in weeks if week.start and week.end and week.start <= value <= week.end]
    assert len(holding) == 1
    assert holding[0].start is not None
    assert holding[0].start.isoweekday() == 7
    assert holding[0].end == holding[0].start + timedelta(days=6)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_way_to_write_a_day_is_the_same_day(value: date) -> None:
    ways = [value.isoformat(), f"{value:%y%m%d}", f"{value:%Y%m%d}", f"{value.year}년 {value.month}월 {value.day}일"]
    assert {read_date(way, TODAY) for way in ways} == {day(value)}
