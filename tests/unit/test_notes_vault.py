"""A small vault with every variant of its layout, against a parse written down by eye (tests/data/notes/vault.json)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.notes.files import find_notes, read_note
from bot.notes.parse import parse_note

DATA = Path(__file__).parents[1] / "data/notes"
VAULT = DATA / "vault"
EXPECTED: list[dict[str, Any]] = json.loads((DATA / "vault.json").read_text(encoding="utf-8"))
EMPTY: dict[str, Any] = {
    "aliases": [],
    "authors": [],
    "abstract": None,
    "ko": [],
    "en": [],
    "links": [],
    "arxiv_ids": [],
    "mentioned_arxiv_ids": [],
    "tags": [],
    "relations": [],
    "notices": [],
}


def test_only_notes_are_found() -> None:
    listing = find_notes(VAULT)
    assert [file.path for file in listing.files] == [wanted["path"] for wanted in EXPECTED]
    assert listing.problems == ()


@pytest.mark.parametrize("wanted", EXPECTED, ids=[wanted["path"] for wanted in EXPECTED])
def test_vault_note_is_parsed_exactly(wanted: dict[str, Any]) -> None:
    parsed = parse_note(wanted["path"], read_note(VAULT, wanted["path"]).text)
    (entry,) = parsed.note.entries
    assert {
        "path": parsed.note.path,
        "start": None if parsed.note.date.start is None else str(parsed.note.date.start),
        "title": entry.title,
        "aliases": list(entry.aliases),
        "authors": list(entry.authors),
        "abstract": entry.abstract,
        "ko": list(entry.commentary.ko),
        "en": list(entry.commentary.en),
        "links": list(entry.links),
        "arxiv_ids": list(entry.arxiv_ids),
        "mentioned_arxiv_ids": list(entry.mentioned_arxiv_ids),
        "tags": list(entry.tags),
        "relations": list(entry.relations),
        "lines": list(entry.lines),
        "notices": [[problem.line, problem.reason.template] for problem in parsed.problems if problem.notice],
    } == EMPTY | wanted
    assert all(problem.notice for problem in parsed.problems)
