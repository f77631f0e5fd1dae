"""Turn the text of one note file into a note and its problems, whichever layout the text is written in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.model import Entry, Note, NoteDate
from bot.notes.front_matter import FrontMatter, read_front_matter
from bot.notes.layouts.digest import read_digest, read_header
from bot.notes.layouts.review import read_review
from bot.notes.layouts.single import read_single
from bot.notes.lines import Line, split_lines
from bot.notes.links import find_urls, malformed_arxiv_id
from bot.notes.names import read_path
from bot.notes.problems import Problem
from bot.sentences import sentence
from bot.tags import fold_tag


@dataclass(frozen=True, slots=True)
class ParsedNote:
    """A note as parsed, and what is wrong with it or odd about it."""

    note: Note
    problems: tuple[Problem, ...] = ()


def parse_note(path: str, text: str) -> ParsedNote:
    """Parse the text of one file; `path` is relative to the notes folder, with `/`.

    Never raises for what a text holds: whatever can't be understood is kept, and reported as a problem.
    """
    lines = split_lines(text)
    if not any(line.bare for line in lines):
        empty = Problem(path, None, sentence("The file is empty. Write a note into it, or delete it."))
        return ParsedNote(Note(path, NoteDate(), ()), (empty,))
    matter, odd = read_front_matter(path, lines)
    below = lines[matter.length :] or (Line(matter.length, "", ""),)
    parsed = _read_layout(path, below, matter)
    problems = (*odd, *parsed.problems, *_odd_ids(path, lines), *_undated(parsed))
    return replace(parsed, problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def _read_layout(path: str, lines: Sequence[Line], matter: FrontMatter) -> ParsedNote:
    name = read_path(path)
    if header := read_header(path, lines):
        entries = read_digest(header, lines)
        return _note(path, header.date, entries, matter, (*header.problems, *_no_entries(path, entries)))
    if review := read_review(path, lines, name, matter):
        dated = matter.date or name.date or review.date or NoteDate()
        return _note(path, dated, review.entries, matter, review.problems)
    single = read_single(path, lines, name, matter)
    dated = matter.date or name.date or single.date or NoteDate()
    return _note(path, dated, (single.entry,), matter, single.problems)


def _note(
    path: str, dated: NoteDate, entries: Sequence[Entry], matter: FrontMatter, problems: tuple[Problem, ...]
) -> ParsedNote:
    tagged = tuple(replace(entry, tags=_distinct_tags((*matter.tags, *entry.tags))) for entry in entries)
    return ParsedNote(Note(path, dated, tagged), problems)


def _distinct_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of tags that are one when folded."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(fold_tag(tag), tag)
    return tuple(found.values())


def _no_entries(path: str, entries: Sequence[Entry]) -> tuple[Problem, ...]:
    reason = sentence("There is a date, but nothing below it. Write an entry, or delete the file.")
    return () if entries else (Problem(path, None, reason),)


def _odd_ids(path: str, lines: Sequence[Line]) -> tuple[Problem, ...]:
    return tuple(
        Problem(path, line.number, sentence("“{id}” is not an arXiv id. Check the address.", id=found), notice=True)
        for line in lines
        if "arxiv" in line.bare
        for url in find_urls(line.bare)
        if (found := malformed_arxiv_id(url))
    )


def _undated(parsed: ParsedNote) -> tuple[Problem, ...]:
    if parsed.note.date.start is not None or any(not problem.notice for problem in parsed.problems):
        return ()
    reason = sentence("The note has no date: it is found, but comes in no digest. Begin the file's name with YYMMDD.")
    return (Problem(parsed.note.path, None, reason, notice=True),)
