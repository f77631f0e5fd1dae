"""Every failure has a heading and a kind sentence in both languages; ours name the reference."""

import pytest

from bot.web.archive.addresses import Addresses
from bot.web.archive.assets import read_assets
from bot.web.archive.drawing import Templates, Visit
from bot.web.archive.failures import draw_failure, usual_sentence
from bot.words import Words
from tests.fakes.html import HtmlPage

STATUSES = (400, 403, 404, 405, 413, 421, 429, 500, 503)


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(read_assets())


@pytest.mark.parametrize("status", STATUSES)
def test_a_failure_is_a_page_that_leads_on(templates: Templates, status: int) -> None:
    page = draw_failure(templates, Visit(Words("en"), Addresses("http://localhost")), status, reference="7F3A")
    drawn = HtmlPage(page.body)
    assert page.status == status
    assert len(drawn.one("h1").text) > 5
    assert str(usual_sentence(status, "7F3A")) in drawn.one("main").text
    assert drawn.one("input", id="q").attributes["type"] == "search"


def test_only_what_is_ours_names_a_reference() -> None:
    assert [status for status in STATUSES if "7F3A" in str(usual_sentence(status, "7F3A"))] == [500]


def test_every_status_says_something_of_its_own() -> None:
    assert len({str(usual_sentence(status, "")) for status in STATUSES}) == len(STATUSES)
