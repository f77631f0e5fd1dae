"""A button's code says its command again, fits every platform, and nothing forged becomes a command."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import CODE_CHARACTERS, decode, encode
from bot.commands import (
    Command,
    FindLinked,
    Help,
    Lookup,
    MoreMatches,
    OpenEntry,
    ShareEntry,
    ShowAbstract,
    ShowDigest,
    Tags,
    Typed,
)
from bot.errors import UsageError
from bot.grammar import parse
from bot.model import DateKind, NoteDate

TODAY = date(2024, 4, 17)
DAY = NoteDate(DateKind.DAY, TODAY, TODAY)
MONTH = NoteDate(DateKind.MONTH, date(2024, 4, 1), date(2024, 4, 30))
WEEK = NoteDate(DateKind.WEEK, date(2024, 4, 14), date(2024, 4, 20))


def read_back(command: Command) -> Command:
    """Encode and decode a command, and parse what comes back as typed words."""
    code = encode(command)
    assert code is not None
    assert len(code) <= CODE_CHARACTERS
    again = decode(code)
    return parse(again, TODAY) if isinstance(again, Typed) else again


@pytest.mark.parametrize(
    "command",
    [
        OpenEntry("e2k4m6p8"),
        ShowAbstract("e2k4m6p8"),
        ShareEntry("e2k4m6p8"),
        MoreMatches("메갈로돈", 15),
        Lookup("mega lodon"),
        Lookup("mega lodon", public=True),
        ShowDigest(DAY),
        ShowDigest(DAY, whole=True),
        ShowDigest(DAY, tags=("#llm", "-#survey")),
        ShowDigest(MONTH),
        Tags(),
        Tags("vision"),
        Help(),
        Help("subscribe"),
    ],
    ids=repr,
)
def test_a_command_comes_back_as_it_was(command: Command) -> None:
    assert read_back(command) == command


def test_today_is_whatever_day_the_button_is_pressed() -> None:
    assert decode(encode(ShowDigest()) or "") == Typed("digest", "today")


def test_typed_words_come_back_as_typed() -> None:
    assert decode(encode(Typed("digest", "subscribe #llm")) or "") == Typed("digest", "subscribe #llm")
    assert encode(Typed("mention", "hello")) is None, "nobody can type that into a command"


def test_what_no_button_can_say_has_none() -> None:
    assert encode(FindLinked("https://arxiv.org/abs/2304.07880")) is None
    assert encode(ShowDigest(WEEK)) is None
    assert encode(Lookup("x" * CODE_CHARACTERS)) is None


@given(st.text(min_size=1, max_size=300))
def test_a_long_query_keeps_its_first_words(query: str) -> None:
    code = encode(MoreMatches(query, 5))
    assert code is not None
    assert len(code) <= CODE_CHARACTERS
    assert f"more 5 {query}".startswith(code)


@given(st.text(max_size=120) | st.from_regex(r"(open|abstract|share|more|paper|digest) ?.*", fullmatch=True))
def test_nothing_forged_fails_in_any_other_way_than_with_a_sentence(code: str) -> None:
    with contextlib.suppress(UsageError):
        assert isinstance(decode(code), OpenEntry | ShowAbstract | ShareEntry | MoreMatches | Typed)


@pytest.mark.parametrize(
    "code", ["", "drop table", "open ../x", "open", "more 5", "more x y", "more 5000 a", "share E1"]
)
def test_a_forged_code_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(UsageError, match="That button is too old for me"):
        decode(code)
