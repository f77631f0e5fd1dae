"""What the bot answers to commands, over the real seeds: lists and their pages, links, dates, tags, mistakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import Command, FindLinked, Lookup, MoreMatches, OpenEntry, Preview, ShareEntry, ShowAbstract, Typed
from bot.core import Core
from bot.lookup import LIST_LENGTH, MATCHES_AT_MOST
from bot.message import Outcome, Person, Reply, Request, Visibility
from bot.model import ChannelAddress
from bot.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"
HERE = ChannelAddress("console", "local", "main")
SABIA, MEGALODON = "https://arxiv.org/abs/2304.07880", "https://arxiv.org/abs/2404.08801"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    opened = Core(Settings.model_validate({"notes": SEEDS, "data": tmp_path_factory.mktemp("service")}))
    opened.open_library()
    yield opened
    opened.engine.dispose()


def ask(core: Core, command: Command, *, language: str = "en", public: bool = False, manages: bool = True) -> Reply:
    person = Person("U1", "kim", may_manage=manages)
    return core.service().handle(Request(HERE, person, command, language, "7F3A", public))


def typed(core: Core, text: str, *, manages: bool = True) -> Reply:
    return ask(core, Typed("digest", text), manages=manages)


def test_a_list_is_paged_to_its_end(core: Core) -> None:
    first = ask(core, Lookup("#llm"))
    numbers, seen = [card.number for card in first.cards], [card.title for card in first.cards]
    reply = first
    while reply.actions:
        (more,) = [action.command for action in reply.actions]
        assert isinstance(more, MoreMatches)
        reply = ask(core, more)
        numbers += [card.number for card in reply.cards]
        seen += [card.title for card in reply.cards]
    assert numbers == list(range(1, len(seen) + 1))
    assert len(set(seen)) == len(seen) == 12
    assert len(first.cards) == LIST_LENGTH
    assert ask(core, MoreMatches("#llm", MATCHES_AT_MOST)).text == "That was the last match for “#llm”."


def test_what_a_message_links_is_found(core: Core) -> None:
    alone = ask(core, FindLinked(f"have you seen <{SABIA}v1|this>?"))
    assert [card.title for card in alone.cards] == ["Sabiá: Portuguese Large Language Models"]
    assert "Show it here" not in str(alone)
    none = ask(core, FindLinked("look: https://example.org/nothing"))
    assert (none.text, none.outcome) == ("No note on the paper linked in that message.", Outcome.NOTHING_FOUND)
    without = ask(core, FindLinked("no link at all"))
    assert without.outcome is Outcome.MISUSED
    assert "There is no link in that message." in without.text


def test_several_linked_papers_are_a_list(core: Core) -> None:
    others = [filed for filed in core.store.all_entries() if filed.entry.arxiv_ids][:3]
    text = " ".join(f"https://arxiv.org/abs/{filed.entry.arxiv_ids[0]}" for filed in others)
    reply = ask(core, FindLinked(text))
    assert sorted(card.title for card in reply.cards) == sorted(filed.entry.title for filed in others)
    assert [action.label for card in reply.cards for action in card.actions] == ["Open 1", "Open 2", "Open 3"]


def test_a_preview_answers_the_links_that_have_a_note_and_only_them(core: Core) -> None:
    reply = ask(core, Preview((SABIA, "https://arxiv.org/abs/1234.56789")))
    assert [card.url for card in reply.cards] == [SABIA]
    assert reply.visibility is Visibility.PUBLIC
    assert ask(core, Preview(("https://example.org",))).outcome is Outcome.NOTHING_FOUND


def test_a_note_is_opened_shared_and_its_abstract_shown(core: Core) -> None:
    (filed,) = [one for one in core.store.all_entries() if one.entry.title.startswith("Megalodon")]
    opened = ask(core, OpenEntry(filed.id))
    assert opened.visibility is Visibility.PRIVATE
    shared = ask(core, ShareEntry(filed.id))
    assert shared.visibility is Visibility.PUBLIC
    assert shared.text.startswith("Shared by @kim")
    abstract = ask(core, ShowAbstract(filed.id))
    assert "quadratic complexity" in str(abstract.cards[0].blocks)
    for command in (OpenEntry("egone"), ShareEntry("egone"), ShowAbstract("egone")):
        missing = ask(core, command)
        assert missing.outcome is Outcome.MISUSED
        assert missing.text.startswith("That note is no longer there.")


def test_an_answer_is_as_public_as_its_question(core: Core) -> None:
    assert ask(core, Lookup("megalodon")).visibility is Visibility.PRIVATE
    assert ask(core, Lookup("megalodon"), public=True).visibility is Visibility.PUBLIC
    assert ask(core, Lookup("megalodon", public=True)).visibility is Visibility.PUBLIC


def test_a_date_without_notes_leads_to_the_last_one_that_has_some(core: Core) -> None:
    reply = typed(core, "2024-04-18")
    assert reply.outcome is Outcome.NOTHING_FOUND
    assert reply.text == "No notes for 2024-04-18. Latest: 2024-04-17."
    assert ask(core, reply.actions[0].command).text.startswith("📰 2024-04-17 (Wed) · 7 notes")
    assert typed(core, "2001-01-01").text == "No notes for 2001-01-01, and none before it."


def test_a_date_whose_notes_do_not_match_offers_the_last_that_do_and_all_of_it(core: Core) -> None:
    reply = typed(core, "2024-04-17 #multilingual")
    assert reply.text.startswith("7 notes on 2024-04-17; none matches #multilingual.")
    assert "Last match: 2023-" in reply.text
    assert [action.label for action in reply.actions] == ["Show", "Show all"]
    assert len(ask(core, reply.actions[1].command).cards) == 7
    never = typed(core, "2024-04-17 #no-such-tag")
    assert [action.label for action in never.actions] == ["Show all"]


def test_a_month_holds_its_weeks_and_days(core: Core) -> None:
    reply = typed(core, "2024-04")
    assert reply.text.startswith("📰 2024-04 · 7 notes")
    assert len(typed(core, "2023-04").cards) == 14


def test_tags_are_listed_and_an_unknown_spelling_is_said(core: Core) -> None:
    assert typed(core, "tags").text.startswith("#llm 12 · ")
    assert typed(core, "tags vision").text == "#vision-language 2 · #vision 1"
    unknown = typed(core, "tags zzz")
    assert unknown.text == "No tag is spelt like “zzz”. `/digest tags` shows them all."


def test_a_mistake_is_asked_about_and_the_guess_is_one_press_away(core: Core) -> None:
    reply = typed(core, "subscrbe #llm")
    assert reply.outcome is Outcome.MISUSED
    assert [action.label for action in reply.actions] == ["Yes"]
    assert reply.actions[0].command == Typed("digest", "subscribe #llm")


def test_who_may_not_manage_changes_nothing(core: Core) -> None:
    refused = typed(core, "subscribe #llm", manages=False)
    assert refused.outcome is Outcome.MISUSED
    assert "needs" in refused.text
    assert core.digest_store.channel(HERE) is None
