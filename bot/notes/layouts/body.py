"""The text of one entry in a Markdown note: quoted abstract, paragraphs, English part, tags, wiki links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model import Commentary
from bot.notes.commentary import divide
from bot.notes.layouts.english import part_english
from bot.notes.lines import Line, blocks, fenced, has_hangul, read_heading, read_tag_line, split_glued_tags, trim
from bot.notes.links import only_wiki_links, read_id_row, unique, wiki_targets
from bot.notes.problems import Problem

_RULE = re.compile(r"#+|(?:[-*_]\s*){3,}")
_CALLOUT = re.compile(r"\[![^\]\n]{0,40}\][+-]?")


@dataclass(frozen=True, slots=True)
class Body:
    """What stands below the title of an entry, sorted out."""

    abstract: str | None = None
    commentary: Commentary = field(default_factory=Commentary)
    tags: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    arxiv_ids: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marks:
    """Lines that are no text: tags and ids as read from them, and what is left, blank where they were."""

    rest: tuple[Line, ...]
    tags: tuple[str, ...]
    arxiv_ids: tuple[str, ...]


def read_body(path: str, lines: Sequence[Line]) -> Body:
    """Sort out the lines below a title; `path` is for the notices."""
    marks = _take_marks(lines)
    english = part_english(path, marks.rest)
    abstract, rest = _take_abstract(tuple(blocks(english.outside)))
    paragraphs, glued = _take_glued_tags([_text(block) for block in rest])
    translated, glued_there = _take_glued_tags([_text(block) for block in blocks(english.inside)])
    commentary = divide(paragraphs)
    return Body(
        abstract=abstract,
        commentary=Commentary(commentary.ko, (*commentary.en, *translated)),
        tags=unique((*glued, *glued_there, *marks.tags)),
        relations=unique(target for line in lines for target in wiki_targets(line.bare)),
        arxiv_ids=marks.arxiv_ids,
        problems=english.problems,
    )


def _take_marks(lines: Sequence[Line]) -> _Marks:
    code = fenced(lines)
    rest: list[Line] = []
    tags: list[str] = []
    ids: list[str] = []
    for line in lines:
        if line.number in code:
            rest.append(line)
            continue
        found = read_tag_line(line.bare)
        own = read_id_row(line.bare)
        tags.extend(found)
        ids.extend([own] if own else [])
        is_text = not (found or own or only_wiki_links(line.bare) or _is_markup(line.bare))
        rest.append(line if is_text else Line(line.number, "", ""))
    return _Marks(tuple(rest), unique(tags), unique(ids))


def _is_markup(bare: str) -> bool:
    heading = read_heading(bare)
    return _RULE.fullmatch(bare) is not None or (heading or "").casefold() in {"link", "links"}


def _take_abstract(paragraphs: Sequence[Sequence[Line]]) -> tuple[str | None, list[Sequence[Line]]]:
    """Take the quoted blocks at the top; a Korean quotation is commentary, not an abstract."""
    quoted: list[str] = []
    rest: list[Sequence[Line]] = []
    for block in paragraphs:
        in_abstract = not rest and block[0].bare.startswith(">")
        length = next((index for index, line in enumerate(block) if has_hangul(line.bare)), len(block))
        length = length if in_abstract else 0
        quoted.append("\n".join(_unquoted(line) for line in block[:length]))
        rest.extend([block[length:]] if length < len(block) else [])
    abstract = trim("\n\n".join(text for text in quoted if trim(text)))
    return abstract or None, rest


def _unquoted(line: Line) -> str:
    text = trim(line.bare.removeprefix(">"))
    return trim(_CALLOUT.sub("", text, count=1)) if text.startswith("[!") else text


def _take_glued_tags(paragraphs: list[str]) -> tuple[list[str], tuple[str, ...]]:
    if not paragraphs:
        return paragraphs, ()
    last, tags = split_glued_tags(paragraphs[-1])
    return [*paragraphs[:-1], last], tags


def _text(block: Sequence[Line]) -> str:
    return trim("\n".join(line.text.rstrip() for line in block))
