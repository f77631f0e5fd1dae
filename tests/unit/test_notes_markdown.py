"""What a vault adds to a note: front matter, quoted abstracts, `<english>` blocks, and their odd spellings."""

from datetime import date

import pytest

from bot.model import DateKind, Entry
from bot.notes.parse import ParsedNote, parse_note

TOP = "https://arxiv.org/abs/2305.00001\n\n*Title* (Ada Example)\n\n"


def parse(text: str, path: str = "230502 A.md") -> ParsedNote:
    return parse_note(path, text)


def read(text: str) -> Entry:
    (entry,) = parse(text).note.entries
    return entry


def notices(text: str) -> list[tuple[int | None, str]]:
    problems = parse(text).problems
    assert all(problem.notice for problem in problems)
    return [(problem.line, str(problem.reason)) for problem in problems]


@pytest.mark.parametrize(
    "block",
    [
        "<english>\nOne.\n\nTwo.\n</english>",
        "<english>One.\n\nTwo.</english>",
        "<English>\nOne.\n\nTwo.\n</ENGLISH>",
        "< english >\nOne.\n\nTwo.\n< /english >",
        "<english>\nOne.\n</english>\n\n<english>\nTwo.\n</english>",
        "<english>\nOne.\n\nTwo.\n<english>",
    ],
)
def test_english_block(block: str) -> None:
    text = f"{TOP}한국어.\n\n{block}\n\n뒤의 한국어.\n\n#a"
    entry = read(text)
    assert entry.commentary.en == ("One.", "Two.")
    assert entry.commentary.ko == ("한국어.", "뒤의 한국어.")
    assert notices(text) == []


@pytest.mark.parametrize("word", ["englsih", "englishs", "enlish", "Engish"])
def test_misspelt_english_block(word: str) -> None:
    text = f"{TOP}한국어.\n\n<{word}>\nOne.\n</english>\n"
    assert read(text).commentary.en == ("One.",)
    assert notices(text) == [(7, f"`<{word}>` is read as `<english>`. Correct its spelling.")]


@pytest.mark.parametrize("other", ["<details>", "<engine>", "<summary>", "a < b > c", "<e>", "<"])
def test_other_marks_are_text(other: str) -> None:
    entry = read(f"{TOP}한국어.\n\n{other}\n\n다시 한국어.\n")
    assert entry.commentary.ko == ("한국어.", other, "다시 한국어.")


@pytest.mark.parametrize("end", ["#a", "# Links\n\n[[B]]", "뒤의 한국어."])
def test_unclosed_english_block_ends_before_anything_else(end: str) -> None:
    text = f"{TOP}한국어.\n\n<english>\nOne.\n\nTwo.\n\n{end}\n"
    assert read(text).commentary.en == ("One.", "Two.")
    assert [line for line, _ in notices(text)] == [7]
    assert "never closed" in notices(text)[0][1]


def test_english_block_that_is_closed_without_being_opened() -> None:
    text = f"{TOP}한국어.\n\nOne.\n</english>\n\n#a"
    assert read(text).commentary.ko == ("한국어.",)
    assert read(text).commentary.en == ("One.",)
    assert [(line, "closes nothing" in said) for line, said in notices(text)] == [(8, True)]


@pytest.mark.parametrize(
    ("quotation", "abstract"),
    [
        ("> One.\n> Two.", "One.\nTwo."),
        (">One.\n>\n>Two.", "One.\n\nTwo."),
        ("> One.\n\n> Two.", "One.\n\nTwo."),
        ("> One.\nTwo.", "One.\nTwo."),
        ("> [!abstract]- Abstract\n> One.", "Abstract\nOne."),
        (">", None),
    ],
)
def test_quoted_abstract(quotation: str, abstract: str | None) -> None:
    entry = read(f"{TOP}{quotation}\n\n한국어.\n")
    assert (entry.abstract, entry.commentary.ko) == (abstract, ("한국어.",))


def test_korean_right_below_a_quotation_is_commentary() -> None:
    entry = read(f"{TOP}> One.\n한국어.\n")
    assert (entry.abstract, entry.commentary.ko) == ("One.", ("한국어.",))


def test_quotations_elsewhere_are_commentary() -> None:
    korean = read(f"{TOP}> 한국어 인용.\n\n한국어.\n")
    assert (korean.abstract, korean.commentary.ko) == (None, ("> 한국어 인용.", "한국어."))
    later = read(f"{TOP}한국어.\n\n> A quotation.\n\n한국어.\n")
    assert (later.abstract, later.commentary.ko) == (None, ("한국어.", "> A quotation.", "한국어."))


@pytest.mark.parametrize(
    ("matter", "title", "aliases", "tags"),
    [
        ("title: A: B", "A: B", ("T", "A"), ()),
        ("title: 'It''s one'", "It's one", ("T", "A"), ()),
        ("title: >-\n  Folded\n  Title", "Folded Title", ("T", "A"), ()),
        ("# a remark\n\nTitle: B", "B", ("T", "A"), ()),
        ("title:", "T", ("A",), ()),
        ("tags: llm", "T", ("A",), ("llm",)),
        ("tags: [llm]", "T", ("A",), ("llm",)),
        ("tags: '#llm #data'", "T", ("A",), ("llm", "data")),
        ("tags:\n- llm\n- reward model", "T", ("A",), ("llm", "reward-model")),
        ("tag: llm\ntags: []", "T", ("A",), ("llm",)),
        ("aliases: [B, 'C, D']", "T", ("A", "B", "C, D"), ()),
        ("alias: t", "T", ("A",), ()),
        ("cssclass: wide\nlong:\n  nested: yes", "T", ("A",), ()),
    ],
)
def test_front_matter(matter: str, title: str, aliases: tuple[str, ...], tags: tuple[str, ...]) -> None:
    text = f"---\n{matter}\n---\n*T* (Ada Example)\n\n한국어.\n"
    entry = read(text)
    assert (entry.title, entry.aliases, entry.tags) == (title, aliases, tags)
    assert notices(text) == []


@pytest.mark.parametrize("written", ["2024-04-17", "2024.4.17", "'2024-04-17'", "2024-04-17T08:00:00Z", "240417"])
def test_front_matter_date_comes_first(written: str) -> None:
    assert parse(f"---\ndate: {written}\n---\n한국어.").note.date.start == date(2024, 4, 17)


@pytest.mark.parametrize("written", ["2024-02-30", "soon", "2024-04-17 or so, I think"])
def test_front_matter_date_in_no_calendar_is_a_notice(written: str) -> None:
    text = f"---\ndate: {written}\n---\n한국어."
    assert parse(text).note.date.start == date(2023, 5, 2)
    assert notices(text) == [(2, f"“{written}” is not a date. Write it as YYYY-MM-DD.")]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    text = "---\n한국어 문단.\n"
    assert read(text).commentary.ko == ("한국어 문단.",)
    assert notices(text) == []


def test_front_matter_tags_are_those_of_all_entries() -> None:
    parsed = parse("---\ntags: [digest]\n---\n2024년 4월 17일\nFirst\n본문\n#a\nSecond\n본문")
    assert parsed.note.date.kind is DateKind.DAY
    assert [entry.tags for entry in parsed.note.entries] == [("digest", "a"), ("digest",)]
