"""Messages between the core and the adapters: a request says who, where and what; a reply has no address."""

from dataclasses import dataclass
from enum import StrEnum

from bot.commands import Command
from bot.model import ChannelAddress
from bot.richtext import Spans
from bot.sentences import Sentence, sentence

# What changes a channel's rules where a platform has no name of its own for it.
RIGHT = sentence("the right to manage this channel")


class Visibility(StrEnum):
    """Who sees a reply: the person who asked, or everybody in the channel."""

    PRIVATE = "private"
    PUBLIC = "public"


class BlockRole(StrEnum):
    """What a block of a card is, so that a platform can draw it its own way."""

    PARAGRAPH = "paragraph"
    QUOTE = "quote"  # the note-writer's own words
    ITEM = "item"  # one of a list
    CAPTION = "caption"  # small print


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a card."""

    role: BlockRole
    spans: Spans


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can press: its label and the command it stands for."""

    label: str
    command: Command


@dataclass(frozen=True, slots=True)
class WebLink:
    """A web page that a person can open: its label and its address. It never comes back as a request."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One titled part of a reply: title (a link where `url` is set), caption, then blocks in reading order.

    `number` is the card's place in a list, from 1; None where it stands alone. `links` and `actions` belong to this
    card alone.
    """

    title: str
    url: str | None = None
    number: int | None = None
    caption: Spans = ()
    blocks: tuple[Block, ...] = ()
    actions: tuple[Action, ...] = ()
    links: tuple[WebLink, ...] = ()


class Outcome(StrEnum):
    """What became of a request, for exit codes and metrics."""

    ANSWERED = "answered"
    NOTHING_FOUND = "nothing_found"
    MISUSED = "misused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. An adapter draws `lead`, `cards`, `actions`, `links`; `text` where there is no lead and no card.

    `text` is always set: the notification line, what a screen reader says, and the whole answer on a platform
    without cards. `thread` holds replies that continue this one, in order: the full notes under a digest. `language`
    is what a reply nobody asked for speaks, so that labels of the adapter's own agree with it; None says nothing of it.
    """

    text: str
    lead: Spans = ()
    cards: tuple[Card, ...] = ()
    actions: tuple[Action, ...] = ()
    links: tuple[WebLink, ...] = ()
    visibility: Visibility = Visibility.PRIVATE
    outcome: Outcome = Outcome.ANSWERED
    thread: "tuple[Reply, ...]" = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: the platform's id, a name for public sentences, and whether they may change this channel's rules.

    `right` is what the platform calls that right.
    """

    id: str
    name: str
    may_manage: bool = True
    right: Sentence = RIGHT


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: who, where, which command, in which language, and the reference that logs and people see.

    `language` is the reader's (`ko` or `en`). `public` means the question itself was public, as a mention is.
    """

    address: ChannelAddress
    person: Person
    command: Command
    language: str
    reference: str
    public: bool = False
