"""Notes of one paper: every way their title, authors, addresses, text and tags are written."""

from datetime import date

import pytest

from bot.model import DateKind, Entry
from bot.notes.parse import parse_note

URL = "https://arxiv.org/abs/2305.00001"
TEXT = "한국어로 적은 문단."


def read(text: str, path: str = "2023/230502 Short Name.md") -> Entry:
    (entry,) = parse_note(path, text).note.entries
    return entry


def test_usual_note() -> None:
    parsed = parse_note(
        "2023/230502 Short Name.md",
        f"{URL}\n\nShort Name: All of It (Ada B. Example, Bo Sample)\n\n첫 문단.\n\n"
        "둘째 문단. (https://arxiv.org/abs/2207.06881)\n\n#llm #state_space \n",
    )
    assert parsed.problems == ()
    assert parsed.note.date.start == parsed.note.date.end == date(2023, 5, 2)
    (entry,) = parsed.note.entries
    assert entry.title == "Short Name: All of It"
    assert entry.aliases == ("Short Name",)
    assert entry.authors == ("Ada B. Example", "Bo Sample")
    assert entry.abstract is None
    assert entry.commentary.ko == ("첫 문단.", "둘째 문단. (https://arxiv.org/abs/2207.06881)")
    assert entry.commentary.en == ()
    assert entry.links == (URL, "https://arxiv.org/abs/2207.06881")
    assert entry.arxiv_ids == ("2305.00001",)
    assert entry.mentioned_arxiv_ids == ("2207.06881",)
    assert entry.tags == ("llm", "state_space")
    assert entry.lines == (1, 9)


@pytest.mark.parametrize(
    ("top", "title", "authors"),
    [
        ("What Is It? (Ada Example)", "What Is It?", ("Ada Example",)),
        ("Wrapped Over\n  Two Lines (Ada Example, Bo Sample)", "Wrapped Over Two Lines", ("Ada Example", "Bo Sample")),
        (
            "Many Hands (Ada Example, Bo Sample,\nChae Won Kim)",
            "Many Hands",
            ("Ada Example", "Bo Sample", "Chae Won Kim"),
        ),
        ("Costs of $O(n^2)$ (Ada Example)", "Costs of $O(n^2)$", ("Ada Example",)),
        ("Models (Mostly) Know (Ada Example)", "Models (Mostly) Know", ("Ada Example",)),
        ("Models Know (Mostly)", "Models Know (Mostly)", ()),
        ("Nested (Ada (A.) Example, Bo Sample)", "Nested", ("Ada (A.) Example", "Bo Sample")),
        (
            "With Affiliations (Ada Example (1), Bo Sample (2) ((1) Here, (2) There))",
            "With Affiliations",
            ("Ada Example (1)", "Bo Sample (2) ((1) Here, (2) There)"),
        ),
        ("*In Italics* (Ada Example)", "In Italics", ("Ada Example",)),
        ("**In Bold**", "In Bold", ()),
        ("_Underlined_ (OpenAI)", "Underlined", ("OpenAI",)),
        ("*한국어 제목* (홍길동, 김철수)", "한국어 제목", ("홍길동", "김철수")),
        ("# A Heading (Ada Example)", "A Heading", ("Ada Example",)),
        ("Underlined with Signs\n=====", "Underlined with Signs", ()),
        ("No Authors Here", "No Authors Here", ()),
        ("Title Above\n(Ada Example, Bo Sample)", "Title Above", ("Ada Example", "Bo Sample")),
        (
            "Cut Off (Ada Example, Bo Sample, Cy Reader, Di Writer, Ed Tester, Fay Ma",
            "Cut Off",
            ("Ada Example", "Bo Sample", "Cy Reader", "Di Writer", "Ed Tester", "Fay Ma"),
        ),
    ],
)
def test_titles_and_authors(top: str, title: str, authors: tuple[str, ...]) -> None:
    entry = read(f"{URL}\n\n{top}\n\n{TEXT}\n\n#llm\n")
    assert (entry.title, entry.authors) == (title, authors)
    assert entry.commentary.ko == (TEXT,)


@pytest.mark.parametrize(
    "text",
    [
        f"{URL}\n\n#llm",
        f"{URL}\n\n{TEXT} (괄호로 끝나는 말)\n\n#llm",
        f"{URL}\n\n(괄호 안의 {TEXT})\n\n#llm",
        f"{URL}\n\n{TEXT} ({URL})\n\n#llm",
        f"{URL}\n\n## 둘째 단계의 제목\n\n{TEXT}\n\n#llm",
        f"{URL}\n\nAn English sentence is no title, whatever follows it.\n\n#llm",
        f"{URL} 주소 뒤에 바로 적은 글.\n\n#llm",
        f"FirstName {URL}\nSecondName https://arxiv.org/abs/2305.00002\n\n#llm",
        "#llm",
    ],
)
def test_without_a_title_line_the_file_name_is_the_title(text: str) -> None:
    entry = read(text)
    assert (entry.title, entry.aliases, entry.authors, entry.tags) == ("Short Name", (), (), ("llm",))


@pytest.mark.parametrize(
    ("top", "ids", "links"),
    [
        (URL, ("2305.00001",), (URL,)),
        ("arxiv.org/abs/2305.00001", ("2305.00001",), (URL,)),
        ("\u200bhttps://arxiv.org/pdf/2305.00001v2.pdf", ("2305.00001",), ("https://arxiv.org/pdf/2305.00001v2.pdf",)),
        (f"{URL} https://a.example/b", ("2305.00001",), (URL, "https://a.example/b")),
        (f"https://a.example/b\n{URL}", ("2305.00001",), ("https://a.example/b", URL)),
        (f"[the paper]({URL})", ("2305.00001",), (URL,)),
        (f"<{URL}>", ("2305.00001",), (URL,)),
        ("https://arxiv.org/abs/cs/0112017v1", ("cs/0112017",), ("https://arxiv.org/abs/cs/0112017v1",)),
        ("https://huggingface.co/papers/2305.00001", ("2305.00001",), ("https://huggingface.co/papers/2305.00001",)),
        ("https://openreview.net/forum?id=Abc", (), ("https://openreview.net/forum?id=Abc",)),
    ],
)
def test_addresses_on_top_hold_the_own_ids(top: str, ids: tuple[str, ...], links: tuple[str, ...]) -> None:
    entry = read(f"{top}\n\nTitle (Ada Example)\n\n{TEXT} https://arxiv.org/abs/1911.01622\n")
    assert entry.arxiv_ids == ids
    assert entry.mentioned_arxiv_ids == ("1911.01622",)
    assert entry.links == (*links, "https://arxiv.org/abs/1911.01622")


def test_title_with_its_address_in_brackets() -> None:
    entry = read(f"Short Name: In Full ({URL})\n{TEXT}\n\n#llm")
    assert (entry.title, entry.aliases, entry.arxiv_ids) == ("Short Name: In Full", ("Short Name",), ("2305.00001",))
    assert entry.commentary.ko == (TEXT,)


def test_label_of_the_only_link_is_another_name() -> None:
    entry = read(f"[A Blog Post about It]({URL})")
    assert (entry.title, entry.aliases, entry.links) == ("Short Name", ("A Blog Post about It",), (URL,))


def test_title_before_a_rename_is_another_name() -> None:
    entry = read(f"{URL}\n\nNew Name (Ada Example, Bo Sample)\n\nOld Name (Ada Example, Cy Reader)\n\n{TEXT}\n")
    assert entry.title == "New Name"
    assert entry.aliases == ("Short Name", "Old Name")
    assert entry.authors == ("Ada Example", "Bo Sample", "Cy Reader")
    assert entry.commentary.ko == (TEXT,)


def test_tags_glued_to_the_last_paragraph() -> None:
    entry = read(f"{URL}\n\nTitle (Ada Example)\n\n첫 문단. C # 이야기 #1\n\n{TEXT} #llm #1stage\n")
    assert entry.tags == ("llm", "1stage")
    assert entry.commentary.ko == ("첫 문단. C # 이야기 #1", TEXT)


def test_tags_in_the_middle_do_not_end_the_text() -> None:
    entry = read(f"{URL}\n\n{TEXT}\n\n#asr\n\n덧붙이는 글.\n\n#ASR #speech-model")
    assert entry.commentary.ko == (TEXT, "덧붙이는 글.")
    assert entry.tags == ("asr", "speech-model")


@pytest.mark.parametrize("artefact", ["| 2305.00001", "| Short Name: In Full - 2305.00001"])
def test_artefact_line_is_the_own_id_and_no_text(artefact: str) -> None:
    entry = read(f"{URL}\n\nTitle (Ada Example)\n\n{artefact}\n\n{TEXT}\n\n#llm")
    assert entry.commentary.ko == (TEXT,)
    assert (entry.arxiv_ids, entry.mentioned_arxiv_ids) == (("2305.00001",), ())


def test_english_is_a_translation_only_if_it_follows_paragraph_for_paragraph() -> None:
    same = read(f"{URL}\n\n{TEXT}\n\nA paragraph in English.\n")
    assert (same.commentary.ko, same.commentary.en) == ((TEXT,), ("A paragraph in English.",))
    quoted = read(f"{URL}\n\n{TEXT}\n\nA quoted prompt.\n\n{TEXT}\n")
    assert (quoted.commentary.ko, quoted.commentary.en) == ((TEXT, "A quoted prompt.", TEXT), ())
    figures = read(f"{URL}\n\n{TEXT}\n\nvit-base 57.8\nvit-large 60.1\n")
    assert figures.commentary.en == ()
    address = read(f"{URL}\n\n{TEXT}\n\nhttps://a.example/\n")
    assert address.commentary.en == ()


def test_code_is_neither_tags_nor_heading() -> None:
    entry = read(f"{URL}\n\n{TEXT}\n\n```\n#include\n# Links\n```\n\n#code\n")
    assert entry.tags == ("code",)
    assert "#include" in entry.commentary.ko[-1]


@pytest.mark.parametrize(
    ("path", "kind", "start", "end"),
    [
        ("230502 A.md", DateKind.DAY, date(2023, 5, 2), date(2023, 5, 2)),
        ("2023-05-02 A.md", DateKind.DAY, date(2023, 5, 2), date(2023, 5, 2)),
        ("20230502_A.txt", DateKind.DAY, date(2023, 5, 2), date(2023, 5, 2)),
        ("2024년 4월 17일.md", DateKind.DAY, date(2024, 4, 17), date(2024, 4, 17)),
        ("2024년 2월 30일.md", DateKind.NONE, None, None),
        ("2016/09.md", DateKind.MONTH, date(2016, 9, 1), date(2016, 9, 30)),
        ("2016-09 A.md", DateKind.MONTH, date(2016, 9, 1), date(2016, 9, 30)),
        ("ideas/09.md", DateKind.NONE, None, None),
        ("231302 A.md", DateKind.NONE, None, None),
        ("A.md", DateKind.NONE, None, None),
    ],
)
def test_the_file_name_carries_the_date(path: str, kind: DateKind, start: date | None, end: date | None) -> None:
    parsed = parse_note(path, f"{URL}\n\nTitle (Ada Example)\n")
    assert (parsed.note.date.kind, parsed.note.date.start, parsed.note.date.end) == (kind, start, end)
    assert [problem.notice for problem in parsed.problems] == [True] * (start is None)


def test_a_heading_carries_the_date_where_the_name_has_none() -> None:
    parsed = parse_note("llm-data.md", f"# 230222 데이터 정리\n\n{TEXT}\n")
    assert parsed.note.date.start == date(2023, 2, 22)
    (entry,) = parsed.note.entries
    assert (entry.title, entry.aliases) == ("데이터 정리", ("llm-data",))
    dated = parse_note("230301 llm-data.md", f"# 230222 데이터 정리\n\n{TEXT}\n")
    assert dated.note.date.start == date(2023, 3, 1)


def test_nothing_but_addresses_and_a_date_is_named_after_the_first_address() -> None:
    entry = read("https://www.youtube.com/watch?v=a\nhttps://github.com/owner/Project\n", "2023/230306.md")
    assert (entry.title, entry.aliases) == ("youtube.com", ("Project",))


def test_decomposed_file_name_is_the_same_name() -> None:
    entry = read(f"{URL}\n\n{TEXT}", "230211 \u1109\u1162\u11bc\u1100\u1161\u11a8.md")
    assert entry.title == "생각"


def test_malformed_id_is_a_notice_and_no_id() -> None:
    parsed = parse_note("230502 A.md", f"{URL}\n\n{TEXT} (https://arxiv.org/abs/2006.162360)\n")
    (entry,) = parsed.note.entries
    assert (entry.arxiv_ids, entry.mentioned_arxiv_ids) == (("2305.00001",), ())
    ((line, notice, values),) = [(p.line, p.notice, p.reason.values) for p in parsed.problems]
    assert (line, notice, values) == (3, True, {"id": "2006.162360"})


def test_front_matter_alone_is_a_note() -> None:
    entry = read("---\ntitle: Only a Title\ntags: llm\n---")
    assert (entry.title, entry.aliases, entry.tags, entry.lines) == ("Only a Title", ("Short Name",), ("llm",), (4, 4))


@pytest.mark.parametrize("text", ["", "\n\n  \n", "\ufeff", "\u200b\n"])
def test_blank_text_is_a_problem(text: str) -> None:
    parsed = parse_note("230502 A.md", text)
    assert parsed.note.entries == ()
    assert [problem.notice for problem in parsed.problems] == [False]
