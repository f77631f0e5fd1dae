"""What the console draws: everything, with nothing in it that could steer a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.console.inbound import read_request
from adapters.console.render import ink, options, plain_text
from bot.cards import note_card
from bot.commands import MoreMatches, OpenEntry, Typed
from bot.message import Action, Card, Reply
from bot.model import FiledEntry
from bot.richtext import Bold, Code, Link, Mention, Text
from bot.words import Words
from tests.unit.entries import ANY_FILED_ENTRY


def test_text_is_drawn_only_where_there_is_nothing_else() -> None:
    assert plain_text(Reply("said")) == "said"
    drawn = plain_text(Reply("said", lead=(Bold("lead"),), cards=(Card("Title"),)))
    assert "said" not in drawn
    assert drawn.startswith("lead")
    assert "Title" in drawn


def test_spans_are_ink() -> None:
    spans = (Text("[bold]a[/bold] "), Code("/paper x"), Mention("U1", "kim"), Link("here", "https://example.org"))
    assert plain_text(Reply("t", lead=spans)) == "[bold]a[/bold] /paper x@kimhere"


def test_control_characters_are_taken_out() -> None:
    assert ink("a\x1b[31mb\x00\u202ec\nd\te") == "a[31mbc\nd\te"
    assert "\x1b" not in plain_text(Reply("\x1b]0;owned\x07"))


def test_numbers_follow_the_cards_and_then_the_other_buttons() -> None:
    cards = tuple(
        Card(f"T{number}", number=number, actions=(Action(f"Open {number}", OpenEntry(f"e{number}")),))
        for number in (6, 7)
    )
    numbered = options(Reply("t", cards=cards, actions=(Action("More", MoreMatches("q", 10)),)))
    assert {number: action.command for number, action in numbered.items()} == {
        6: OpenEntry("e6"),
        7: OpenEntry("e7"),
        8: MoreMatches("q", 10),
    }


def test_a_number_presses_what_was_offered_and_is_words_otherwise() -> None:
    offered = {1: Action("Open", OpenEntry("e1"))}
    pressed = read_request("1", offered, language="en")
    assert pressed is not None
    assert pressed.command == OpenEntry("e1")
    typed = read_request("2", offered, language="en")
    assert typed is not None
    assert typed.command == Typed("mention", "2")
    assert read_request("  ", offered, language="en") is None


@given(ANY_FILED_ENTRY, st.integers(min_value=20, max_value=200))
def test_any_note_is_drawn_whole(filed: FiledEntry, width: int) -> None:
    card = note_card(filed, Words("ko"), noted={}, related=(filed,))
    drawn = plain_text(Reply("t", cards=(card,)), width)
    visible = "".join(drawn.split()).replace("│", "")
    for paragraph in filed.entry.commentary.ko or filed.entry.commentary.en:
        assert "".join(ink(paragraph).split()).replace("│", "") in visible
