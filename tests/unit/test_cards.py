"""Cards lead with the note-writer's own words, and lose nothing."""

from dataclasses import replace

import pytest
from hypothesis import given

from bot import cards
from bot.commands import OpenEntry, ShareEntry, ShowAbstract
from bot.message import BlockRole, Card, WebLink
from bot.model import Commentary, Entry, FiledEntry
from bot.permalinks import Permalinks
from bot.richtext import Link, Text, plain
from bot.words import Words
from tests.unit.entries import ANY_FILED_ENTRY, MEGALODON, SABIA

ARCHIVE = Permalinks("https://notes.example.org/papers")
KOREAN, ENGLISH = Words("ko"), Words("en")


def quoted(card: Card) -> list[str]:
    return [plain(block.spans) for block in card.blocks if block.role is BlockRole.QUOTE]


def captions(card: Card) -> list[str]:
    return [plain(block.spans) for block in card.blocks if block.role is BlockRole.CAPTION]


def test_the_writers_words_come_first_and_whole() -> None:
    card = cards.note_card(MEGALODON, ENGLISH, noted={})
    assert card.blocks[0].role is BlockRole.QUOTE
    assert quoted(card) == list(MEGALODON.entry.commentary.ko)


def test_the_readers_language_is_chosen_where_there_are_two() -> None:
    assert quoted(cards.note_card(SABIA, ENGLISH, noted={})) == ["Portuguese, of all things. Interesting!"]
    assert quoted(cards.note_card(SABIA, KOREAN, noted={})) == ["어쩌다 포르투갈어."]


def test_the_title_leads_to_the_paper_and_never_to_another_one() -> None:
    assert cards.paper_url(SABIA.entry) == "https://arxiv.org/abs/2304.07880"
    assert cards.paper_url(MEGALODON.entry) == "https://github.com/XuezheMax/megalodon"
    assert (
        cards.paper_url(Entry("T", links=("https://arxiv.org/abs/2209.10655",), mentioned_arxiv_ids=("2209.10655",)))
        is None
    )
    assert cards.paper_url(Entry("T", links=("example.org/a",))) == "https://example.org/a"


def test_a_mention_with_a_note_of_its_own_says_its_title() -> None:
    without = cards.note_card(MEGALODON, ENGLISH, noted={})
    assert any("Mentions: arXiv 2209.10655" in line for line in captions(without))
    with_note = cards.note_card(MEGALODON, ENGLISH, noted={"2209.10655": SABIA})
    assert any(f"{SABIA.entry.title} (2209.10655)" in line for line in captions(with_note))


def test_caption_names_date_first_authors_and_tags() -> None:
    caption = plain(cards.note_card(MEGALODON, ENGLISH, noted={}).caption)
    assert caption == "2024-04-17 · Xuezhe Ma, Xiaomeng Yang, Wenhan Xiong +1 · #state-space-model"
    assert plain(cards.note_card(SABIA, ENGLISH, noted={}).caption).startswith("no date · ")


def test_also_noted_leaves_the_entry_itself_out() -> None:
    card = cards.note_card(SABIA, ENGLISH, noted={}, same_paper=(SABIA, MEGALODON))
    assert "Also noted on 2024-04-17" in captions(card)


def test_actions_offer_the_abstract_only_where_there_is_one() -> None:
    commands = [action.command for action in cards.note_actions(MEGALODON, ENGLISH, linked=(SABIA,))]
    assert commands == [ShowAbstract("emega"), ShareEntry("emega"), OpenEntry("esabia")]
    assert [action.command for action in cards.note_actions(SABIA, ENGLISH, linked=())] == [ShareEntry("esabia")]


@pytest.mark.parametrize(
    ("paragraph", "opening"),
    [
        ("One. Two.", "One. Two."),
        ("A" * 200 + ". Two.", "A" * 200 + "."),
        ("첫 문장입니다. " + "길" * 200 + ". 셋째.", "첫 문장입니다."),
        ("no end", "no end"),
    ],
)
def test_a_digest_quotes_whole_sentences(paragraph: str, opening: str) -> None:
    assert cards.first_sentences(Entry("T", commentary=Commentary(ko=(paragraph,))), "ko") == opening


def test_a_title_leads_to_the_archive_where_there_is_no_paper() -> None:
    bare = replace(SABIA, entry=Entry("Notes of a seminar"))
    assert cards.list_card(bare, 1, ENGLISH).url is None
    for card in (
        cards.list_card(bare, 1, ENGLISH, ARCHIVE),
        cards.compact_card(bare, 1, ENGLISH, ARCHIVE),
        cards.abstract_card(bare, ENGLISH, ARCHIVE),
        cards.note_card(bare, ENGLISH, noted={}, permalinks=ARCHIVE),
    ):
        assert card.url == "https://notes.example.org/papers/notes/esabia"
    assert cards.list_card(SABIA, 1, ENGLISH, ARCHIVE).url == "https://arxiv.org/abs/2304.07880"


def test_read_the_note_leads_to_the_archive_where_people_reach_one() -> None:
    page = WebLink("Read the note", "https://notes.example.org/papers/notes/emega")
    assert cards.note_links(MEGALODON, ENGLISH, ARCHIVE) == (page,)
    assert cards.preview_card(MEGALODON, "https://a.b", ENGLISH, ARCHIVE).links == (page,)
    assert cards.abstract_card(MEGALODON, ENGLISH, ARCHIVE).links == (page,)
    for card in (cards.list_card(MEGALODON, 1, ENGLISH, ARCHIVE), cards.compact_card(MEGALODON, 1, ENGLISH, ARCHIVE)):
        assert card.caption[-2:] == (Text(" · "), Link(page.label, page.url))
    assert cards.note_links(MEGALODON, ENGLISH, Permalinks()) == ()
    assert not any(isinstance(span, Link) for span in cards.list_card(MEGALODON, 1, ENGLISH).caption)


def test_what_reads_the_note_here_and_what_leads_away_are_named_apart() -> None:
    labels = {
        card.actions[0].label: card.links
        for card in (
            cards.preview_card(MEGALODON, "https://a.b", ENGLISH),
            cards.preview_card(MEGALODON, "https://a.b", ENGLISH, ARCHIVE),
        )
    }
    assert labels["Read the note"] == ()
    assert [link.label for link in labels["Show it here"]] == ["Read the note"]


def test_other_notes_named_on_a_card_are_links_to_their_pages() -> None:
    card = cards.note_card(
        MEGALODON,
        ENGLISH,
        noted={"2209.10655": SABIA},
        same_paper=(MEGALODON, SABIA),
        related=(SABIA,),
        permalinks=ARCHIVE,
    )
    page = "https://notes.example.org/papers/notes/esabia"
    links = [span for block in card.blocks for span in block.spans if isinstance(span, Link)]
    assert [link.text for link in links if link.url == page] == [SABIA.entry.title, "no date", SABIA.entry.title]
    assert Link("2209.10655", "https://arxiv.org/abs/2209.10655") in links
    assert captions(card)[0].startswith(f"Mentions: {SABIA.entry.title} ({page}) (2209.10655 (")


@given(ANY_FILED_ENTRY)
def test_any_note_can_be_drawn_with_every_paragraph(filed: FiledEntry) -> None:
    for words in (KOREAN, ENGLISH):
        card = cards.note_card(filed, words, noted={}, same_paper=(filed,), related=(filed,))
        assert quoted(card) == list(cards.commentary(filed.entry, words.language))
        for block in card.blocks:
            assert all(span.url.startswith("http") for span in block.spans if isinstance(span, Link))
        assert len(cards.shortened(filed.entry.title)) <= 60
