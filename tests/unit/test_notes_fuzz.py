"""Whatever stands in a file: no crash, and no word of a note is lost."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.errors import NoteError
from bot.model import Entry
from bot.notes.decode import decode_note
from bot.notes.lines import Line, split_lines
from bot.notes.parse import parse_note
from bot.notes.problems import Problem

SEEDS = {path.name: path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "seeds").glob("*.txt")}
# Pieces that mean something to one layout or another: texts made of them reach further than random characters.
PIECES = [
    "https://arxiv.org/abs/2305.00001",
    "arxiv.org/abs/2305.00002v2",
    "https://github.com/owner/Project",
    "[label](https://a.example/b)",
    "A Title: of Sorts",
    "Another Title (Ada Example, Bo (Robert) Sample)",
    "Wrapped Title of\n  Two Lines (Ada Example)",
    "*Title in Italics* (Ada Example)",
    "(Ada Example, Bo Sample)",
    "Title in Front (https://arxiv.org/abs/2305.00003)",
    "한국어로 적은 문단. (괄호로 끝난다)",
    "한국어 문단에 붙은 태그 #glued #tags",
    "An English paragraph of some words.",
    "# A Heading",
    "# 230222 날짜가 있는 제목",
    "#tag-one #tag_two",
    "> a quoted line",
    "[[230101 Another note|별명]] 참고",
    "<english>",
    "</english>",
    "```",
    "| 2305.00004",
    "---",
    "title: 머리말",
    "2024년 4월 17일",
    "2023년 4월 4주차",
    "",
    "",
]
# What is markup, not text, wherever it stands.
MARKUP = {"<english>", "</english>", "---", "```", "#", ">"}
# Label and address of a link are two words.
_GAP = re.compile(r"\s+|\]\(")
anything = st.text(max_size=400) | st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=25).map("\n".join)
paths = st.sampled_from(["230502 A.md", "2016/09.md", "a/B.txt", ".md", "README", "230502.md", "한글.md"]) | st.text(
    min_size=1, max_size=40
)


@settings(max_examples=300, deadline=None)
@given(path=paths, text=anything)
def test_any_text_is_parsed_into_entries_with_a_title(path: str, text: str) -> None:
    parsed = parse_note(path, text)
    lines = split_lines(text)
    assert parsed.note.path == path
    assert all(entry.title for entry in parsed.note.entries)
    assert parsed.note.entries or any(not problem.notice for problem in parsed.problems)
    spans = [entry.lines for entry in parsed.note.entries]
    assert all(1 <= first <= last <= len(lines) for first, last in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert all(problem.line is None or 1 <= problem.line <= len(lines) for problem in parsed.problems)
    assert all(str(problem.reason) for problem in parsed.problems)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300) | anything.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_decoded_or_refused(content: bytes) -> None:
    refused: Problem | None = None
    try:
        text = decode_note("a.md", content).text
    except NoteError as error:
        refused = Problem.of(error)
        event("refused")
    else:
        event("decoded")
        parse_note("a.md", text)
    assert refused is None or refused.line is None or 1 <= refused.line <= len(content) + 1


@st.composite
def damaged_seeds(draw: st.DrawFn) -> str:
    """Take a digest and delete, double, move or insert lines below its header."""
    header, *lines = draw(st.sampled_from(sorted(SEEDS.values()))).split("\n")
    for _ in range(draw(st.integers(1, 8))):
        position = draw(st.integers(0, max(0, len(lines) - 1)))
        match draw(st.integers(0, 3)):
            case 0:
                del lines[position : position + draw(st.integers(1, 3))]
            case 1:
                lines[position:position] = lines[position : position + 1]
            case 2:
                lines.append(lines.pop(position) if lines else "")
            case _:
                lines.insert(position, draw(st.sampled_from(PIECES) | st.text(max_size=40)))
    return "\n".join([header, *lines])


@settings(max_examples=150, deadline=None)
@given(text=damaged_seeds())
def test_no_line_of_a_damaged_digest_is_lost(text: str) -> None:
    entries = parse_note("a.txt", text).note.entries
    for line in split_lines(text)[1:]:
        if not line.bare:
            continue
        (owner,) = [entry for entry in entries if entry.lines[0] <= line.number <= entry.lines[1]]
        assert_kept(line, [owner])


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), name=st.sampled_from(["230502 A.md", "B.md"]))
def test_no_word_of_a_markdown_note_is_lost(pieces: Sequence[str], name: str) -> None:
    text = "\n".join(("Opening words.", *pieces))
    parsed = parse_note(name, text)
    for line in split_lines(text):
        assert_kept(line, parsed.note.entries)


def assert_kept(line: Line, entries: Sequence[Entry]) -> None:
    kept = letters(" ".join(words for entry in entries for words in fields(entry)))
    lost = [word for word in _GAP.split(line.bare) if word not in MARKUP and letters(word) not in kept]
    assert not lost, f"line {line.number} lost {lost}"


def fields(entry: Entry) -> tuple[str, ...]:
    return (
        entry.title,
        *entry.aliases,
        *entry.authors,
        entry.abstract or "",
        *entry.commentary.ko,
        *entry.commentary.en,
        *entry.links,
        *entry.arxiv_ids,
        *entry.relations,
        *entry.tags,
    )


def letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_no_word_of_the_seeds_is_lost(name: str) -> None:
    entries = parse_note(name, SEEDS[name]).note.entries
    for line in split_lines(SEEDS[name])[1:]:
        assert_kept(line, entries)
