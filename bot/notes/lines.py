"""The lines of a note, and what one line by itself can be: Korean, tags, a heading, a title."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Letters as syllables, as the conjoining jamo of NFD, as compatibility jamo, and half-width.
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2}")
_LINE_END = re.compile(r"\r\n|\n|\r")
_TAG = re.compile(r"[#＃][^\s#＃]+")
_TAG_WITH_LETTER = re.compile(r"[#＃](?=[^\s#＃]*[^\W\d_])[^\s#＃,.;:!?()\[\]{}<>\"'`|\\]+")
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_FENCE = re.compile(r"(```|~~~)")
_WORD = re.compile(r"\S+")
# What people never see at the edge of a line: all blanks of Unicode, zero-width characters, the byte order mark.
_UNSEEN = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
_MAX_TITLE = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note: its 1-based number, the text as written, and the text without blanks at its edges."""

    number: int
    text: str
    bare: str


def split_lines(text: str) -> tuple[Line, ...]:
    """Split a text at the line ends of Unix, Windows and old Macs; nothing else ends a line."""
    return tuple(Line(number, line, trim(line)) for number, line in enumerate(_LINE_END.split(text), 1))


def trim(text: str) -> str:
    """Take blanks and zero-width characters off both ends."""
    return text.strip(_UNSEEN)


def has_hangul(text: str) -> bool:
    """Tell whether a text holds any Korean letter, composed or not."""
    return _HANGUL.search(text) is not None


def has_latin_word(text: str) -> bool:
    """Tell whether a text holds at least two Latin letters in a row."""
    return _LATIN_WORD.search(text) is not None


def read_tag_line(bare: str) -> tuple[str, ...]:
    """Return the tags of a line of nothing but `#token` items, without `#` and as written; () for any other line."""
    tokens = bare.split() if bare[:1] in ("#", "＃") else []
    if not all(_TAG.fullmatch(token) for token in tokens):
        return ()
    return tuple(token[1:] for token in tokens)


def split_glued_tags(paragraph: str) -> tuple[str, tuple[str, ...]]:
    """Part a paragraph from the tags that were typed right behind its last word."""
    words = list(_WORD.finditer(paragraph))
    first = len(words)
    while first > 1 and _TAG_WITH_LETTER.fullmatch(words[first - 1][0]):
        first -= 1
    if first == len(words):
        return paragraph, ()
    return paragraph[: words[first - 1].end()], tuple(word[0][1:] for word in words[first:])


def read_heading(bare: str) -> str | None:
    """Return the text of a Markdown heading line, or None."""
    found = _HEADING.fullmatch(bare)
    return found[2].rstrip("# ").strip() or found[2] if found else None


def may_be_title(bare: str) -> bool:
    """Tell whether a line without authors can be the title of a paper: Latin letters, short, not a sentence."""
    return (
        has_latin_word(bare)
        and len(bare) <= _MAX_TITLE
        and not has_hangul(bare)
        and not bare.endswith((".", ":", ",", ";"))
        and bare[0] not in "#＃>|-+![(`<~"
        and "://" not in bare
    )


def fenced(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines inside closed code fences, the fences included."""
    inside: set[int] = set()
    opened: tuple[str, list[int]] | None = None
    for line in lines:
        mark = _FENCE.match(line.bare)
        if opened is not None:
            opened[1].append(line.number)
            if mark and mark[1] == opened[0]:
                inside.update(opened[1])
                opened = None
        elif mark:
            opened = (mark[1], [line.number])
    return frozenset(inside)


def blocks(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the runs of lines between blank lines."""
    run: list[Line] = []
    for line in lines:
        if line.bare:
            run.append(line)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)
