"""Digest documents: the rules that part, name and date entries, and what happens to damaged ones."""

from datetime import date

import pytest

from bot.model import DateKind, Entry
from bot.notes.parse import ParsedNote, parse_note

ARXIV = "https://arxiv.org/abs/2304.00001"


def parse(text: str, path: str = "a.txt") -> ParsedNote:
    return parse_note(path, text)


def day(*lines: str) -> tuple[Entry, ...]:
    return parse("\n".join(("2024년 4월 17일", *lines))).note.entries


def week(*lines: str) -> tuple[Entry, ...]:
    return parse("\n".join(("2023년 4월 4주차", *lines))).note.entries


@pytest.mark.parametrize(
    ("header", "kind", "start", "end"),
    [
        ("2024년 4월 17일", DateKind.DAY, date(2024, 4, 17), date(2024, 4, 17)),
        ("\ufeff2024년  4월 17일 ", DateKind.DAY, date(2024, 4, 17), date(2024, 4, 17)),
        ("# 2024-04-17", DateKind.DAY, date(2024, 4, 17), date(2024, 4, 17)),
        ("2023년 4월 4주차", DateKind.WEEK, date(2023, 4, 16), date(2023, 4, 22)),
        ("2023년 1월 1주차", DateKind.WEEK, date(2023, 1, 1), date(2023, 1, 7)),
        ("2023년 4월", DateKind.MONTH, date(2023, 4, 1), date(2023, 4, 30)),
    ],
)
def test_the_header_dates_all_entries(header: str, kind: DateKind, start: date, end: date) -> None:
    parsed = parse(f"{header}\n제목\n본문\n#a\n")
    assert (parsed.note.date.kind, parsed.note.date.start, parsed.note.date.end) == (kind, start, end)
    assert [entry.title for entry in parsed.note.entries] == ["제목"]
    assert parsed.problems == ()


@pytest.mark.parametrize("header", ["2024년 2월 30일", "2023년 4월 7주차", "2023년 13월 1일", "2024-02-30"])
def test_a_date_in_no_calendar_is_a_problem_and_the_entries_load_undated(header: str) -> None:
    parsed = parse(f"{header}\nTitle\n본문\n#a")
    assert [entry.title for entry in parsed.note.entries] == ["Title"]
    assert parsed.note.date.kind is DateKind.NONE
    ((path, line, notice, values),) = [(p.path, p.line, p.notice, p.reason.values) for p in parsed.problems]
    assert (path, line, notice, values) == ("a.txt", 1, False, {"date": header})


def test_a_header_alone_is_a_problem() -> None:
    parsed = parse("2024년 4월 17일\n\n")
    assert parsed.note.entries == ()
    assert [problem.notice for problem in parsed.problems] == [False]


def test_the_line_behind_tags_is_a_title_whatever_it_looks_like() -> None:
    entries = day("Is It?", "본문", "#a", "한국어로 된 제목!", "본문", "#b", "word", "본문", "#c")
    assert [entry.title for entry in entries] == ["Is It?", "한국어로 된 제목!", "word"]


def test_authors_stand_right_below_the_title_only() -> None:
    korean, later, none = day(
        "First",
        "(전체가 괄호에 든 한국어 문단)",
        "#a",
        "Second",
        "본문",
        "(Ada Example)",
        "#b",
        "Third",
        "(https://a.example/)",
        "본문",
        "#c",
    )
    assert korean.authors == later.authors == none.authors == ()
    assert korean.commentary.ko == ("(전체가 괄호에 든 한국어 문단)",)


def test_one_word_in_brackets_below_a_title_is_an_author() -> None:
    (entry,) = day("GPT-4 Technical Report", "(OpenAI)", "An abstract.", "본문", "#a")
    assert (entry.authors, entry.abstract) == (("OpenAI",), "An abstract.")


def test_without_authors_there_is_no_abstract() -> None:
    (entry,) = day("Title", "An English line.", "본문", "#a")
    assert entry.abstract is None
    assert entry.commentary.ko == ("An English line.", "본문")


def test_a_title_and_names_open_an_entry_although_no_tags_closed_the_one_above() -> None:
    first, second = day("First", "(Ada Example)", "An abstract.", "본문", "Second", "(Bo Sample, Cy Reader)", "본문")
    assert (first.title, first.lines) == ("First", (2, 5))
    assert (second.title, second.authors, second.lines) == ("Second", ("Bo Sample", "Cy Reader"), (6, 8))


def test_stray_tag_lines_belong_to_the_entry_above_or_else_below() -> None:
    first, second = day("#top", "First", "본문", "#a", "#b", "Second", "본문", "#c")
    assert (first.tags, first.lines) == (("top", "a", "b"), (2, 6))
    assert (second.tags, second.lines) == (("c",), (7, 9))
    (only,) = day("#a #b")
    assert (only.title, only.tags, only.lines) == ("#a", ("a", "b"), (2, 2))


def test_equal_tags_are_kept_once() -> None:
    (entry,) = day("Title", "본문", "#contrastive_learning #Contrastive-Learning #clip")
    assert entry.tags == ("contrastive_learning", "clip")


def test_blank_lines_are_no_entries() -> None:
    first, second = day("", "First", "", "본문", "", "#a", "", "Second", "본문")
    assert (first.lines, second.lines) == ((3, 7), (9, 10))


def test_addresses_open_the_entries_of_a_week() -> None:
    untitled, titled = week("https://github.com/owner/Project", "한국어 본문.", ARXIV, "Title (Ada Example)", "본문.")
    assert (untitled.title, untitled.lines) == ("Project", (2, 3))
    assert (titled.title, titled.authors, titled.arxiv_ids) == ("Title", ("Ada Example",), ("2304.00001",))


def test_arxiv_address_right_above_a_title_parts_from_the_run_before_it() -> None:
    links, paper = week("https://x.com/one/status/1", "https://x.com/two/status/2", ARXIV, "Title (Ada Example)")
    assert (links.title, links.aliases, len(links.links), links.commentary.ko) == ("@one", ("@two",), 2, ())
    assert (paper.title, paper.links) == ("Title", (ARXIV,))


def test_a_run_of_addresses_above_text_is_one_entry() -> None:
    (entry,) = week("https://one.example/", "https://two.example/a https://three.example/b", "한국어 본문.")
    assert (entry.title, len(entry.links)) == ("one.example", 3)
    (named,) = week("https://one.example/", "https://github.com/a/b", "Title (Ada Example)", "본문.")
    assert (named.title, len(named.links)) == ("Title", 2)


@pytest.mark.parametrize(
    "text",
    ["한국어 문단이 괄호로 끝난다. (정말로)", f"한국어 문단이 주소로 끝난다. ({ARXIV})", "(괄호 속의 문단)", "1. 목록"],
)
def test_korean_lines_are_no_titles_in_a_week(text: str) -> None:
    (entry,) = week("https://one.example/", text)
    assert (entry.title, entry.commentary.ko) == ("one.example", (text,))


def test_own_ids_are_apart_from_mentions() -> None:
    (of_day,) = day("Title", f"본문 ({ARXIV})", "#a")
    assert (of_day.arxiv_ids, of_day.mentioned_arxiv_ids) == ((), ("2304.00001",))
    (of_week,) = week(ARXIV, "Title (Ada Example)", f"본문 ({ARXIV}, https://arxiv.org/abs/2207.06881v3)")
    assert (of_week.arxiv_ids, of_week.mentioned_arxiv_ids) == (("2304.00001",), ("2207.06881",))
