"""How a digest is drawn: compact or full, in one language or both, what is late, corrected, or of earlier years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.dates import day
from bot.digest.cards import digest_reply
from bot.digest.compose import Chosen, Digest, LeftOut
from bot.digest.rules import read_rule
from bot.message import BlockRole, Card, Reply, Visibility
from bot.model import Channel, ChannelAddress, Commentary, DateKind, Entry, FiledEntry, NoteDate, Style
from bot.permalinks import Permalinks
from bot.richtext import Link, plain
from bot.sentences import sentence
from bot.words import Words

TODAY = date(2024, 4, 17)
ENGLISH = Words("en")
WHY = sentence("asked for")


def note(identifier: str, when: NoteDate | date = TODAY, *, ko: str = "", en: str = "") -> FiledEntry:
    written = Commentary(ko=(ko,) if ko else (), en=(en,) if en else ())
    dated = when if isinstance(when, NoteDate) else day(when)
    return FiledEntry(identifier, f"{identifier}.md", dated, Entry(identifier.title(), commentary=written))


def channel(rule: str = "all", **changes: object) -> Channel:
    made = Channel(1, ChannelAddress("console", "local", "main"), date(2024, 1, 1), language="en")
    made = replace(made, subscription=read_rule(rule).subscription)
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of a channel


def digest(chosen: Sequence[Chosen], **more: object) -> Digest:
    return Digest(TODAY, tuple(chosen), **{"left_out": (), **more})  # type: ignore[arg-type]  # the fields of a digest


def quotes(card: Card) -> list[str]:
    return [plain(block.spans) for block in card.blocks if block.role is BlockRole.QUOTE]


def draw(of: Digest, by: Channel | None = None, **more: object) -> Reply:
    return digest_reply(of, by or channel(), ENGLISH, **more)  # type: ignore[arg-type]  # keywords of digest_reply


def test_a_compact_digest_has_the_full_notes_in_its_thread() -> None:
    reply = draw(digest([Chosen(note("one", ko="첫째 문장. " * 60), WHY), Chosen(note("two"), WHY)]))
    assert reply.visibility is Visibility.PUBLIC
    assert [card.number for card in reply.cards] == [1, 2]
    (thread,) = reply.thread
    assert [card.number for card in thread.cards] == [1, 2]
    assert len(quotes(reply.cards[0])[0]) < len(quotes(thread.cards[0])[0])
    assert quotes(thread.cards[0])[0] == "첫째 문장. " * 60


def test_a_full_digest_holds_the_notes_themselves_and_needs_no_thread() -> None:
    reply = draw(digest([Chosen(note("one", ko="첫째 문장. " * 60), WHY)]), channel(style=Style.FULL))
    assert quotes(reply.cards[0]) == ["첫째 문장. " * 60]
    assert reply.thread == ()


def test_a_channel_of_both_languages_reads_the_other_one_below() -> None:
    both = Chosen(note("one", ko="우리말.", en="In English."), WHY)
    only = Chosen(note("two", ko="우리말뿐."), WHY)
    for style in Style:
        reply = draw(digest([both, only]), channel(language="both", style=style))
        assert [quotes(card) for card in reply.cards] == [["In English.", "우리말."], ["우리말뿐."]]


def test_late_and_corrected_entries_say_so_and_the_heading_counts_them_apart() -> None:
    yesterday = note("late", date(2024, 4, 16))
    reply = draw(digest([Chosen(note("one"), WHY), Chosen(yesterday, WHY, late=True)]), corrected=frozenset({"one"}))
    assert plain(reply.lead) == "📰 2024-04-17 (Wed) · 1 note · 1 late"
    assert "✏ corrected" in plain(reply.cards[0].caption)
    assert plain(reply.cards[1].caption).startswith("late, of 2024-04-16")
    only_late = draw(digest([Chosen(yesterday, WHY, late=True)], catch_up=True))
    assert plain(only_late.lead) == "📰 2024-04-17 (Wed) · 1 late · catch-up"


def test_a_week_is_named_in_the_heading_and_where_it_isnt_on_the_card() -> None:
    week = NoteDate(DateKind.WEEK, date(2024, 4, 11), TODAY)
    assert plain(draw(digest([Chosen(note("one", week), WHY)])).lead).startswith("📰 2024-04-11 – 2024-04-17 · ")
    mixed = draw(digest([Chosen(note("one", week), WHY), Chosen(note("two"), WHY)]))
    assert plain(mixed.lead).startswith("📰 2024-04-17 (Wed)")
    assert [plain(card.caption) for card in mixed.cards] == ["2024-04-11 – 2024-04-17", ""]


def test_a_rule_is_said_with_how_much_it_takes() -> None:
    left = (LeftOut(note("two"), WHY), LeftOut(note("three"), WHY))
    reply = draw(digest([Chosen(note("one"), WHY)], left_out=left), channel("#llm"))
    assert plain(reply.lead).endswith("1 of 3 notes match #llm")
    assert [action.label for action in reply.actions] == ["All 3 notes", "Settings"]


def test_a_quiet_day_says_why_and_may_bring_notes_of_earlier_years() -> None:
    assert draw(digest([])).text == "📰 No notes for 2024-04-17."
    none_matched = draw(digest([], left_out=(LeftOut(note("two"), WHY),)), channel("#llm"))
    assert none_matched.text == "📰 1 note on 2024-04-17; it doesn't match #llm here."
    years_ago = note("old", date(2021, 4, 17), ko="예전 노트.")
    reply = draw(digest([], earlier=(years_ago,)))
    assert plain(reply.lead) == "📰 On this day in earlier years"
    assert plain(reply.cards[0].caption) == "2021-04-17"
    assert quotes(reply.cards[0]) == ["예전 노트."]


def test_every_card_leads_to_its_page_where_there_is_an_archive() -> None:
    archive = Permalinks("https://notes.example.org")
    posted = digest([Chosen(note("one"), WHY)])
    quiet = digest([], earlier=(note("one", date(2021, 4, 17)),))
    for reply in (draw(posted, permalinks=archive), draw(quiet, permalinks=archive)):
        cards = [*reply.cards, *(card for part in reply.thread for card in part.cards)]
        assert cards
        for card in cards:
            assert card.caption[-1] == Link("Read the note", "https://notes.example.org/notes/one")
