"""Reviews: one Markdown file about many papers, each opened by its address above or below its title."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model import Entry, NoteDate
from bot.notes.authors import split_title
from bot.notes.front_matter import FrontMatter
from bot.notes.layouts.opening import Opening, names_of, read_opening
from bot.notes.layouts.single import distinct_names, read_entry
from bot.notes.layouts.titles import split_addressed
from bot.notes.lines import Line, may_be_title, read_heading, read_tag_line
from bot.notes.links import leading_urls, read_address_line, unique
from bot.notes.names import NoteName, read_name
from bot.notes.problems import Problem

_NUMBERED = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
# One paper is a note; from two on, a file with a dated heading is a review, and so is one where two papers stand
# with title, authors and address.
_PAPERS = 2


@dataclass(frozen=True, slots=True)
class Review:
    """The entries of a review, and the date its heading carries, if any."""

    entries: tuple[Entry, ...]
    date: NoteDate | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a paper begins: a position in the lines, and how much of title, authors and address it shows."""

    position: int
    titled: bool
    complete: bool


def read_review(path: str, lines: Sequence[Line], name: NoteName, matter: FrontMatter) -> Review | None:
    """Read a note's lines (front matter left out) as a review, or return None where they are about one paper."""
    lines = tuple(_without_number(line) for line in lines)
    heading = _dated_heading(lines)
    starts = list(_starts(lines))
    if sum(start.titled if heading else start.complete for start in starts) < _PAPERS:
        return None
    entries, problems = _read_papers(path, lines, starts)
    intro = lines[: starts[0].position]
    if any(line.bare for line in (intro[1:] if heading else intro)):
        opening = read_opening(intro) if heading else Opening()
        titles = (matter.title, heading.title if heading else "", name.title, *matter.aliases)
        entry, odd = read_entry(path, intro, opening, distinct_names(filter(None, titles)) or (path,))
        entries, problems = [entry, *entries], [*odd, *problems]
    return Review(_share_closing_tags(entries, lines), heading.date if heading else None, tuple(problems))


def _read_papers(path: str, lines: Sequence[Line], starts: Sequence[_Start]) -> tuple[list[Entry], list[Problem]]:
    entries: list[Entry] = []
    problems: list[Problem] = []
    ends = [*(start.position for start in starts[1:]), len(lines)]
    for start, end in zip(starts, ends, strict=True):
        segment = lines[start.position : end]
        opening = read_opening(segment, start.titled)
        entry, odd = read_entry(path, segment, opening, names_of(opening) or (segment[0].bare,))
        entries.append(entry)
        problems.extend(odd)
    return entries, problems


def _starts(lines: Sequence[Line]) -> Iterator[_Start]:
    solid = [position for position, line in enumerate(lines) if line.bare]
    index = 0
    while index < len(solid):
        length, start = _start_at(lines, solid[index : index + 8])
        if start:
            yield start
        index += length


def _start_at(lines: Sequence[Line], window: Sequence[int]) -> tuple[int, _Start | None]:
    """Look for a paper at the first of some positions; return how many lines its top takes, and the paper."""
    texts = [lines[position].bare for position in window]
    run = next((index for index, text in enumerate(texts) if not read_address_line(text)), len(texts))
    below = texts[run] if run < len(texts) else ""
    if run:
        complete = split_title(below) is not None
        titled = complete or (may_be_title(below) and not _is_address(texts[run + 1 : run + 2]))
        return run + titled, _Start(window[0], titled, complete)
    complete = split_title(texts[0]) is not None
    if (complete or may_be_title(texts[0])) and _is_address(texts[1:2]):
        return 2, _Start(window[0], True, complete)
    if complete or split_addressed(texts[0]):
        return 1, _Start(window[0], True, False)
    return 1, None


def _is_address(texts: Sequence[str]) -> bool:
    return any(leading_urls(text)[0] or read_address_line(text) for text in texts)


def _without_number(line: Line) -> Line:
    """Take a list number off a line that is an address or a title beside one."""
    found = _NUMBERED.match(line.bare)
    rest = line.bare[found.end() :] if found else ""
    if read_address_line(rest) or split_addressed(rest):
        return Line(line.number, rest, rest)
    return line


def _dated_heading(lines: Sequence[Line]) -> NoteName | None:
    first = next((line.bare for line in lines if line.bare), "")
    name = read_name(read_heading(first) or "")
    return name if name.date else None


def _share_closing_tags(entries: Sequence[Entry], lines: Sequence[Line]) -> tuple[Entry, ...]:
    """Give the tags that close the whole review to all its entries."""
    solid = [line for line in lines if line.bare]
    tagged = [line for line in solid if read_tag_line(line.bare)]
    if tagged != solid[-1:]:
        return tuple(entries)
    return tuple(replace(entry, tags=unique((*entry.tags, *read_tag_line(tagged[0].bare)))) for entry in entries)
