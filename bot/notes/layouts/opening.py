"""How an entry opens: its addresses, its title with or without authors, and where its text begins."""

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
from bot.notes.links import find_urls, leading_urls, name_of, read_address_line, read_labelled_link, unique

_UNDERLINE = re.compile(r"={3,}")
# A title wraps once, its authors in the longest papers a few times more.
_MOST_WRAPPED = 12


@dataclass(frozen=True, slots=True)
class Opening:
    """The top of an entry. `length` counts the lines it takes, blank ones included; the text follows."""

    title: str = ""
    authors: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    length: int = 0
    surely_titled: bool = False


def read_opening(lines: Sequence[Line], surely_titled: bool = False) -> Opening:
    """Read addresses and title, in whichever order they stand, down to the first line of text.

    `surely_titled`: what surrounds the lines shows that a title without authors stands there, even above its address.
    """
    opening = Opening(surely_titled=surely_titled)
    position = 0
    while position < len(lines):
        line = lines[position]
        step = _read_step(opening, lines, position) if line.bare else opening
        if step is None:
            break
        position = max(step.length, position + 1)
        opening = step
    return _with_leading_urls(replace(opening, length=position), lines)


def name_from(urls: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Name an entry without a title by its addresses: the first one's name, then those of others as aliases.

    `https://github.com/Stability-AI/StableLM` is StableLM, `https://open-assistant.io/` its host, a tweet its account.
    """
    names = [name_of(url) for url in urls]
    return names[0], unique(name for name in names[1:] if "." not in name and name != names[0])


def _read_step(opening: Opening, lines: Sequence[Line], position: int) -> Opening | None:
    bare = lines[position].bare
    if addresses := read_address_line(bare):
        label = read_labelled_link(bare)
        named = (label[0],) if label and not leading_urls(label[0])[0] else ()
        urls = unique((*opening.urls, *addresses))
        return replace(opening, urls=urls, aliases=(*opening.aliases, *named), length=position + 1)
    if not opening.title:
        return read_title(opening, lines, position)
    if not opening.authors and is_author_line(bare) and position == opening.length:
        return replace(opening, authors=split_authors(bare[1:-1]), length=position + 1)
    return _read_second_title(opening, lines, position)


def _read_second_title(opening: Opening, lines: Sequence[Line], position: int) -> Opening | None:
    """Read the title a paper had before or after: a further `Title (authors)` right below the first."""
    joined, end = _join_wrapped(lines, position)
    found = split_title(joined) if opening.authors else None
    if found is None:
        return None
    authors = unique_names(opening.authors, found[1])
    return replace(opening, aliases=(*opening.aliases, found[0]), authors=authors, length=end)


def unique_names(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Add the names that are not there yet; repeats within the first list stay."""
    return (*first, *(name for name in unique(more) if name not in set(first)))


def read_title(opening: Opening, lines: Sequence[Line], position: int) -> Opening | None:
    """Read a title at this line in any of the forms it is written in, or return None."""
    line = lines[position]
    if read_tag_line(line.bare):
        return None
    if (heading := read_heading(line.bare)) is not None:
        return _headed(opening, heading, position + 1)
    following = lines[position + 1] if position + 1 < len(lines) else None
    if following and _UNDERLINE.fullmatch(following.bare):
        return _headed(opening, line.bare, position + 2)
    joined, end = _join_wrapped(lines, position)
    for text, length in ((joined, end), (line.bare, position + 1)):
        if found := split_emphasised(text) or split_title(text):
            return replace(opening, title=found[0], authors=found[1], length=length)
    return _read_addressed(opening, line, following, position) or _read_plain(opening, joined, following, position, end)


def _headed(opening: Opening, heading: str, length: int) -> Opening | None:
    if heading.casefold() in {"link", "links"}:
        return None
    title, authors = split_title(heading) or (strip_emphasis(heading), ())
    return replace(opening, title=title, authors=authors, length=length)


def _read_addressed(opening: Opening, line: Line, following: Line | None, position: int) -> Opening | None:
    """Read `Title (https://…)` or `Title https://…`; right above another address it is one of a list, not a title."""
    found = split_addressed(line.bare)
    listed = following and (split_addressed(following.bare) or read_address_line(following.bare))
    if found is None or listed:
        return None
    return replace(opening, title=found[0], urls=unique((*opening.urls, *found[1])), length=position + 1)


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


def _read_plain(opening: Opening, joined: str, following: Line | None, position: int, end: int) -> Opening | None:
    """Read a title without authors: it stands below an address, and by itself or right above Korean text."""
    below = following.bare if following else ""
    alone = not below or end > position + 1 or has_hangul(below) or is_author_line(below)
    sure = opening.surely_titled or (opening.urls and alone)
    if not sure or not may_be_title(joined):
        return None
    return replace(opening, title=joined, length=end)


def _join_wrapped(lines: Sequence[Line], position: int) -> tuple[str, int]:
    """Join a line with the indented ones below it, and with those that an open bracket runs on into."""
    parts = [lines[position].bare]
    end = position + 1
    for line in lines[end : end + _MOST_WRAPPED]:
        wrapped = line.text.startswith(("  ", "\t")) or brackets_stay_open(" ".join(parts))
        if not line.bare or not wrapped or has_hangul(line.bare) or read_tag_line(line.bare):
            break
        parts.append(line.bare)
        end += 1
    return " ".join(parts), end


def _with_leading_urls(opening: Opening, lines: Sequence[Line]) -> Opening:
    """Count the addresses that the first line of text begins with, where none stands on a line of its own."""
    if opening.urls or opening.length >= len(lines):
        return opening
    return replace(opening, urls=leading_urls(lines[opening.length].bare)[0])
