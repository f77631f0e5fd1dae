"""Front matter, the `--- … ---` block that Obsidian keeps date, title, tags and aliases in.

Only the usual forms are read, by hand: a strict YAML reader would refuse what people really type (`title: A: B`,
`tags: #llm`), and nothing here nests.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import NoteDate
from bot.notes.lines import Line, trim
from bot.notes.names import read_name
from bot.notes.problems import Problem
from bot.sentences import sentence

_KEY = re.compile(r"([^\W\d][\w-]{0,60})\s*:(?:\s+(.*))?")
_ITEM = re.compile(r"-(?:\s+(.*))?")
_BLOCK_MARKS = frozenset({"|", ">", "|-", ">-", "|+", ">+"})
_CLOCK = re.compile(r"(\d{4}[-./]\d{1,2}[-./]\d{1,2})[T ]\d{1,2}:.*")
_LIST_PARTS = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[^,]+)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter says about its note, and how many lines it takes (0 where there is none)."""

    title: str = ""
    date: NoteDate | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    length: int = 0


@dataclass(slots=True)
class _Field:
    line: int
    items: list[str] = field(default_factory=list)


def read_front_matter(path: str, lines: Sequence[Line]) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Read the block at a note's very top; what can't be read in it is a notice, and the note loads without it."""
    if not lines or lines[0].bare != "---":
        return FrontMatter(), ()
    end = next((index for index, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")), None)
    if end is None:
        return FrontMatter(), _unclosed(path, lines)
    fields, problems = _read_fields(path, lines[1:end])
    dated, odd = _read_date(path, fields.get("date"))
    matter = FrontMatter(
        title=" ".join(_items(fields, "title")),
        date=dated,
        tags=_read_tags([*_items(fields, "tags"), *_items(fields, "tag")]),
        aliases=(*_items(fields, "aliases"), *_items(fields, "alias")),
        length=end + 1,
    )
    return matter, (*problems, *odd)


def _unclosed(path: str, lines: Sequence[Line]) -> tuple[Problem, ...]:
    if len(lines) < 2 or not _KEY.fullmatch(lines[1].bare):
        return ()
    reason = sentence("The front matter is never closed. End it with a line of `---`.")
    return (Problem(path, 1, reason, notice=True),)


def _read_fields(path: str, lines: Sequence[Line]) -> tuple[Mapping[str, _Field], tuple[Problem, ...]]:
    fields: dict[str, _Field] = {}
    current: _Field | None = None
    problems: list[Problem] = []
    for line in lines:
        if not line.bare or line.bare.startswith("#"):
            continue
        key = None if line.text[:1].isspace() else _KEY.fullmatch(line.bare)
        if key:
            current = fields.setdefault(key[1].casefold(), _Field(line.number))
            current.items.extend(_read_value(key[2] or ""))
        elif current and (line.text[:1].isspace() or _ITEM.fullmatch(line.bare)):
            item = _ITEM.fullmatch(line.bare)
            current.items.extend(_read_value((item[1] or "") if item else line.bare))
        else:
            reason = sentence("“{text}” in the front matter is not `key: value`.", text=line.bare[:60])
            problems.append(Problem(path, line.number, reason, notice=True))
    return fields, tuple(problems)


def _read_value(written: str) -> list[str]:
    value = trim(written)
    if value in _BLOCK_MARKS:
        return []
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        parts = [_unquote(part) for part in _LIST_PARTS.findall(value[1:-1])]
        return [part for part in parts if part]
    return [text] if (text := _unquote(value)) else []


def _unquote(written: str) -> str:
    text = trim(written)
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return trim(text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"'))
    return text


def _items(fields: Mapping[str, _Field], key: str) -> list[str]:
    return fields[key].items if key in fields else []


def _read_tags(items: Sequence[str]) -> tuple[str, ...]:
    """Read tags from a list, a blank inside one becoming `-`, or from one line with commas or blanks between them."""
    split = ["-".join(item.split()) for item in items] if len(items) > 1 else re.split(r"[,\s]+", "".join(items))
    return tuple(tag for tag in (item.strip("#＃") for item in split) if tag)


def _read_date(path: str, written: _Field | None) -> tuple[NoteDate | None, tuple[Problem, ...]]:
    if written is None or not written.items:
        return None, ()
    text = written.items[0]
    clock = _CLOCK.fullmatch(text)
    name = read_name(clock[1] if clock else text)
    if name.date is not None and not name.title:
        return name.date, ()
    reason = sentence("“{text}” is not a date. Write it as YYYY-MM-DD.", text=text[:60])
    return None, (Problem(path, written.line, reason, notice=True),)
