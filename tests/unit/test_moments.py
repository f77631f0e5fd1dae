"""A sentence's moments and commands are set apart, and its words stay as they were."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.richtext import Code, Moment, Text, plain, with_moments

NEXT = Moment(datetime(2026, 11, 24, tzinfo=UTC), "Tue 24 Nov")
LAST = Moment(datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23 09:00")


def test_each_moment_is_set_apart_once() -> None:
    assert with_moments("Next: Tue 24 Nov. Not Tue 24 Nov.", [NEXT]) == (
        Text("Next: "),
        NEXT,
        Text(". Not Tue 24 Nov."),
    )
    said = "Last post at 2026-11-23 09:00.\nNext: Tue 24 Nov."
    assert with_moments(said, [LAST, NEXT]) == (Text("Last post at "), LAST, Text(".\nNext: "), NEXT, Text("."))


def test_commands_are_code_and_moments_that_are_not_said_are_nowhere() -> None:
    assert with_moments("`paperboy run` starts it.", [NEXT]) == (Code("paperboy run"), Text(" starts it."))
    assert with_moments("`Tue 24 Nov`", [NEXT]) == (Code("Tue 24 Nov"),)
    assert with_moments("", [NEXT]) == ()


@given(st.text(alphabet="aTue 24Nov.\n한", max_size=60), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_word_is_lost(text: str, said: bool) -> None:
    whole = f"{text}{NEXT.text}" if said else text
    assert plain(with_moments(whole, [NEXT])) == whole
