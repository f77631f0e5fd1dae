"""What people type becomes a command, or a sentence that says what to type instead."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import CODE_CHARACTERS, decode, encode
from bot.commands import (
    Command,
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
from bot.dates import day, week_of_month
from bot.errors import UsageError
from bot.grammar import DidYouMean, is_public, parse, read_line

TODAY = date(2024, 4, 18)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/paper megalodon", Lookup("megalodon")),
        ("/PAPER  megalodon ", Lookup("megalodon")),
        ("megalodon", Lookup("megalodon")),
        ("@paperboy megalodon", Lookup("megalodon")),
        ("<@U123> megalodon", Lookup("megalodon")),
        ("@paperboy paper megalodon", Lookup("megalodon")),
        ("@paperboy 논문 메갈로돈", Lookup("메갈로돈")),
        ("/paper ! megalodon", Lookup("megalodon", public=True)),
        ("/paper megalodon !", Lookup("megalodon", public=True)),
        ("/paper yahoo!", Lookup("yahoo!")),
        ("/paper", Help("paper")),
        ("/paper help", Help()),
        ("", Help("paper")),
        ("/paper digest of things", Lookup("digest of things")),
        ("/digest", ShowDigest()),
        ("/digest today", ShowDigest(day(TODAY))),
        ("/digest show 2024-04-17", ShowDigest(day(date(2024, 4, 17)))),
        ("/digest 240417 #llm -#survey", ShowDigest(day(date(2024, 4, 17)), ("#llm", "-#survey"))),
        ("/digest 어제", ShowDigest(day(date(2024, 4, 17)))),
        ("/digest 2023년 4월 4주차", ShowDigest(week_of_month(2023, 4, 4))),
        ("/digest #llm", ShowDigest(None, ("#llm",))),
        ("@paperboy digest 2024-04-17", ShowDigest(day(date(2024, 4, 17)))),
        ("/digest tags vision", Tags("vision")),
        ("/digest " + unicodedata.normalize("NFD", "태그"), Tags("")),
        ("/digest help", Help()),
        ("/digest 도움", Help()),
        ("/digest help tags", Help("tags")),
    ],
)
def test_parse(line: str, expected: Command) -> None:
    assert parse(read_line(line), TODAY) == expected


def test_a_mention_is_public_and_a_slash_command_is_not() -> None:
    assert is_public("@paperboy megalodon")
    assert is_public("<@U1>: megalodon")
    assert not is_public("/paper megalodon")
    assert not is_public("megalodon")


@pytest.mark.parametrize(
    ("line", "verb"), [("/digest tag", "tags"), ("/digest hlep", "help"), ("/digest shwo", "show")]
)
def test_a_misspelt_verb_is_asked_about_and_not_guessed(line: str, verb: str) -> None:
    with pytest.raises(DidYouMean) as caught:
        parse(read_line(line), TODAY)
    assert caught.value.suggestion == Typed("digest", verb)
    assert f"`{verb}`" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/papre megalodon", Typed("paper", "megalodon")),
        ("/diegst 2024-04-17 #llm", Typed("digest", "2024-04-17 #llm")),
        ("@paperboy /pape", Typed("paper", "")),
    ],
)
def test_a_misspelt_command_is_asked_about_and_not_looked_for(line: str, meant: Typed) -> None:
    with pytest.raises(DidYouMean) as caught:
        parse(read_line(line), TODAY)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize("line", ["/etc/passwd", "/remind me", "//paper", "papre megalodon"])
def test_words_far_from_a_command_are_looked_for(line: str) -> None:
    assert parse(read_line(line), TODAY) == Lookup(line)


def test_what_stood_beside_a_misspelt_verb_goes_along() -> None:
    with pytest.raises(DidYouMean) as caught:
        parse(read_line("/digest subscibe #llm all -#survey at 09:00"), TODAY)
    assert caught.value.suggestion == Typed("digest", "subscribe #llm all -#survey at 09:00")


@pytest.mark.parametrize("written", ["2026-13-01", "2024년 2월 30일", "zzzzqqqq"])
def test_what_is_no_date_is_named(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(read_line(f"/digest {written}"), TODAY)
    assert written in str(caught.value)
    assert "YYYY-MM-DD" in str(caught.value)


@pytest.mark.parametrize(
    "command",
    [
        OpenEntry("e2k4m6p8"),
        ShowAbstract("e2k4m6p8"),
        ShareEntry("e2k4m6p8"),
        MoreMatches("메갈로돈 #llm", 5),
    ],
)
def test_a_button_brings_its_command_back(command: Command) -> None:
    code = encode(command)
    assert code is not None
    assert decode(code) == command


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (ShowDigest(day(date(2024, 4, 17)), ("#llm", "-#rl")), ShowDigest(day(date(2024, 4, 17)), ("#llm", "-#rl"))),
        (Lookup("megalodon", public=True), Lookup("megalodon", public=True)),
        (Tags("vision"), Tags("vision")),
        (Help("tags"), Help("tags")),
        (Typed("digest", "help"), Help()),
    ],
)
def test_a_button_can_stand_for_typed_words(command: Command, expected: Command) -> None:
    code = encode(command)
    assert code is not None
    pressed = decode(code)
    assert isinstance(pressed, Typed)
    assert parse(pressed, TODAY) == expected


def test_a_long_query_keeps_its_first_words_in_a_more_button() -> None:
    code = encode(MoreMatches("word " * 100, 5))
    assert code is not None
    assert len(code) <= CODE_CHARACTERS
    assert isinstance(decode(code), MoreMatches)


def test_a_command_too_long_for_a_button_has_none() -> None:
    assert encode(Lookup("x" * 200)) is None


@pytest.mark.parametrize(
    "forged",
    ["", "open", "open ../../etc", "open E1", "more x y", "more -1 y", "more 99999 y", "drop tables", "share "],
)
def test_a_forged_button_is_refused_with_a_sentence(forged: str) -> None:
    with pytest.raises(UsageError, match="run the command again"):
        decode(forged)


@given(st.text())
def test_any_line_becomes_a_command_or_a_sentence(line: str) -> None:
    for surface in ("/paper ", "/digest ", "@paperboy ", ""):
        typed = read_line(surface + line)
        try:
            command = parse(typed, TODAY)
        except UsageError as error:
            said = str(error)
        else:
            said = repr(command)
        assert said


@given(st.text(max_size=200))
def test_any_code_is_read_or_refused(code: str) -> None:
    try:
        command = decode(code)
    except UsageError:
        return
    again = encode(command)
    assert again is not None
    assert len(again) <= CODE_CHARACTERS


@pytest.mark.parametrize("line", ["/digest 2024-04-17 all", "/digest 전부 2024-04-17"])
def test_all_of_a_date(line: str) -> None:
    command = parse(read_line(line), TODAY)
    assert command == ShowDigest(day(date(2024, 4, 17)), whole=True)
    code = encode(command)
    assert code is not None
    pressed = decode(code)
    assert isinstance(pressed, Typed)
    assert parse(pressed, TODAY) == command
