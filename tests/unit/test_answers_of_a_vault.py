"""What is answered over a vault unlike the seeds: a note a day for months, each with its tag, one without a date."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.commands import Command, FindLinked, Lookup, MoreMatches, ShowDigest, Tags
from bot.core import Core
from bot.dates import day
from bot.lookup import LIST_LENGTH
from bot.message import Outcome, Person, Reply, Request
from bot.model import ChannelAddress
from bot.service import Service
from bot.settings import load_settings
from bot.suggestions import LibrarySuggestions
from tests.fakes.web import Notes, serving

FIRST = date(2024, 2, 1)
NOTES = 70
LAST = FIRST + timedelta(days=NOTES - 1)
MOST_TAGS_IN_A_LIST = 40


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    place = tmp_path_factory.mktemp("vault")
    notes = place / "notes"
    notes.mkdir()
    for number in range(NOTES):
        when = FIRST + timedelta(days=number)
        write(notes / f"{when:%y%m%d} Paper {number}.md", number, f"#topic{number} " + "#first" * (number == 0))
    write(notes / "Undated.md", 99, "#undated")
    core = Core(load_settings(notes=notes, data=place))
    core.open_library()
    yield core
    core.engine.dispose()


def write(file: Path, number: int, tags: str) -> None:
    file.write_text(
        f"https://arxiv.org/abs/2401.{number:05}\n\n*Paper {number}* (Ada Example)\n\n읽을 만한 글.\n\n{tags}\n"
    )


@pytest.fixture(scope="module")
def service(core: Core) -> Service:
    return core.service()


def ask(service: Service, command: Command) -> Reply:
    address = ChannelAddress("console", "local", "nobody-subscribed-this")
    return service.handle(Request(address, Person("U1", "jin", True), command, "en", "REF"))


def test_a_long_list_of_tags_says_how_many_more_there_are(service: Service) -> None:
    reply = ask(service, Tags())
    assert reply.text.count("#") == MOST_TAGS_IN_A_LIST
    assert f"… and {NOTES + 2 - MOST_TAGS_IN_A_LIST} more" in reply.text
    assert ask(service, Tags("topic6")).text.split(" · ")[0] == "#topic6 1"


def test_a_tag_that_no_note_has_is_said_to_be_spelt_like_none(service: Service) -> None:
    reply = ask(service, Tags("quokka"))
    assert (reply.outcome, "No tag is spelt like “quokka”." in reply.text) == (Outcome.NOTHING_FOUND, True)


def test_a_date_that_has_no_match_leads_to_the_last_one_that_has_and_looks_back_two_months_at_most(
    service: Service,
) -> None:
    near = ask(service, ShowDigest(day(LAST), tags=(f"#topic{NOTES - 50}",)))
    assert f"Last match: {LAST - timedelta(days=49)}." in near.text
    far = ask(service, ShowDigest(day(LAST), tags=("#first",)))
    assert (far.outcome, "Last match" in far.text) == (Outcome.NOTHING_FOUND, False)
    never = ask(service, ShowDigest(day(FIRST), tags=("#quokka",)))
    assert [action.label for action in never.actions] == ["Show all"]


def test_before_the_first_note_there_is_no_latest(service: Service) -> None:
    assert ask(service, ShowDigest(day(date(2020, 1, 1)))).text == "No notes for 2020-01-01, and none before it."


def test_the_papers_that_a_message_links_are_found_one_or_several(service: Service) -> None:
    assert ask(service, FindLinked("no link here")).outcome is Outcome.MISUSED
    none = ask(service, FindLinked("https://arxiv.org/abs/1706.03762"))
    assert none.text == "No note on the paper linked in that message."
    one = ask(service, FindLinked("see https://arxiv.org/pdf/2401.00003v2.pdf"))
    assert one.text.startswith("Paper 3 · ")
    two = ask(service, FindLinked("https://arxiv.org/abs/2401.00003 https://arxiv.org/abs/2401.00004"))
    assert [card.title for card in two.cards] == ["Paper 3", "Paper 4"]


def test_after_the_last_match_there_is_nothing_more_to_show(service: Service) -> None:
    query = "#undated"
    assert len(ask(service, Lookup(query)).cards) == 1
    assert ask(service, MoreMatches(query, LIST_LENGTH)).text == "That was the last match for “#undated”."


def test_tags_are_read_once_for_all_letters_that_somebody_types(core: Core) -> None:
    suggestions = LibrarySuggestions(core.library, core.local_date)
    assert [count.tag for count in suggestions.tags("TOPIC69")] == ["topic69"]
    assert [count.tag for count in suggestions.tags("undat")] == ["undated"]


def test_the_archive_shows_what_has_no_date_and_steps_over_it_between_dates(core: Core) -> None:
    with serving(Notes(core).build) as archive:
        assert "Without a date" in archive.get("/dates", Accept_Language="en").text
        undated = archive.get("/dates/undated", Accept_Language="en")
        assert (undated.status, "Paper 99" in undated.text, "Paper 3<" in undated.text) == (200, True, False)
        first = archive.get(f"/dates/{FIRST}", Accept_Language="en").text
        assert f"/dates/{FIRST + timedelta(days=1)}" in first
        in_the_wrong_layout = archive.get("/search?q=dlfrdmf+aksgks+rmf", Accept_Language="en").text
        assert "Read as “읽을 만한 글”." in in_the_wrong_layout
        link = undated.text.split('href="/notes/')[1].split('"')[0]
        assert "Paper 99" in archive.get(f"/notes/{link}").text
