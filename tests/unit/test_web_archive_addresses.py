"""The archive's addresses: what they name can be read back, and nothing names another page."""

from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.dates import day, month, week_of_month
from bot.model import NoteDate
from bot.tags import fold_tag
from bot.web.archive.addresses import Addresses, date_name, read_date_name, tag_name

TODAY = date(2026, 11, 21)
TO = Addresses("https://notes.example.org", "/paper", "ko")


@given(st.dates())
def test_a_date_in_an_address_is_the_date_read_back(value: date) -> None:
    for when in (day(value), month(value.year, value.month)) if value.year > 1000 else ():
        assert read_date_name(date_name(when) or "", TODAY) == when


def test_a_week_is_a_range() -> None:
    week = week_of_month(2023, 4, 4)
    assert date_name(week) == "2023-04-16..2023-04-22"
    assert read_date_name("2023-04-16..2023-04-22", TODAY) == week
    assert date_name(NoteDate()) is None


@pytest.mark.parametrize("text", ["2024년 4월 17일", "20240417", "2024.4.17"])
def test_any_way_to_write_a_date_is_read(text: str) -> None:
    assert read_date_name(text, TODAY) == day(date(2024, 4, 17))


@pytest.mark.parametrize(
    "text", ["", "..", "2024-02-30", "2024-05-02..2024-05-01", "2024-13", "x" * 5000, "2024-01-01..", "🗓"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date_name(text, TODAY) is None


@given(st.text(min_size=1, max_size=30))
@example("# llm")
@example("# #llm")
def test_a_tag_in_an_address_is_the_tag_read_back_or_has_none(tag: str) -> None:
    name = tag_name(tag)
    if name is not None:
        assert fold_tag(unquote(name)) == fold_tag(tag)
        assert not {"", ".", ".."} & set(unquote(name).split("/"))


@pytest.mark.parametrize("tag", ["", "#", ".", "..", "a/../b", "/", "a//b", " # "])
def test_a_tag_that_browsers_would_read_otherwise_has_no_address(tag: str) -> None:
    assert TO.tag(tag) is None
    assert TO.feed(tag) is None


@given(st.text(max_size=60))
def test_a_query_survives_its_address(query: str) -> None:
    address = urlsplit(TO.search(query, 3))
    assert address.path == "/paper/search"
    assert parse_qs(address.query, keep_blank_values=True) == {"q": [query], "page": ["3"], "lang": ["ko"]}


def test_a_chosen_language_is_kept_and_can_be_dropped() -> None:
    assert TO.note("e1") == "/paper/notes/e1?lang=ko"
    assert TO.in_language(None).note("e1") == "/paper/notes/e1"
    assert TO.absolute(TO.home()) == "https://notes.example.org/paper/?lang=ko"
    assert TO.file("a.css") == "/paper/static/a.css"
    assert TO.feed("Machine Learning/비전") == "/paper/feeds/tags/machine%20learning/%EB%B9%84%EC%A0%84.atom?lang=ko"
