"""Feeds are well-formed Atom for any entries: ids that stay, absolute addresses, dates in the installation's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates import day
from bot.model import Commentary, Entry, FiledEntry
from bot.web.archive.addresses import Addresses
from bot.web.archive.feeds import Dating, Feed, atom, open_search
from bot.web.archive.ink import ink
from bot.words import Words
from tests.unit.entries import ANY_FILED_ENTRY, MEGALODON, SABIA

ATOM = "{http://www.w3.org/2005/Atom}"
SEOUL = ZoneInfo("Asia/Seoul")
TO = Addresses("https://notes.example.org", "/p")
FEED = Feed("All", "all", "/p/feeds/all.atom", "/p/")


def read(
    filed: list[FiledEntry],
    to: Addresses = TO,
    language: str = "en",
    arrivals: Mapping[str, datetime] | None = None,
) -> ElementTree.Element:
    return ElementTree.fromstring(atom(FEED, filed, to, Words(language), Dating(SEOUL, arrivals or {})).body)


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


@given(st.lists(ANY_FILED_ENTRY, max_size=3))
@settings(max_examples=60)
def test_any_entries_make_a_feed_that_atom_allows(filed: list[FiledEntry]) -> None:
    root = read(filed)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert len(element.findall(f"{ATOM}id")) == len(element.findall(f"{ATOM}updated")) == 1
        assert len(element.findall(f"{ATOM}title")) == 1
        assert datetime.fromisoformat(text(element, "updated")).tzinfo is not None
        assert all(link.attrib["href"].startswith(("https://", "http://")) for link in element.findall(f"{ATOM}link"))
        assert all(link.attrib["href"].isascii() for link in element.findall(f"{ATOM}link"))
    titles = [ink(one.entry.title).replace("\r\n", "\n").replace("\r", "\n") for one in filed]
    assert [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")] == titles


def test_an_id_stays_when_the_archive_moves_and_differs_between_entries() -> None:
    here = [text(entry, "id") for entry in read([MEGALODON, SABIA]).iter(f"{ATOM}entry")]
    there = [text(entry, "id") for entry in read([MEGALODON, SABIA], Addresses("http://b")).iter(f"{ATOM}entry")]
    assert here == there == ["urn:uuid:01235c89-06ee-5d51-b670-473fb9048bd2", here[1]]
    assert len({*here, text(read([]), "id")}) == 3


def test_an_entry_is_dated_at_the_midnight_of_its_day_where_the_team_is() -> None:
    week = FiledEntry("eweek", "a.txt", day(date(2024, 5, 1)), Entry("T"))
    root = read([MEGALODON, week, SABIA])
    assert [text(entry, "updated") for entry in root.iter(f"{ATOM}entry")] == [
        "2024-04-17T00:00:00+09:00",
        "2024-05-01T00:00:00+09:00",
        "1970-01-01T00:00:00+00:00",
    ]
    assert text(root, "updated") == "2024-05-01T00:00:00+09:00"


def test_a_note_that_comes_after_its_day_is_news_from_when_it_came() -> None:
    week = FiledEntry("eweek", "a.txt", day(date(2024, 5, 1)), Entry("T"))
    came = datetime(2024, 4, 29, 1, 2, 3, 456, tzinfo=UTC)
    late, early = read([MEGALODON, week], arrivals={"emega": came, "eweek": came}).iter(f"{ATOM}entry")
    assert (text(late, "published"), text(late, "updated")) == (
        "2024-04-17T00:00:00+09:00",
        "2024-04-29T10:02:03+09:00",
    )
    assert text(early, "updated") == text(early, "published") == "2024-05-01T00:00:00+09:00"


def test_a_feed_leads_to_the_pages_it_is_about() -> None:
    root = read([MEGALODON], TO.in_language("ko"), "ko")
    assert [(link.attrib["rel"], link.attrib["href"]) for link in root.iter(f"{ATOM}link")] == [
        ("self", "https://notes.example.org/p/feeds/all.atom"),
        ("alternate", "https://notes.example.org/p/"),
        ("alternate", "https://notes.example.org/p/notes/emega?lang=ko"),
        ("related", "https://github.com/XuezheMax/megalodon"),
    ]
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "ko"
    assert [category.attrib["term"] for category in root.iter(f"{ATOM}category")] == ["state-space-model"]


def test_content_is_escaped_twice_as_atom_wants_html() -> None:
    entry = Entry("T", commentary=Commentary(ko=("<script>x</script> & 1 < 2\nline",)))
    root = read([FiledEntry("e1", "a.txt", MEGALODON.date, entry)], language="ko")
    content = root.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert content.endswith("<p>&lt;script&gt;x&lt;/script&gt; &amp; 1 &lt; 2<br>line</p>")


def test_browsers_are_told_how_to_search() -> None:
    root = ElementTree.fromstring(open_search(TO, Words("en")).body)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.attrib["template"] == "https://notes.example.org/p/search?q={searchTerms}"
