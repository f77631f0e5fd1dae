"""The archive in a real browser: on a phone, in the dark, by keyboard alone, and with a silent console."""

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise

import pytest
from selenium.webdriver.common.keys import Keys

from tests.fakes.browser import Browser, running_browser, why_no_browser
from tests.fakes.web import SEEDS, Served, notes_of, serving

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=why_no_browser() or "")

# What tears a page apart: words without a place to break, long addresses, markup, odd bytes.
TEARING = f"""2026년 11월 20일
{"Unbreakable" * 30}: {"가나다라마바사" * 30}
(<script>document.title = "broken"</script>, {"Author" * 40})
{"x" * 400} https://example.org/{"path/" * 80}?q={"a" * 200} <img src=x onerror=alert(1)> $x_1 < y^2$
{"한글" * 300}
#{"tag-" * 30}end #<b>
"""
# How far apart ink and paper must be (WCAG 2.2: 4.5 for text at AA, 7 at AAA).
LEAST_CONTRAST = 4.5
LEAST_CONTRAST_OF_WORDS = 7.0
PAGES = ("/", "/dates", "/tags", "/tags/llm", "/search", "/search?q=llm", "/search?q=zxqvwj")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data, notes = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("notes")
    for seed in SEEDS.glob("*.txt"):
        shutil.copy(seed, notes)
    (notes / "tearing.txt").write_text(TEARING, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        raise_the_limit(patch)
        with serving(notes_of(data, notes).build) as served:
            yield served


def raise_the_limit(patch: pytest.MonkeyPatch) -> None:
    from bot.web import assembly
    from bot.web.limits import Rate

    patch.setattr(assembly, "READERS", Rate(10_000, 10_000))


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with running_browser("ko-KR,ko") as running:
        yield running


@pytest.fixture
def browser(started: Browser) -> Browser:
    started.look_like(width=1100)
    started.open("about:blank")
    started.console()
    return started


def notes(archive: Served, browser: Browser) -> list[str]:
    """Return the address of every note."""
    browser.open(f"{archive.url}/feeds/all.atom")
    feed = archive.get("/feeds/all.atom").text
    return sorted(set(re.findall(rf"{re.escape(archive.url)}/notes/\w+", feed)))


@pytest.mark.parametrize("width", [320, 600])
def test_nothing_is_wider_than_the_screen_and_nothing_of_a_note_runs(
    archive: Served, browser: Browser, width: int
) -> None:
    browser.look_like(width=width)
    addresses = notes(archive, browser)
    assert len(addresses) == 39
    for address in (*addresses, *(archive.url + path for path in PAGES)):
        browser.open(address)
        browser.ask("document.querySelectorAll('details').forEach(it => it.open = true)")
        assert browser.ask("document.documentElement.scrollWidth") <= width, address
        assert browser.ask("document.title") != "broken"
        assert browser.ask("document.querySelectorAll('main script, main img, main b').length") == 0
    assert browser.console() == []


def test_the_policy_would_stop_a_script(archive: Served, browser: Browser) -> None:
    browser.open(archive.url)
    browser.ask("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    browser.ask("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">')")
    browser.wait_until("document.querySelectorAll('body > p[style]').length == 1")
    assert any("Content Security Policy" in line for line in browser.console())
    assert browser.ask("document.title") != "1"


@pytest.mark.parametrize("dark", [False, True])
def test_ink_stands_out_from_paper_in_light_and_dark(archive: Served, browser: Browser, dark: bool) -> None:
    browser.look_like(width=1100, dark=dark)
    browser.open(megalodon(archive, browser))
    paper = colour(browser, "body", "backgroundColor")
    assert (luminance(paper) < 0.1) is dark
    for selector, least in (
        (".words p", LEAST_CONTRAST_OF_WORDS),
        ("h1", LEAST_CONTRAST_OF_WORDS),
        (".caption a", LEAST_CONTRAST),
        (".authors", LEAST_CONTRAST),
        (".words a", LEAST_CONTRAST),
        (".tags a", LEAST_CONTRAST),
        ("summary", LEAST_CONTRAST),
        (".aside", LEAST_CONTRAST),
        (".source p", LEAST_CONTRAST),
        (".search button", LEAST_CONTRAST),
    ):
        assert contrast(colour(browser, selector, "color"), paper) >= least, selector


def test_a_line_of_the_note_is_neither_long_nor_cramped(archive: Served, browser: Browser) -> None:
    browser.open(megalodon(archive, browser))
    size = browser.ask("parseFloat(getComputedStyle(document.querySelector('.words p')).fontSize)")
    width = browser.ask("document.querySelector('.words p').getBoundingClientRect().width")
    assert 16 <= size <= 20
    # A Hangul syllable is about as wide as its size, a Latin letter half of it: 35 to 40, or 70 to 80.
    assert 34 <= width / size <= 40


def test_by_keyboard_alone_a_note_is_searched_found_and_opened(archive: Served, browser: Browser) -> None:
    browser.open(archive.url)
    browser.tab_to("it.id == 'q'")
    browser.press("megalodn", Keys.ENTER)
    browser.wait_until("location.pathname == '/search' && document.readyState == 'complete'")
    assert browser.ask("document.querySelector('#q').value") == "megalodn"
    browser.tab_to("it.pathname?.startsWith('/notes/')")
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.ask("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    browser.press(Keys.ENTER)
    browser.wait_until("location.pathname.startsWith('/notes/') && document.readyState == 'complete'")
    assert browser.ask("document.querySelector('h1').textContent").startswith("Megalodon")
    browser.tab_to("it.tagName == 'SUMMARY'")
    browser.press(Keys.ENTER)
    browser.wait_until("document.activeElement.parentElement.open")
    assert "quadratic complexity" in browser.ask("document.activeElement.parentElement.innerText")


def test_the_first_tab_offers_to_skip_to_the_content(archive: Served, browser: Browser) -> None:
    browser.open(f"{archive.url}/tags/llm")
    browser.press(Keys.TAB)
    assert browser.ask("document.activeElement.className") == "skip"
    assert browser.ask("document.activeElement.getBoundingClientRect().top") >= 0
    browser.press(Keys.ENTER)
    browser.wait_until("document.activeElement.id == 'content'")
    browser.press(Keys.TAB)
    assert browser.ask("document.activeElement.closest('main') !== null")


def test_every_field_and_region_has_a_name_and_headings_go_down_step_by_step(archive: Served, browser: Browser) -> None:
    for path in (*PAGES, megalodon(archive, browser).removeprefix(archive.url)):
        browser.open(archive.url + path)
        assert browser.ask("[...document.querySelectorAll('input:not([type=hidden])')].every(it => it.labels.length)")
        assert browser.ask("[...document.querySelectorAll('nav')].every(it => it.ariaLabel)")
        assert browser.ask("[...document.querySelectorAll('a')].every(it => it.textContent.trim())"), path
        levels = browser.ask("[...document.querySelectorAll('h1,h2,h3')].map(it => Number(it.tagName[1]))")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_a_korean_reader_is_answered_in_korean_and_can_switch(archive: Served, browser: Browser) -> None:
    browser.open(archive.url)
    assert browser.ask("document.documentElement.lang") == "ko"
    browser.tab_to("it.hreflang == 'en'")
    browser.press(Keys.ENTER)
    browser.wait_until("document.documentElement.lang == 'en' && document.readyState == 'complete'")
    browser.tab_to("it.pathname == '/dates'")
    browser.press(Keys.ENTER)
    browser.wait_until("location.pathname == '/dates' && document.readyState == 'complete'")
    assert browser.ask("document.documentElement.lang") == "en", "a language that was chosen stays"


def megalodon(archive: Served, browser: Browser) -> str:
    browser.open(f"{archive.url}/search?q=megalodon")
    address: str = browser.ask("document.querySelector('main article a').href")
    return address


def colour(browser: Browser, selector: str, name: str) -> tuple[int, ...]:
    drawn = browser.ask(f"getComputedStyle(document.querySelector('{selector}')).{name}")
    return tuple(int(part) for part in re.findall(r"\d+", drawn)[:3])


def luminance(rgb: tuple[int, ...]) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
