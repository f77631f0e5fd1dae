"""Digest documents: a date in line 1, then many entries, each line of theirs a paragraph.

A day's entries begin with their title and are closed by a tag line. A week's begin with their addresses, because some
of them have no tag line.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.dates import ImpossibleDateError, read_date
from bot.model import Commentary, DateKind, Entry, NoteDate
from bot.notes.authors import are_surely_names, is_author_line, split_authors, split_title
from bot.notes.commentary import divide
from bot.notes.layouts.opening import Opening, names_of, read_opening
from bot.notes.layouts.single import extent, links_of, mentioned_ids
from bot.notes.lines import Line, has_hangul, read_heading, read_tag_line
from bot.notes.links import arxiv_id, read_address_line, unique, wiki_targets
from bot.notes.names import looks_dated
from bot.notes.problems import Problem
from bot.sentences import sentence


@dataclass(frozen=True, slots=True)
class DigestHeader:
    """The date in a digest's first line; without one when no calendar has that day or week."""

    line: Line
    date: NoteDate
    problems: tuple[Problem, ...] = ()


def read_header(path: str, lines: Sequence[Line]) -> DigestHeader | None:
    """Read the first line that is not blank as the header of a digest, or return None for any other note."""
    line = next((line for line in lines if line.bare), None)
    if line is None:
        return None
    written = unicodedata.normalize("NFC", read_heading(line.bare) or line.bare)
    if not looks_dated(written):
        return None
    try:
        found = read_date(written, date.min)
    except ImpossibleDateError:
        reason = sentence(
            "“{date}” is in no calendar. Correct the date; until then these entries are found, but in no digest.",
            date=written,
        )
        return DigestHeader(line, NoteDate(), (Problem(path, line.number, reason),))
    return DigestHeader(line, found) if found else None


def read_digest(header: DigestHeader, lines: Sequence[Line]) -> tuple[Entry, ...]:
    """Read the entries below a header; every line that is not blank is in exactly one of them."""
    body = [line for line in lines if line.bare and line.number > header.line.number]
    by_address = _opens_with_addresses(header, body)
    return tuple(_read_entry(segment) for segment in _merge_stray_tags(_segments(body, by_address)))


def _opens_with_addresses(header: DigestHeader, body: Sequence[Line]) -> bool:
    if not body:
        return False
    first = read_tag_line(body[0].bare) == () and bool(read_address_line(body[0].bare))
    return first or header.date.kind is DateKind.WEEK


def _segments(body: Sequence[Line], by_address: bool) -> Iterator[list[Line]]:
    """Part the lines into entries: behind each tag line, and in a week before each run of addresses."""
    segment: list[Line] = []
    in_addresses = False
    for position, line in enumerate(body):
        is_address = by_address and bool(read_address_line(line.bare))
        if segment and (
            (is_address and (not in_addresses or _opens_alone(body, position))) or _starts_untagged(body, position)
        ):
            yield segment
            segment = []
        segment.append(line)
        in_addresses = is_address
        if read_tag_line(line.bare):
            yield segment
            segment = []
    if segment:
        yield segment


def _opens_alone(body: Sequence[Line], position: int) -> bool:
    """Tell whether an address in a run is arXiv's, right above `Title (authors)`: it opens an entry of its own."""
    below = body[position + 1].bare if position + 1 < len(body) else ""
    return any(map(arxiv_id, read_address_line(body[position].bare))) and split_title(below) is not None


def _starts_untagged(body: Sequence[Line], position: int) -> bool:
    """Tell whether a title starts here although no tag line closed the entry above: names stand below it."""
    if position < 1 or position + 1 >= len(body) or not are_surely_names(body[position + 1].bare):
        return False
    above, here = body[position - 1].bare, body[position].bare
    return not has_hangul(here) and not here.endswith(".") and not read_tag_line(above) and not read_address_line(above)


def _merge_stray_tags(segments: Iterator[list[Line]]) -> Iterator[list[Line]]:
    """Join a tag line that follows another one to the entry above it, or to the one below at the very top."""
    pending: list[Line] = []
    for segment in segments:
        stray = len(segment) == 1 and bool(read_tag_line(segment[0].bare))
        if pending and not stray and not _only_tags(pending):
            yield pending
            pending = []
        pending.extend(segment)
    if pending:
        yield pending


def _only_tags(lines: Sequence[Line]) -> bool:
    return all(read_tag_line(line.bare) for line in lines)


def _read_entry(segment: Sequence[Line]) -> Entry:
    tags = unique(tag for line in segment for tag in read_tag_line(line.bare))
    lines = [line for line in segment if not read_tag_line(line.bare)]
    if not lines:
        return Entry(title=f"#{tags[0]}", tags=tags, lines=extent(segment))
    opening = read_opening(lines) if read_address_line(lines[0].bare) else _read_title(lines)
    abstract, paragraphs = _part_abstract(opening, [line.bare for line in lines[opening.length :]])
    own = unique(filter(None, map(arxiv_id, opening.urls)))
    title, *aliases = names_of(opening)
    return Entry(
        title=title,
        aliases=tuple(aliases),
        authors=opening.authors,
        abstract=abstract,
        commentary=divide(paragraphs) if paragraphs else Commentary(),
        links=links_of(lines),
        arxiv_ids=own,
        mentioned_arxiv_ids=mentioned_ids(lines, own),
        tags=tags,
        relations=unique(target for line in lines for target in wiki_targets(line.bare)),
        lines=extent(segment),
    )


def _read_title(lines: Sequence[Line]) -> Opening:
    """Read the title in the first line, whatever it looks like, and the authors below or behind it."""
    first = lines[0].bare
    if len(lines) > 1 and is_author_line(lines[1].bare):
        return Opening(title=first, authors=split_authors(lines[1].bare[1:-1]), length=2)
    title, authors = split_title(first) or (first, ())
    return Opening(title=title, authors=authors, length=1)


def _part_abstract(opening: Opening, paragraphs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """Part the abstract: what stands between the authors and the first Korean line, in an entry without addresses."""
    if opening.urls or not opening.authors:
        return None, paragraphs
    length = next((index for index, text in enumerate(paragraphs) if has_hangul(text)), len(paragraphs))
    return "\n".join(paragraphs[:length]) or None, paragraphs[length:]
