"""The domain's nouns as frozen dataclasses: notes, entries and what identifies them. Standard library only."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DateKind(StrEnum):
    """How exactly a note is dated."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NoteDate:
    """The days a note stands for, first and last inclusive; both are None when it has no date."""

    kind: DateKind = DateKind.NONE
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Commentary:
    """The writer's own words, paragraph by paragraph; `en` is a translation where both exist."""

    ko: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper written up in a note, as parsed.

    `arxiv_ids` are the paper's own (without version), `mentioned_arxiv_ids` those of other papers in its text.
    `relations` are the targets of wiki links as written. `lines` is (first, last), 1-based and inclusive.
    Tags keep the writer's spelling; compare them with `bot.tags.fold_tag`.
    """

    title: str
    aliases: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    commentary: Commentary = field(default_factory=Commentary)
    links: tuple[str, ...] = ()
    arxiv_ids: tuple[str, ...] = ()
    mentioned_arxiv_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    lines: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Note:
    """One dated source document: its path relative to the notes folder (with `/`), its date, its entries in order."""

    path: str
    date: NoteDate
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FiledEntry:
    """An entry with its lasting identity, and where and when it was noted.

    `source` is the path of its note relative to the notes folder; `copies` are other files that hold the very
    same entry.
    """

    id: str
    source: str
    date: NoteDate
    entry: Entry
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag in its most common spelling, and the number of entries that carry it."""

    tag: str
    entries: int


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """Where a channel is: platform, workspace (the tenant) and channel id, each as the platform writes it."""

    platform: str
    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}/{self.channel}"
