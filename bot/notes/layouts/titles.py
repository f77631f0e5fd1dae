"""A title in any of the ways a note writes it: with authors behind or below it, in italics, as a heading, bare."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.notes.authors import (
    brackets_stay_open,
    is_author_line,
    split_authors,
    split_emphasised,
    split_title,
    split_title_and_group,
    strip_emphasis,
)
from bot.notes.lines import Line, has_hangul, has_latin_word, may_be_title, read_heading, read_tag_line, trim
from bot.notes.links import find_urls, leading_urls

_UNDERLINE = re.compile(r"={3,}")
# A title wraps once, its authors in the longest papers a few times more.
_MOST_WRAPPED = 12


@dataclass(frozen=True, slots=True)
class Title:
    """A title as read, and the number of lines it takes, its authors' included."""

    text: str
    authors: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    length: int = 1


def read_title(lines: Sequence[Line], position: int, bare_allowed: bool) -> Title | None:
    """Read the title that begins at a line, or return None.

    `bare_allowed`: an address above shows that a title stands here; only then can it be a line of plain words.
    """
    found = _read_marked(lines, position) or read_authored(lines, position) or _read_addressed(lines, position)
    if found is None and bare_allowed:
        found = _read_bare(lines, position)
    if found is None or found.authors or position + found.length >= len(lines):
        return found
    below = lines[position + found.length].bare
    if not is_author_line(below):
        return found
    return replace(found, authors=split_authors(below[1:-1]), length=found.length + 1)


def read_authored(lines: Sequence[Line], position: int) -> Title | None:
    """Read `Title (authors)`, wrapped or not, or `*Title*` with or without authors."""
    joined, length = _join_wrapped(lines, position)
    for text, taken in ((joined, length), (lines[position].bare, 1)):
        if found := split_emphasised(text) or split_title(text):
            return Title(found[0], found[1], length=taken)
    return None


def _read_marked(lines: Sequence[Line], position: int) -> Title | None:
    """Read a heading of the first level, with `#` before it or `===` below; any other opens a section of the text."""
    bare = lines[position].bare
    heading = None if bare.startswith("##") else read_heading(bare)
    underlined = heading is None and _UNDERLINE.fullmatch(_below(lines, position)) is not None
    if (heading is None and not underlined) or (heading or "").casefold() in {"link", "links"}:
        return None
    title, authors = split_title(heading or bare) or (strip_emphasis(heading or bare), ())
    return Title(title, authors, length=1 + underlined)


def _below(lines: Sequence[Line], position: int) -> str:
    return lines[position + 1].bare if position + 1 < len(lines) else ""


def _read_addressed(lines: Sequence[Line], position: int) -> Title | None:
    """Read `Title (https://…)` or `Title https://…`; right above another address it is one of a list, not a title."""
    found, below = split_addressed(lines[position].bare), _below(lines, position)
    if found is None or split_addressed(below) or leading_urls(below)[0]:
        return None
    return Title(found[0], urls=found[1])


def split_addressed(bare: str) -> tuple[str, tuple[str, ...]] | None:
    """Split `Title (https://…)` or `Title https://…` into title and addresses; None for any other line."""
    group = split_title_and_group(bare)
    head, address = group if group else _split_before_url(bare)
    urls, rest = leading_urls(address)
    if not urls or rest or not has_latin_word(head) or has_hangul(head) or find_urls(head):
        return None
    return strip_emphasis(head), urls


def _split_before_url(bare: str) -> tuple[str, str]:
    start = bare.find("http")
    return (trim(bare[:start]), bare[start:]) if start > 0 else ("", "")


def _read_bare(lines: Sequence[Line], position: int) -> Title | None:
    if read_tag_line(lines[position].bare):
        return None
    joined, length = _join_wrapped(lines, position)
    below = _below(lines, position)
    stands_alone = not below or length > 1 or has_hangul(below) or is_author_line(below) or bool(leading_urls(below)[0])
    return Title(joined, length=length) if stands_alone and may_be_title(joined) else None


def _join_wrapped(lines: Sequence[Line], position: int) -> tuple[str, int]:
    """Join a line with the indented ones below it, and with those that an open bracket runs on into."""
    parts = [lines[position].bare]
    for line in lines[position + 1 : position + 1 + _MOST_WRAPPED]:
        wrapped = line.text.startswith(("  ", "\t")) or brackets_stay_open(" ".join(parts))
        if not line.bare or not wrapped or has_hangul(line.bare) or "://" in line.bare or read_tag_line(line.bare):
            break
        parts.append(line.bare)
    return " ".join(parts), len(parts)
