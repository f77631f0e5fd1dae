"""The domain's nouns as frozen dataclasses: notes, entries and what identifies them. No input or output."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.errors import UsageError
from bot.sentences import sentence

_ADDRESS = re.compile(r"([a-z]+):([^\s/]+)/([^\s/]+)")


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
class Label:
    """What tells an entry from others in a line, where somebody is still typing.

    `author` is the first of `authors` many, '' for none; `first_day` and `last_day` are those of its date.
    """

    id: str
    title: str
    tags: tuple[str, ...] = ()
    author: str = ""
    authors: int = 0
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag in its most common spelling, and the number of entries that carry it."""

    tag: str
    entries: int


@dataclass(frozen=True, slots=True)
class DateCount:
    """A date that notes carry, and the number of entries with exactly this date."""

    date: NoteDate
    entries: int


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """Where a channel is: platform, workspace (the tenant) and channel id, each as the platform writes it."""

    platform: str
    workspace: str
    channel: str

    @classmethod
    def read(cls, text: str) -> "ChannelAddress":
        """Read `platform:workspace/channel`; raises UsageError for anything else."""
        found = _ADDRESS.fullmatch(text)
        if found is None:
            raise UsageError(
                sentence("“{text}” is not a channel. Write it like slack:T123/C456 or console:local/main.", text=text)
            )
        return cls(found[1], found[2], found[3])

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}/{self.channel}"


# Tags that an entry must all carry, folded as by `bot.tags.fold_tag`, in sorted order.
TagGroup = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a channel wants: everything, or entries that match one group; never those that match an excluded one."""

    everything: bool = False
    included: tuple[TagGroup, ...] = ()
    excluded: tuple[TagGroup, ...] = ()

    @property
    def wants_nothing(self) -> bool:
        """Say whether no entry at all can be wanted."""
        return not self.everything and not self.included


EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel's digest is due: local time of day, IANA zone, ISO weekdays (1 is Monday)."""

    at: time = time(9)
    zone: str = "Asia/Seoul"
    weekdays: tuple[int, ...] = EVERY_DAY


class Style(StrEnum):
    """How much of an entry a digest shows before its thread."""

    COMPACT = "compact"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """What `/digest set` switches: each is a person's choice for one channel."""

    previews: bool = False
    post_empty: bool = False
    on_this_day: bool = False
    crosspost: bool = False
    corrections: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured channel: its address, its schedule and what it wants.

    Nothing dated before `first_date` is owed. `language` is `ko`, `en` or `both`. `paused_until` is the first
    date posted again, None with `paused` for a pause without end. `resting_since` is set while the platform
    refuses the channel.
    """

    id: int
    address: ChannelAddress
    first_date: date
    schedule: Schedule = field(default_factory=Schedule)
    language: str = "ko"
    style: Style = Style.COMPACT
    options: ChannelOptions = field(default_factory=ChannelOptions)
    subscription: Subscription = field(default_factory=Subscription)
    paused: bool = False
    paused_until: date | None = None
    resting_since: datetime | None = None
    created_at: datetime | None = None
