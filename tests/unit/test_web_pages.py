"""Any entry can be drawn as a page and in a list: whole, escaped, with links that stay where they should."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.model import Commentary, Entry, FiledEntry
from bot.web.archive.addresses import Addresses
from bot.web.archive.assets import read_assets
from bot.web.archive.drawing import Page, Templates, Visit
from bot.web.archive.ink import ink
from bot.web.archive.views import Drawing
from bot.words import Words
from tests.fakes.html import HtmlPage
from tests.unit.entries import ANY_FILED_ENTRY, MEGALODON, SABIA

TEMPLATES = Templates(read_assets())
TO = Addresses("https://notes.example.org", "/p")
KOREAN, ENGLISH = Visit(Words("ko"), TO), Visit(Words("en"), TO)
# What a page of ours is made of: nothing that runs, embeds or styles.
TAGS = frozenset(
    {"html", "head", "meta", "title", "link", "body", "a", "header", "p", "nav", "ul", "ol", "li", "form", "label"}
    | {"input", "button", "main", "article", "h1", "h2", "h3", "span", "details", "summary", "section", "div", "footer"}
)
MARKUP = FiledEntry(
    "emarkup",
    "<b>.txt",
    MEGALODON.date,
    Entry(
        title="<script>alert(1)</script> \" onmouseover='x' & </title>",
        authors=("<img src=x onerror=alert(1)>",),
        commentary=Commentary(ko=('{{ 7*7 }} <style>*{}</style> https://a.org/"onclick=x\n$x<y$ \x00\u202e',)),
        links=("javascript:alert(1)", 'https://a.org/"><script>x</script>'),
        tags=('"><script>', "a/b", ".."),
    ),
)


def draw_note(filed: FiledEntry, visit: Visit = ENGLISH, *others: FiledEntry) -> HtmlPage:
    view = Drawing(visit.words, visit.to).note(filed, noted={}, same_paper=others, related=others)
    return HtmlPage(TEMPLATES.draw("note.html", visit, lambda to: to.note(filed.id), note=view).body)


def draw_list(filed: FiledEntry, visit: Visit = ENGLISH) -> Page:
    notes = Drawing(visit.words, visit.to).summaries([filed])
    return TEMPLATES.draw(
        "list.html",
        visit,
        Addresses.tags,
        heading=filed.entry.title,
        counted="1",
        notes=notes,
        feed=None,
        newer=None,
        older=None,
    )


def drawn(text: str) -> str:
    return " ".join(ink(text).split())


@given(ANY_FILED_ENTRY, st.sampled_from([KOREAN, ENGLISH]))
@settings(max_examples=60)
def test_any_entry_becomes_a_well_formed_page_that_holds_all_of_it(filed: FiledEntry, visit: Visit) -> None:
    page = draw_note(filed, visit, MEGALODON)
    assert {one.tag for one in page.elements} <= TAGS
    assert not [name for one in page.elements for name in one.attributes if name.startswith("on") or name == "style"]
    everything = page.one("main").text
    entry = filed.entry
    for text in (entry.title, *entry.authors, *entry.commentary.ko, *entry.commentary.en, *entry.tags):
        assert drawn(text) in everything
    assert "".join(drawn(entry.abstract or "").split()) in "".join(everything.split())
    assert all(link.startswith(("https://", "http://", "/p/", "#")) for link in page.links)
    assert all(drawn(link) in {drawn(one) for one in page.links} or drawn(link) in everything for link in entry.links)


@given(ANY_FILED_ENTRY)
@settings(max_examples=40)
def test_any_entry_can_stand_in_a_list(filed: FiledEntry) -> None:
    page = HtmlPage(draw_list(filed).body)
    assert {one.tag for one in page.elements} <= TAGS
    assert page.all("h2")[0].text == drawn(filed.entry.title)


def test_markup_in_a_note_is_ink() -> None:
    page = draw_note(MARKUP)
    assert {one.tag for one in page.elements} <= TAGS
    assert page.one("h1").text == MARKUP.entry.title
    assert "{{ 7*7 }}" in page.one("section", class_="words").text
    assert "$x<y$ ␀" in page.one("section", class_="words").text
    assert "https://javascript:alert(1)" in page.links
    assert TO.tag('"><script>') in page.links
    assert [one.text for one in page.all("span") if one.text == "#.."], "a tag without an address is shown, not linked"
    assert HtmlPage(draw_list(MARKUP).body).one("h1").text == MARKUP.entry.title


def test_the_writers_words_come_first_in_the_readers_language_and_the_rest_folds() -> None:
    english, korean = draw_note(SABIA), draw_note(SABIA, KOREAN)
    assert english.one("section", class_="words").text == "Portuguese, of all things. Interesting!"
    assert korean.one("section", class_="words").text == "어쩌다 포르투갈어."
    assert english.one("details").text.endswith("어쩌다 포르투갈어.")
    assert "The quadratic complexity" in draw_note(MEGALODON).one("details").text
    assert "The quadratic complexity" not in draw_note(MEGALODON).one("section", class_="words").text


def test_what_a_note_leads_to_stays_in_the_archive() -> None:
    view = Drawing(ENGLISH.words, TO).note(
        MEGALODON, noted={"2209.10655": SABIA}, same_paper=(MEGALODON, SABIA), related=(SABIA,)
    )
    page = HtmlPage(TEMPLATES.draw("note.html", ENGLISH, lambda to: to.note("emega"), note=view).body)
    assert page.links.count("/p/notes/esabia") == 3  # mentioned, also noted, related
    assert page.links.count("/p/notes/emega") == 0
    assert page.links.count("https://arxiv.org/abs/2209.10655") == 1
    assert {"/p/dates/2024-04-17", "/p/tags/state-space-model"} <= set(page.links)


@pytest.mark.parametrize(
    ("words", "ids", "paper"),
    [
        ("글.", (), "https://github.com/a/b"),
        ("글 (https://github.com/a/b).", (), None),
        ("글 (https://github.com/a/b).", ("2404.08801",), "https://arxiv.org/abs/2404.08801"),
    ],
)
def test_an_address_the_writer_only_mentions_is_not_taken_for_the_paper(
    words: str, ids: tuple[str, ...], paper: str | None
) -> None:
    entry = Entry("T", commentary=Commentary(ko=(words,)), links=("https://github.com/a/b",), arxiv_ids=ids)
    page = draw_note(FiledEntry("e1", "a.txt", MEGALODON.date, entry))
    assert [one.attributes["href"] for one in page.all("a", rel="noopener noreferrer external")][:1] == [
        paper or "https://github.com/a/b"
    ]
    assert bool(page.all("p", class_="paper")) is (paper is not None)
    assert page.links.count("https://github.com/a/b") == 1


def test_a_note_leads_on_to_the_next_of_its_date() -> None:
    titles = (("eone", "One"), ("emega", "Megalodon"), ("ethree", "Three"))
    for same_date, links in ((titles, ["eone", "ethree"]), (titles[:2], ["eone"]), (titles[2:], [])):
        view = Drawing(ENGLISH.words, TO).note(MEGALODON, noted={}, same_paper=(), related=(), same_date=same_date)
        page = HtmlPage(TEMPLATES.draw("note.html", ENGLISH, lambda to: to.note("emega"), note=view).body)
        turns = [one.attributes["href"] for one in page.all("a") if one.attributes.get("rel") in ("prev", "next")]
        assert turns == [f"/p/notes/{link}" for link in links]


def test_only_a_long_list_of_authors_folds() -> None:
    few = FiledEntry("e1", "a.txt", MEGALODON.date, Entry("T", authors=tuple(f"Author {n}" for n in range(15))))
    many = FiledEntry("e1", "a.txt", MEGALODON.date, Entry("T", authors=tuple(f"Author {n}" for n in range(40))))
    assert not draw_note(few).all("details", class_="authors")
    assert draw_note(many).one("details", class_="authors").text.startswith("28 more authorsAuthor 12, Author 13")


@pytest.mark.parametrize(("text", "language"), [("Mamba", None), ("맘바", "ko"), ("2024", None)])
def test_words_in_another_language_are_marked_for_screen_readers(text: str, language: str | None) -> None:
    page = draw_note(FiledEntry("e1", "a.txt", MEGALODON.date, Entry(text)))
    assert page.one("h1").attributes.get("lang") == language


def test_a_page_says_where_it_is_and_where_it_is_in_the_other_language() -> None:
    page = draw_note(MEGALODON, Visit(Words("ko"), TO.in_language("ko")))
    assert page.one("html").attributes["lang"] == "ko"
    assert page.one("link", rel="canonical").attributes["href"] == "https://notes.example.org/p/notes/emega"
    assert page.one("a", hreflang="en").attributes["href"] == "/p/notes/emega?lang=en"
    assert page.one("input", type="hidden").attributes["value"] == "ko"
    assert "/p/tags/state-space-model?lang=ko" in page.links


def test_related_and_commentary_agree_with_the_card() -> None:
    card = cards.note_card(MEGALODON, KOREAN.words, noted={})
    page = draw_note(MEGALODON, KOREAN)
    for paragraph in cards.commentary(MEGALODON.entry, "ko"):
        assert paragraph in page.one("section", class_="words").text
    assert card.title == page.one("h1").text
