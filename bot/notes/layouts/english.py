"""The `<english>` block of a vault note: its lines apart from the others, however its marks are spelt or forgotten."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.notes.lines import Line, has_hangul, read_heading, read_tag_line, trim
from bot.notes.problems import Problem
from bot.sentences import sentence

_MARK = re.compile(r"<\s*(/?)\s*([Ee][A-Za-z]{4,8})\s*>")
_NAME = "english"
# Two letters swapped give 0.86, one too many or too few 0.92, `engine` 0.62.
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class EnglishPart:
    """The lines inside `<english>` blocks, the other lines (a blank one where a block was), and the notices."""

    inside: tuple[Line, ...]
    outside: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    line: Line
    closing: bool
    name: str


def part_english(path: str, lines: Sequence[Line]) -> EnglishPart:
    """Part the lines of a note; a block that is never closed ends before tags, a heading or Korean."""
    pieces = [piece for line in lines for piece in _pieces(line)]
    unclosed = _unclosed_mark(pieces)
    inside: list[Line] = []
    outside: list[Line] = []
    within = False
    for position, piece in enumerate(pieces):
        if isinstance(piece, _Mark):
            within = not within and not piece.closing
            (inside if within else outside).append(Line(piece.line.number, "", ""))
        elif within and position > unclosed and _ends_unclosed(piece):
            within = False
            outside.append(piece)
        else:
            (inside if within else outside).append(piece)
    return EnglishPart(tuple(inside), tuple(outside), tuple(_notices(path, pieces, unclosed)))


def _pieces(line: Line) -> list[Line | _Mark]:
    """Part a line into the mark it begins with, its text, and the mark it ends with."""
    if "<" not in line.bare:
        return [line]
    text = line.bare
    before: list[Line | _Mark] = []
    after: list[Line | _Mark] = []
    if (found := _MARK.match(text)) and _is_english(found[2]):
        before.append(_Mark(line, bool(found[1]), found[2]))
        text = text[found.end() :]
    if (found := _MARK.fullmatch(text, max(text.rfind("<"), 0))) and _is_english(found[2]):
        after.append(_Mark(line, bool(found[1]), found[2]))
        text = text[: found.start()]
    if not before and not after:
        return [line]
    middle = [Line(line.number, text, trim(text))] if trim(text) else []
    return [*before, *middle, *after]


def _is_english(word: str) -> bool:
    return SequenceMatcher(None, word.casefold(), _NAME, autojunk=False).ratio() >= _ALIKE


def _unclosed_mark(pieces: Sequence[Line | _Mark]) -> int:
    """Return the position of the opening mark that nothing closes, or the number of pieces."""
    opened = len(pieces)
    for position, piece in enumerate(pieces):
        if isinstance(piece, _Mark):
            opened = position if opened == len(pieces) and not piece.closing else len(pieces)
    return opened


def _ends_unclosed(line: Line) -> bool:
    return has_hangul(line.bare) or bool(read_tag_line(line.bare)) or read_heading(line.bare) is not None


def _notices(path: str, pieces: Sequence[Line | _Mark], unclosed: int) -> list[Problem]:
    problems: list[Problem] = []
    within = False
    for position, piece in enumerate(pieces):
        if not isinstance(piece, _Mark):
            continue
        if piece.name.casefold() != _NAME:
            reason = sentence("`<{word}>` is read as `<english>`. Correct its spelling.", word=piece.name)
            problems.append(Problem(path, piece.line.number, reason, notice=True))
        if position == unclosed:
            reason = sentence("`<english>` is never closed. Write `</english>` where the English part ends.")
            problems.append(Problem(path, piece.line.number, reason, notice=True))
        elif piece.closing and not within:
            reason = sentence("`</english>` closes nothing. Write `<english>` where the English part begins.")
            problems.append(Problem(path, piece.line.number, reason, notice=True))
        within = not within and not piece.closing
    return problems
