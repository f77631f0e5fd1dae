"""The five seed documents, entry by entry, against a parse written down by eye (tests/data/notes/seeds)."""

import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.model import Entry
from bot.notes.files import read_note
from bot.notes.parse import ParsedNote, parse_note

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
EXPECTED = sorted((ROOT / "tests/data/notes/seeds").glob("*.json"))


def parse_seed(name: str) -> ParsedNote:
    return parse_note(name, read_note(SEEDS, name).text)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def all_entries() -> list[Entry]:
    return [entry for path in EXPECTED for entry in parse_seed(load(path)["path"]).note.entries]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_seed_is_parsed_exactly(expected: Path) -> None:
    wanted = load(expected)
    parsed = parse_seed(wanted["path"])
    text = (SEEDS / wanted["path"]).read_text(encoding="utf-8").split("\n")
    when = parsed.note.date
    assert parsed.problems == ()
    assert {"kind": when.kind, "start": str(when.start), "end": str(when.end)} == wanted["date"]
    assert [describe(entry) for entry in parsed.note.entries] == [spell_out(entry, text) for entry in wanted["entries"]]


def describe(entry: Entry) -> dict[str, object]:
    return {
        "lines": list(entry.lines),
        "title": entry.title,
        "aliases": list(entry.aliases),
        "authors": (len(entry.authors), entry.authors[:1], entry.authors[-1:]),
        "abstract": entry.abstract,
        "ko": list(entry.commentary.ko),
        "en": list(entry.commentary.en),
        "links": list(entry.links),
        "arxiv_ids": list(entry.arxiv_ids),
        "mentioned_arxiv_ids": list(entry.mentioned_arxiv_ids),
        "tags": list(entry.tags),
        "relations": list(entry.relations),
    }


def spell_out(wanted: Any, text: list[str]) -> dict[str, object]:
    """Put the document's own lines where the expectation names their numbers, and check the words it names."""
    names = wanted["authors"] or {"count": 0}
    abstract = None
    if wanted["abstract"]:
        first, last = wanted["abstract"]["lines"]
        abstract = "\n".join(text[first - 1 : last])
        assert abstract.startswith(wanted["abstract"]["starts"])
        assert abstract.endswith(wanted["abstract"]["ends"])
    return {
        **wanted,
        "authors": (names["count"], *((names[end],) if end in names else () for end in ("first", "last"))),
        "abstract": abstract,
        "ko": [text[number - 1] for number in wanted["ko"]],
        "en": [text[number - 1] for number in wanted["en"]],
        "relations": [],
    }


def test_seeds_hold_what_the_owner_counted() -> None:
    entries = all_entries()
    counts = [len(parse_seed(load(path)["path"]).note.entries) for path in EXPECTED]
    assert counts == [7, 6, 3, 8, 14]
    assert sum(bool(entry.tags) for entry in entries) == 35
    assert sum(len(entry.tags) for entry in entries) == 52
    assert sum(len(entry.links) for entry in entries) == 38
    assert sum(len(entry.authors) for entry in entries) == 342
    assert sum(entry.abstract is not None for entry in entries) == 20
    assert sum(bool(entry.commentary.ko) for entry in entries) == 36
    assert sum(bool(entry.commentary.en) for entry in entries) == 8


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_every_line_below_the_header_is_in_exactly_one_entry(expected: Path) -> None:
    name = load(expected)["path"]
    covered = [n for entry in parse_seed(name).note.entries for n in range(entry.lines[0], entry.lines[1] + 1)]
    length = len((SEEDS / name).read_text(encoding="utf-8").split("\n"))
    assert covered == list(range(2, length + 1))


def test_odd_names_and_bytes_stay_as_written() -> None:
    by_title = {entry.title: entry for entry in all_entries()}
    critics = by_title["LLM Critics Help Catch LLM Bugs"].authors
    assert critics[1] == "Rai (Michael Pokorny)"
    assert critics[4] == "Maja Tr \u0328ebacz"
    assert by_title["Pyramidal Flow Matching for Efficient Video Generative Modeling"].authors.count("Kun Xu") == 2
    assert "\ufffd\ufffd0TC0" in (by_title["The Illusion of State in State-Space Models"].abstract or "")
    needles = next(entry for title, entry in by_title.items() if title.startswith("From Artificial Needles"))
    assert "10.5%10.5%" in (needles.abstract or "")
    alignment = next(entry for title, entry in by_title.items() if title.startswith("Deciphering"))
    assert r"\textbf{Effective}" in (alignment.abstract or "")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_decomposed_korean_is_parsed_the_same(expected: Path) -> None:
    name = load(expected)["path"]
    text = read_note(SEEDS, name).text
    composed, decomposed = parse_note(name, text), parse_note(name, unicodedata.normalize("NFD", text))
    assert decomposed.note.date == composed.note.date
    assert decomposed.problems == ()
    assert [normal(entry) for entry in decomposed.note.entries] == [normal(entry) for entry in composed.note.entries]


def normal(entry: Entry) -> Entry:
    def compose(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    return replace(
        entry,
        title=compose(entry.title),
        authors=tuple(map(compose, entry.authors)),
        abstract=None if entry.abstract is None else compose(entry.abstract),
        commentary=replace(
            entry.commentary, ko=tuple(map(compose, entry.commentary.ko)), en=tuple(map(compose, entry.commentary.en))
        ),
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(line_end: str) -> None:
    name = load(EXPECTED[4])["path"]
    text = read_note(SEEDS, name).text
    assert parse_note(name, text.replace("\n", line_end)) == parse_note(name, text)
