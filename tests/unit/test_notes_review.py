"""Reviews: one file about many papers, and the files that only look like one."""

from datetime import date

import pytest

from bot.model import Entry
from bot.notes.parse import parse_note

PATH = "reviews/200708 Thoughts on recent papers.md"
ONE, TWO = "https://arxiv.org/abs/2007.00001", "https://arxiv.org/abs/2007.00002"
HEADING = "# 200708 최근 논문들에 대한 생각"


def read(text: str, path: str = PATH) -> tuple[Entry, ...]:
    return parse_note(path, text).note.entries


def test_heading_introduction_papers_and_closing_tags() -> None:
    parsed = parse_note(
        PATH,
        f"{HEADING}\n\n이번 주 분량.\n\n{ONE}\n\nFirst: A Paper (Ada Example, Bo Sample)\n\n첫 논문.\n\n"
        f"{TWO}\nSecond Paper (Cy Reader)\n둘째 논문. (https://arxiv.org/abs/1911.01622)\n\n#review",
    )
    assert parsed.problems == ()
    assert parsed.note.date.start == date(2020, 7, 8)
    intro, first, second = parsed.note.entries
    assert (intro.title, intro.aliases) == ("최근 논문들에 대한 생각", ("Thoughts on recent papers",))
    assert (intro.commentary.ko, intro.tags, intro.lines) == (("이번 주 분량.",), ("review",), (1, 3))
    assert (first.title, first.authors) == ("First: A Paper", ("Ada Example", "Bo Sample"))
    assert (first.commentary.ko, first.tags, first.lines) == (("첫 논문.",), ("review",), (5, 9))
    assert (second.title, second.arxiv_ids, second.mentioned_arxiv_ids) == (
        "Second Paper",
        ("2007.00002",),
        ("1911.01622",),
    )
    assert (second.tags, second.lines) == (("review",), (11, 15))


def test_titles_above_their_addresses() -> None:
    entries = read(
        f"{HEADING}\n\nFirst Paper\n\n{ONE}\n\n첫 논문.\n\nSecond: A Paper (Ada Example)\n\n{TWO} 둘째 논문.\n\n#review"
    )
    assert [(entry.title, entry.arxiv_ids, entry.commentary.ko) for entry in entries] == [
        ("First Paper", ("2007.00001",), ("첫 논문.",)),
        ("Second: A Paper", ("2007.00002",), (f"{TWO} 둘째 논문.",)),
    ]


def test_addresses_in_brackets_behind_titles_and_numbers_before() -> None:
    entries = read(f"{HEADING}\n\nFirst Paper ({ONE})\n\n첫 논문.\n\n2. Second Paper {TWO}\n\n둘째 논문.")
    assert [(entry.title, entry.arxiv_ids) for entry in entries] == [
        ("First Paper", ("2007.00001",)),
        ("Second Paper", ("2007.00002",)),
    ]


def test_a_paper_without_title_is_named_after_its_address() -> None:
    entries = read(
        f"{HEADING}\n\n1. {ONE}\n\n제목 없는 논문.\n\n{TWO}\n\nSecond (Ada Example)\n\n둘째.\n\n"
        "https://openreview.net/forum?id=a\n\nThird Paper\n\n셋째."
    )
    assert [entry.title for entry in entries] == ["arXiv:2007.00001", "Second", "Third Paper"]


def test_tags_of_single_papers_stay_with_them() -> None:
    entries = read(f"{HEADING}\n\n{ONE}\n\nFirst (Ada Example)\n\n#a\n\n{TWO}\n\nSecond (Bo Sample)\n\n#b")
    assert [entry.tags for entry in entries] == [("a",), ("b",)]


def test_two_complete_papers_make_a_review_without_a_heading() -> None:
    entries = read(
        f"이번 주 분량.\n{ONE}\nFirst (Ada Example)\n첫 논문.\n{TWO}\nSecond (Bo Sample)\n둘째 논문.\n#review"
    )
    assert [entry.title for entry in entries] == ["Thoughts on recent papers", "First", "Second"]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n\nOne Paper (Ada Example)\n\n본문.\n\n{TWO}\n\n본문 속의 주소.",
        f"{ONE}\n\nNew Name (Ada Example)\n\nOld Name (Ada Example)\n\n본문.",
        f"{HEADING}\n\n{ONE}\n\n제목 없는 논문 하나.",
        f"{HEADING}\n\n## GPT-3\n\n[{ONE}]({ONE})\n\n설명.\n\n## PaLM\n\n[{TWO}]({TWO})\n\n설명.",
        f"본문.\n\nSome Paper ({ONE})\n\n본문.\n\nAnother Paper ({TWO})\n\n본문.",
    ],
)
def test_one_paper_is_no_review(text: str) -> None:
    assert len(read(text)) == 1
