"""One Markdown file a note: addresses, title, text and tags, as plain notes and as notes of a vault."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.model import Entry, NoteDate
from bot.notes.front_matter import FrontMatter
from bot.notes.layouts.body import read_body
from bot.notes.layouts.opening import Opening, names_of, read_opening
from bot.notes.lines import Line
from bot.notes.links import arxiv_id, arxiv_ids, drop_wrapped, find_urls, unique
from bot.notes.names import NoteName, compact, read_name
from bot.notes.problems import Problem


@dataclass(frozen=True, slots=True)
class SingleNote:
    """The one entry of a note, and the date its heading carries, if any."""

    entry: Entry
    date: NoteDate | None = None
    problems: tuple[Problem, ...] = ()


def read_single(path: str, lines: Sequence[Line], name: NoteName, matter: FrontMatter) -> SingleNote:
    """Read a note's lines (front matter left out) as one entry; a title missing in it is the file's name."""
    opening = read_opening(lines)
    headed = read_name(opening.title)
    title = headed.title if headed.date else opening.title
    titles = _titles(title, name, matter, opening) or (PurePosixPath(path).stem or path,)
    entry, problems = read_entry(path, lines, opening, titles)
    return SingleNote(entry, headed.date, problems)


def _titles(title: str, name: NoteName, matter: FrontMatter, opening: Opening) -> tuple[str, ...]:
    """List all the names of an entry, its title first."""
    written = [matter.title, title, name.title]
    others = opening.aliases if any(written) else names_of(opening)
    return tuple(found for found in (*written, *others, *matter.aliases) if found)


def read_entry(
    path: str, lines: Sequence[Line], opening: Opening, titles: Sequence[str]
) -> tuple[Entry, tuple[Problem, ...]]:
    """Build an entry from its lines; the addresses it opens with hold its own ids, all others are mentions."""
    body = read_body(path, lines[opening.length :])
    own = unique([*filter(None, map(arxiv_id, opening.urls)), *body.arxiv_ids])
    entry = Entry(
        title=titles[0],
        aliases=distinct_names(titles)[1:],
        authors=opening.authors,
        abstract=body.abstract,
        commentary=body.commentary,
        links=drop_wrapped((*opening.urls, *links_of(lines))),
        arxiv_ids=own,
        mentioned_arxiv_ids=mentioned_ids(lines, own),
        tags=body.tags,
        relations=body.relations,
        lines=extent(lines),
    )
    return entry, body.problems


def links_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the addresses in some lines, in order, once each."""
    return drop_wrapped(url for line in lines for url in find_urls(line.bare))


def mentioned_ids(lines: Iterable[Line], own: Collection[str]) -> tuple[str, ...]:
    """Return the arXiv ids in some lines, in order, once each, without the entry's own."""
    known = set(own)
    return unique(found for line in lines for found in arxiv_ids(line.bare) if found not in known)


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of names that differ only in case, blanks or punctuation."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(compact(name), name)
    return tuple(found.values())


def extent(lines: Sequence[Line]) -> tuple[int, int]:
    """Return the first line's number and that of the last one that is not blank."""
    last = next((line.number for line in reversed(lines) if line.bare), lines[-1].number)
    return lines[0].number, last
