"""The archive over real HTTP and the real seeds: what a browser, a feed reader and a stranger get."""

import shutil
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.html import HtmlPage
from tests.fakes.web import SEEDS, Answer, Notes, Served, notes_of, serving

ATOM = "{http://www.w3.org/2005/Atom}"
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Notes:
    return notes_of(tmp_path_factory.mktemp("archive"))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one client ask as often as the tests do."""
    from bot.web import assembly
    from bot.web.limits import Rate

    monkeypatch.setattr(assembly, "READERS", Rate(10_000, 10_000))


@pytest.fixture
def archive(seeds: Notes, patience: None) -> Iterator[Served]:
    with serving(seeds.build) as served:
        yield served


def page(answer: Answer) -> HtmlPage:
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return HtmlPage(answer.body)


def megalodon(archive: Served) -> str:
    """Return the permalink of the note on Megalodon."""
    return next(link for link in page(archive.get("/search?q=megalodon")).links if link.startswith("/notes/"))


def test_every_link_of_the_archive_leads_somewhere(archive: Served) -> None:
    seen, waiting = set[str](), ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith("/"):
            continue
        seen.add(address)
        answer = archive.get(address)
        assert answer.status == 200, address
        if answer.headers["Content-Type"].startswith("text/html"):
            drawn = page(answer)
            assert len(drawn.all("h1")) == 1
            waiting += drawn.links
            waiting += [one.attributes["href"] or "" for one in drawn.all("link") if "rel" in one.attributes]
    in_one_language = [address for address in seen if "lang=" not in address]
    assert len([address for address in in_one_language if address.startswith("/notes/")]) == 38
    assert len([address for address in in_one_language if address.startswith("/dates/")]) == 5 + 4
    assert len([address for address in in_one_language if address.startswith("/tags/")]) == 33


def test_the_page_of_a_note_has_all_of_it(archive: Served, seeds: Notes) -> None:
    answer = archive.get(megalodon(archive), Accept_Language="ko")
    drawn = page(answer)
    filed = seeds.core.library.find("megalodon", today=seeds.core.local_date()).matches[0].entry
    assert drawn.one("h1").text == filed.entry.title
    assert drawn.one("html").attributes["lang"] == "ko"
    for paragraph in filed.entry.commentary.ko:
        assert paragraph in drawn.one("section", class_="words").text
    assert set(filed.entry.authors) <= set(drawn.one("p", class_="authors").text.split(", "))
    assert " ".join((filed.entry.abstract or "-").split()) in drawn.one("main").text
    assert {"/dates/2024-04-17", "/tags/state-space-model", "https://arxiv.org/abs/2209.10655"} <= set(drawn.links)


def test_the_search_is_the_very_same(archive: Served, seeds: Notes) -> None:
    for query in ("llm", "상태 추적", "megalodn", "#llm from:2024-06", "author:ma"):
        found = seeds.core.library.find(query, limit=20, today=seeds.core.local_date())
        drawn = page(archive.get(f"/search?q={quote(query)}"))
        assert [one.text for one in drawn.all("h2")] == [match.entry.entry.title for match in found.matches], query


def test_a_search_without_an_answer_says_so_and_opens_nothing(archive: Served) -> None:
    drawn = page(archive.get("/search?q=" + quote("zxqv wjkp 뷁뷁")))
    assert "No note on “zxqv wjkp 뷁뷁”." in drawn.one("main").text
    assert archive.get("/search?q=" + quote("2024-13-01")).status == 400


def test_a_date_can_be_written_in_any_way(archive: Served) -> None:
    for written, address in (
        ("2024년 4월 17일", "/dates/2024-04-17"),
        ("240417", "/dates/2024-04-17"),
        ("2023년 4월 4주차", "/dates/2023-04-16..2023-04-22"),
    ):
        answer = archive.get("/dates/" + quote(written))
        assert (answer.status, answer.headers["Location"]) == (302, address)
    assert page(archive.get("/dates/2024-04-17")).all("p", class_="caption")[0].text == "7 notes"
    empty = archive.get("/dates/2024-04-18")
    assert empty.status == 404
    assert "No notes for 2024-04-18." in empty.text
    assert {"/dates/2024-04-17", "/dates/2024-06-19"} <= set(page(empty).links)


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/", "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("/", "en", "en"),
        ("/?lang=ko", "en", "ko"),
        ("/?lang=xx", "ko", "ko"),
        ("/", "de, *;q=0.5", "en"),
        ("/", ";;;q=q,,\t", "en"),
        ("/", "ko" * 2000, "en"),
    ],
)
def test_the_reader_is_answered_in_their_language(archive: Served, path: str, header: str, language: str) -> None:
    answer = archive.get(path, Accept_Language=header)
    assert page(answer).one("html").attributes["lang"] == answer.headers["Content-Language"] == language
    assert answer.headers["Vary"] == "Accept-Language"


def test_every_answer_carries_the_security_headers(archive: Served) -> None:
    for path in ("/", "/search?q=%3Cscript%3E", "/nope", "/static/nope", "/feeds/all.atom", "/metrics", "/healthz"):
        headers = archive.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "aiohttp" not in headers["Server"]


def test_what_a_browser_has_is_not_sent_again(archive: Served) -> None:
    for path in ("/", "/tags", megalodon(archive), "/feeds/all.atom", "/search?q=llm"):
        first = archive.get(path)
        again = archive.get(path, If_None_Match=first.headers["Etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["Etag"] == first.headers["Etag"]
        assert archive.get(path, If_None_Match='"other"').status == 200
        assert archive.get(path, If_None_Match="not an etag").status == 200
        assert "Set-Cookie" not in first.headers


def test_a_page_tells_since_when_it_is_as_it_is(archive: Served) -> None:
    first = archive.get("/tags")
    since = first.headers["Last-Modified"]
    assert parsedate_to_datetime(since) <= parsedate_to_datetime(first.headers["Date"])
    assert archive.get("/tags", If_Modified_Since=since).status == 304
    assert archive.get("/tags", If_Modified_Since="Sun, 06 Nov 1994 08:49:37 GMT").status == 200
    assert archive.get("/tags", If_Modified_Since="yesterday").status == 200
    assert archive.get("/tags", If_Modified_Since=since, If_None_Match='"other"').status == 200
    assert "Last-Modified" not in archive.get("/search?q=llm").headers


def test_a_changed_note_is_another_edition(tmp_path: Path, patience: None) -> None:
    notes, data = tmp_path / "notes", tmp_path / "data"
    data.mkdir()
    shutil.copytree(SEEDS, notes)
    ours = notes_of(data, notes)
    with serving(ours.build) as served:
        before = served.get("/dates")
        (notes / "new.txt").write_text("2026년 11월 20일\nBrand New Paper\n한국어 글.\n#llm\n", "utf-8")
        ours.core.refresh()
        after = served.get("/dates", If_None_Match=before.headers["Etag"])
        assert after.status == 200
        assert "/dates/2026-11-20" in after.text
        assert "Brand New Paper" in served.get("/").text


def test_head_is_get_without_the_body(archive: Served) -> None:
    for path in ("/", "/search?q=llm", "/feeds/all.atom", "/nope"):
        get, head = archive.get(path), archive.get(path, "HEAD")
        assert head.body == b""
        assert head.status == get.status
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert head.headers.get("Etag") == get.headers.get("Etag")


def test_the_stylesheet_may_be_kept_for_good(archive: Served) -> None:
    href = page(archive.get("/")).one("link", rel="stylesheet").attributes["href"] or ""
    answer = archive.get(href)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert archive.get(href, If_None_Match=answer.headers["Etag"]).status == 304
    assert archive.get("/").headers["Cache-Control"] == "private, no-cache"
    icon = archive.get("/favicon.ico")  # where browsers look beside a feed, which names none
    assert (icon.status, icon.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")


def test_feeds_hold_the_notes_of_all_and_of_a_tag(archive: Served) -> None:
    everything = ElementTree.fromstring(archive.get("/feeds/all.atom").body)
    tagged = ElementTree.fromstring(archive.get("/feeds/tags/llm.atom").body)
    assert len(everything.findall(f"{ATOM}entry")) == 38
    assert len(tagged.findall(f"{ATOM}entry")) == 12
    assert {one.findtext(f"{ATOM}id") for one in tagged.iter(f"{ATOM}entry")} < {
        one.findtext(f"{ATOM}id") for one in everything.iter(f"{ATOM}entry")
    }
    for link in tagged.iter(f"{ATOM}link"):
        if link.attrib["rel"] == "alternate":
            assert archive.get(link.attrib["href"].removeprefix(archive.url)).status == 200
    assert archive.get("/feeds/tags/nope.atom").status == 404


def test_a_public_address_is_what_is_written_and_its_path_is_served_too(seeds: Notes, patience: None) -> None:
    ours = Notes(seeds.core, {"public_url": "https://notes.example.org/paper"})
    with serving(ours.build) as served:
        for base in ("", "/paper"):
            drawn = page(served.get(f"{base}/tags/llm", Host="notes.example.org"))
            canonical = drawn.one("link", rel="canonical").attributes["href"]
            assert canonical == "https://notes.example.org/paper/tags/llm"
            assert all(link.startswith(("/paper/", "#", "https://")) for link in drawn.links)
        href = drawn.one("link", rel="stylesheet").attributes["href"] or ""
        assert served.get(href).status == served.get(href.removeprefix("/paper")).status == 200
        feed = served.get("/feeds/all.atom").text
        assert 'href="https://notes.example.org/paper/feeds/all.atom"' in feed


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../settings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/notes/../../etc/passwd",
        "/notes/%00",
        "/notes/%F0%28%8C%28",
        "/notes/\x00stamp",
        "/dates/" + "9" * 5000,
        "/dates/%C0%AE",
        "/tags/" + "%25" * 1000,
        "/tags/..",
        "/tags/no%2Fsuch",
        "/tags/llm?page=999999999999999999",
        "/feeds/tags/.atom",
        "//evil.example/",
    ],
)
def test_a_strange_path_is_a_kind_404(archive: Served, path: str) -> None:
    line = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    answer = archive.raw(line.encode())
    status = answer.split(b" ", 2)[1]
    assert status in (b"404", b"400") or (path.endswith("999999999999999999") and status == b"200")
    assert b"Traceback" not in answer
    assert b"root:" not in answer


def test_a_huge_query_is_answered_or_refused_and_never_breaks(archive: Served) -> None:
    assert archive.get("/search?q=" + "a" * 7000).status in (200, 400)
    assert archive.get("/search?q=" + "a" * 20_000).status == 400
    assert archive.get("/search?q=llm&page=abc").status == 200
    assert archive.get("/search?q=llm&page=-1").status == 200
    beyond, last = (page(archive.get(f"/search?q=llm&page={number}")) for number in (99, 2))
    assert [one.text for one in beyond.all("h2")] == [one.text for one in last.all("h2")] != []
    assert archive.get("/search", "POST", b"q=llm").status == 405


@given(st.text(max_size=60))
@QUICK
def test_any_query_is_answered_and_is_ink(archive: Served, query: str) -> None:
    answer = archive.get("/search?q=" + quote(query, errors="replace"))
    assert answer.status in (200, 400)
    drawn = page(answer)
    assert not drawn.all("script")
    assert len(drawn.all("h1")) == 1


@given(st.binary(max_size=40))
@QUICK
def test_any_bytes_in_a_path_are_answered(archive: Served, path: bytes) -> None:
    for folder in ("notes", "tags", "dates", "static"):
        assert archive.get(f"/{folder}/{quote(path)}").status in (200, 302, 404)


def test_a_database_that_is_away_takes_only_what_needs_it_down(tmp_path: Path, patience: None) -> None:
    ours = notes_of(tmp_path)
    ours.core.open_library()
    with serving(ours.build) as served:
        note = megalodon(served)
        ours.core.engine.dispose()
        for file in tmp_path.glob("paperboy.db*"):
            file.write_bytes(b"no database " * 1000)
        assert served.get(note).status == 200
        assert served.get("/search?q=llm").status == 200
        down = served.get("/dates", Accept="text/html")
        assert down.status == 503
        assert "Traceback" not in down.text
        assert page(down).one("h1").text == "Just a moment"
