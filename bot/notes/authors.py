"""Titles and authors: where a title line ends and its authors begin, and one name after another."""

import re

from bot.notes.lines import has_hangul, trim

_PARTICLES = frozenset({"al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le"})
_PARTICLES |= {"ten", "ter", "van", "von", "y", "zu"}
# A list of authors that arXiv or the writer cut off is a long one; fewer commas are a remark in brackets.
_CUT_OFF_COMMAS = 5
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+)(?<=\S)\1")


def split_title(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Split `Title (First Author, Second Author)` into title and names, or return None for any other line.

    The authors are the last balanced group of brackets at the line's end, or a long list that was cut off before its
    bracket closed; Hangul or an address anywhere, or a group that can't be names (`(Mostly)`, `(https://…)`), makes it
    another kind of line.
    """
    if has_hangul(text) or "://" in text:
        return None
    parts = _last_group(text) or _cut_off_group(text)
    if parts is None or not _may_be_names(parts[1]):
        return None
    return strip_emphasis(parts[0]), split_authors(parts[1])


def split_emphasised(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Split `*Title* (authors)`; in italics a title needs no authors, may be Korean, and one word can be a name."""
    head, group = _last_group(text) or (trim(text), "")
    title = strip_emphasis(head)
    if title == head or "://" in group:
        return None
    return title, split_authors(group)


def split_title_and_group(text: str) -> tuple[str, str] | None:
    """Split a line at the last balanced group of brackets at its end: the text before, the text inside."""
    return _last_group(text)


def is_author_line(bare: str) -> bool:
    """Tell whether a line right below a title names its authors: all in brackets, without Hangul."""
    inside = bare[1:-1].strip()
    return bare.startswith("(") and bare.endswith(")") and bool(inside) and not has_hangul(bare) and "://" not in bare


def are_surely_names(bare: str) -> bool:
    """Tell whether a line in brackets is a list of at least two full names: sure enough to open an entry by itself."""
    return is_author_line(bare) and "," in bare and not bare.endswith(".)") and _may_be_names(bare[1:-1])


def split_authors(group: str) -> tuple[str, ...]:
    """Split names at the commas outside brackets; repeats and odd characters stay as they are."""
    names: list[str] = []
    depth = start = 0
    for position, character in enumerate(group):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth = max(0, depth - 1)
        elif character == "," and depth == 0:
            names.append(group[start:position])
            start = position + 1
    names.append(group[start:])
    return tuple(name for name in (trim(part).removeprefix("and ") for part in names) if name)


def strip_emphasis(text: str) -> str:
    """Take Markdown's marks of emphasis off a whole text."""
    bare = trim(text)
    found = _EMPHASIS.fullmatch(bare)
    return trim(found[2]) if found else bare


def brackets_stay_open(text: str) -> bool:
    """Tell whether a text opens more round brackets than it closes: an author list that goes on in the next line."""
    return text.count("(") > text.count(")")


def _last_group(text: str) -> tuple[str, str] | None:
    bare = trim(text)
    if not bare.endswith(")"):
        return None
    depth = 0
    for position in range(len(bare) - 1, 0, -1):
        depth += (bare[position] == ")") - (bare[position] == "(")
        if depth == 0:
            head = trim(bare[:position])
            return (head, trim(bare[position + 1 : -1])) if head else None
    return None


def _cut_off_group(text: str) -> tuple[str, str] | None:
    bare = trim(text)
    opened: list[int] = []
    for position, character in enumerate(bare):
        if character == "(":
            opened.append(position)
        elif character == ")" and opened:
            opened.pop()
    if not opened or opened[0] == 0:
        return None
    head, group = trim(bare[: opened[0]]), trim(bare[opened[0] + 1 :])
    return (head, group) if group.count(",") >= _CUT_OFF_COMMAS else None


def _may_be_names(group: str) -> bool:
    names = split_authors(group)
    full = [name for name in names if len(name.split()) >= 2 and _starts_like_name(name)]
    alike = [name for name in names if _starts_like_name(name)]
    return bool(full) and 2 * len(alike) >= len(names) and (len(names) > 1 or _is_full_name(names[0]))


def _starts_like_name(name: str) -> bool:
    return name[0].isupper() or name.split()[0].casefold() in _PARTICLES


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) <= 5 and all(
        (word[0].isupper() or word.casefold() in _PARTICLES) and not any(letter.isdigit() for letter in word)
        for word in words
    )
