"""Draw replies as Discord messages within every limit: a list of drafts that together lose nothing. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from adapters.discord.controls import Controls, controls
from adapters.discord.draft import (
    CONTENT_UNITS,
    DESCRIPTION_UNITS,
    EMBED_UNITS,
    EMBEDS,
    NAME_UNITS,
    TITLE_UNITS,
    Draft,
    Embed,
)
from adapters.discord.markdown import (
    PART_UNITS,
    address,
    escaped,
    exceeds,
    inline,
    pieces,
    shortened,
    split,
    with_commands,
)
from bot.message import Block, BlockRole, Card, Reply
from bot.richtext import Bold, Code, Link, Spans, plain
from bot.words import Words

# A delivery's marker may come into the last footer.
_MARKER_ROOM = 40
_MESSAGE_UNITS = EMBED_UNITS - _MARKER_ROOM
_TAG = re.compile(r"(?<!\S)#([^\s#]+)")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An embed and the cards that begin in it, whose actions belong to its message."""

    embed: Embed
    cards: tuple[Card, ...] = ()


@dataclass(slots=True)
class _Page:
    """A message being filled."""

    drawn: list[_Drawn] = field(default_factory=list)

    def takes(self, embed: Embed) -> bool:
        """Tell whether there is room for one embed more."""
        used = sum(one.embed.units for one in self.drawn)
        return len(self.drawn) < EMBEDS and used + embed.units <= _MESSAGE_UNITS


def draft_reply(reply: Reply, words: Words) -> tuple[Draft, ...]:
    """Return the messages that draw a reply, its thread not counted: the first one stands for all in a channel."""
    opened = words.gettext("Open a note…")
    more = words.gettext("More…")
    pages = _pages(reply.cards)
    drawn = [
        controls(
            [card for one in page.drawn for card in one.cards],
            reply.actions if index == 0 else (),
            reply.links if index == 0 else (),
            open_label=opened,
            more_label=more,
        )
        for index, page in enumerate(pages)
    ]
    contents = list(_contents(reply, drawn))
    if not any(contents) and not any(page.drawn for page in pages):
        # Nothing of it can be seen, say a lead of control characters: the text stands for all.
        contents[:1] = list(_packed(with_commands(part) for part in split(reply.text, PART_UNITS)))
    drafts = [
        Draft(content, tuple(one.embed for one in page.drawn), control.rows)
        for content, page, control in zip(contents, pages, drawn, strict=False)
    ]
    return (*drafts, *(Draft(content) for content in contents[len(pages) :]))


def draft_thread(reply: Reply, words: Words) -> tuple[Draft, ...]:
    """Return the messages that draw what continues a reply, in order."""
    return tuple(draft for part in reply.thread for draft in (*draft_reply(part, words), *draft_thread(part, words)))


def draft_delivery(reply: Reply, words: Words) -> tuple[Draft, ...]:
    """Return the messages that deliver a reply, its thread among them; each can open a thread or a forum post."""
    name, tags = _name(reply), _tags(reply.cards)
    return tuple(
        replace(draft, name=name, tags=tags) for draft in (*draft_reply(reply, words), *draft_thread(reply, words))
    )


def _contents(reply: Reply, drawn: list[Controls]) -> Iterator[str]:
    """Yield the content of each message: the lead, or the text where there is nothing else, as long as it goes on."""
    parts = list(_packed([*_said(reply), *_typed(drawn)]))
    yield from parts
    yield from [""] * (len(drawn) - len(parts))


def _said(reply: Reply) -> Iterator[str]:
    if reply.lead:
        yield from pieces(Block(BlockRole.PARAGRAPH, reply.lead))
    elif not reply.cards:
        yield from (with_commands(part) for part in split(reply.text, PART_UNITS))


def _typed(drawn: list[Controls]) -> Iterator[str]:
    """Say what no button can carry, so that it can be typed."""
    for control in drawn:
        for label, command in control.typed:
            parts = list(split(command, PART_UNITS))
            yield f"\n{escaped(label)}: " + "".join(inline((Code(part),)) for part in parts)


def _packed(parts: Iterable[str]) -> Iterator[str]:
    """Join parts to contents of at most CONTENT_UNITS."""
    content = ""
    for part in parts:
        if content and exceeds(content + part, CONTENT_UNITS):
            yield content
            content = ""
        content += part
    yield content.strip("\n")


def _name(reply: Reply) -> str:
    first = (plain(reply.lead) or reply.text).strip().split("\n", 1)[0]
    return shortened(first, NAME_UNITS) or "Paperboy"


def _tags(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return the tags that the captions of cards show, most common first."""
    found = [tag for card in cards for tag in _TAG.findall(plain(card.caption))]
    return tuple(sorted(dict.fromkeys(found), key=lambda tag: -found.count(tag)))


def _pages(cards: tuple[Card, ...]) -> list[_Page]:
    pages = [_Page()]
    for drawn in _embeds(cards):
        if not pages[-1].takes(drawn.embed):
            pages.append(_Page())
        pages[-1].drawn.append(drawn)
    return pages


def _embeds(cards: tuple[Card, ...]) -> Iterator[_Drawn]:
    """Draw a card that stands alone as its own embed; numbered ones share embeds, as the lines of a list."""
    listed: list[Card] = []
    for card in cards:
        if card.number is not None:
            listed.append(card)
            continue
        yield from _list(listed)
        listed = []
        yield from _single(card)
    yield from _list(listed)


def _single(card: Card) -> Iterator[_Drawn]:
    title = escaped(card.title).strip()
    url = address(card.url)
    lines = [*_caption(card.caption), *_blocks(card.blocks)]
    if not title or exceeds(title, TITLE_UNITS):
        lines = [*_listed_title(card), *lines]
        title, url = "", None
    descriptions = list(_filled(lines)) or [""]
    if not title and not descriptions[0]:
        return
    yield _Drawn(Embed(descriptions[0], title or None, url), (card,))
    for description in descriptions[1:]:
        yield _Drawn(Embed(description))


def _list(cards: list[Card]) -> Iterator[_Drawn]:
    """Fill embeds with whole cards where they fit; a card longer than an embed goes on in the next."""
    description = ""
    inside: list[Card] = []
    for card in cards:
        texts = list(_filled([*_listed_title(card), *_caption(card.caption), *_blocks(card.blocks)]))
        for index, text in enumerate(texts):
            if description and exceeds(f"{description}\n\n{text}", DESCRIPTION_UNITS):
                yield _Drawn(Embed(description), tuple(inside))
                description, inside = "", []
            description = f"{description}\n\n{text}" if description else text
            inside += [card] if index == 0 else []
    if description:
        yield _Drawn(Embed(description), tuple(inside))


def _listed_title(card: Card) -> list[str]:
    number = f"**{card.number}.** " if card.number is not None else ""
    url = address(card.url)
    parts = list(split(card.title, 1000))
    titles = [inline((Link(part, url),)) if url else inline((Bold(part),)) for part in parts]
    shown = [f"**{title}**" if url and title.startswith("[") else title for title in titles]
    return [number + "".join(shown)] if len(shown) < 2 else [number, *shown]


def _caption(spans: Spans) -> list[str]:
    return list(pieces(Block(BlockRole.CAPTION, spans))) if spans else []


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Write blocks as lines; a gap parts paragraphs, and quotes that follow each other stay one quote."""
    before: BlockRole | None = None
    for block in blocks:
        for index, piece in enumerate(pieces(block)):
            if index == 0 and before is not None:
                yield _gap(before, block.role)
            yield piece
            before = block.role


def _gap(before: BlockRole, role: BlockRole) -> str:
    if before is role is BlockRole.QUOTE:
        return "> "
    return "" if role is not before or role is BlockRole.PARAGRAPH else _NO_GAP


_NO_GAP = "\0"


def _filled(lines: Iterable[str]) -> Iterator[str]:
    """Join lines to descriptions of at most DESCRIPTION_UNITS."""
    description = ""
    for line in lines:
        if line == _NO_GAP:
            continue
        joined = f"{description}\n{line}" if description else line
        if exceeds(joined, DESCRIPTION_UNITS):
            yield from _some(description)
            joined = line
        description = joined
    yield from _some(description)


def _some(description: str) -> Iterator[str]:
    trimmed = description.strip("\n")
    if trimmed.strip("> \n"):
        yield trimmed
