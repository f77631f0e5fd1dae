"""Turn a reply into Slack messages: as many as its limits ask for, the rest following in the thread."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from adapters.slack.blocks import Drawn, buttons, card_blocks, sections
from adapters.slack.mrkdwn import escape, ink, spans_of
from bot.commands import ShareEntry
from bot.message import Action, Reply

BLOCKS = 50
# Slack refuses somewhere near 13,200 characters of block text, and doesn't say where.
CHARACTERS = 11_500
TEXT_CHARACTERS = 2500


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `text` is the notification line, `blocks` are what people see."""

    text: str
    blocks: tuple[Drawn, ...]

    @property
    def payload(self) -> str:
        """Return the message as the ledger keeps it."""
        return json.dumps({"text": self.text, "blocks": self.blocks}, ensure_ascii=False)

    @classmethod
    def read(cls, payload: str) -> "Message":
        """Read a message back as the ledger kept it."""
        kept = json.loads(payload)
        return cls(kept["text"], tuple(kept["blocks"]))


def render(reply: Reply) -> tuple[Message, ...]:
    """Draw a reply: the message first, then what continues it in its thread, in order."""
    own = tuple(_messages(reply))
    return own + tuple(message for part in reply.thread for message in render(part))


def without_sharing(reply: Reply) -> Reply:
    """Return a reply without the offer to share it: whoever could see it does."""
    return replace(
        reply,
        actions=_unshared(reply.actions),
        cards=tuple(replace(card, actions=_unshared(card.actions)) for card in reply.cards),
        thread=tuple(map(without_sharing, reply.thread)),
    )


def _unshared(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    return tuple(action for action in actions if not isinstance(action.command, ShareEntry))


def draw(reply: Reply) -> Iterator[Drawn]:
    """Draw the cards of a reply, or its text where there are none."""
    if reply.lead:
        yield from sections(reply.lead)
    elif not reply.cards:
        yield from sections(spans_of(reply.text))
    for card in reply.cards:
        yield from card_blocks(card)


def _messages(reply: Reply) -> Iterator[Message]:
    """Fill message after message; the reply's own buttons stay below the first, where people look for them."""
    below = tuple(buttons(reply.actions, reply.links))[: BLOCKS // 2]
    parts = list(_packed(draw(reply), below))
    for number, part in enumerate(parts, start=1):
        blocks = (*part, *below) if number == 1 else tuple(part)
        yield Message(_notification(reply.text, number, len(parts)), blocks)


def _packed(drawn: Iterable[Drawn], below: tuple[Drawn, ...]) -> Iterator[list[Drawn]]:
    part: list[Drawn] = []
    blocks_left, characters_left = BLOCKS - len(below), CHARACTERS - sum(map(characters, below))
    for block in drawn:
        size = characters(block)
        if part and (blocks_left == 0 or size > characters_left):
            yield part
            part, blocks_left, characters_left = [], BLOCKS, CHARACTERS
        part.append(block)
        blocks_left -= 1
        characters_left -= size
    yield part


def characters(part: object) -> int:
    """Count the characters of every text in a block."""
    if isinstance(part, dict):
        text = part.get("text")
        return len(text) if isinstance(text, str) else sum(map(characters, part.values()))
    return sum(map(characters, part)) if isinstance(part, (list, tuple)) else 0


def _notification(text: str, number: int, of: int) -> str:
    shown = ink(text).strip() or "Paperboy"
    if len(shown) > TEXT_CHARACTERS // 4:
        shown = _fitting(shown)
    return escape(shown) if of == 1 else f"{escape(shown)} ({number}/{of})"


def _fitting(text: str) -> str:
    """Shorten a text until its escaped form fits; the blocks hold all of it."""
    while len(escape(text)) > TEXT_CHARACTERS:
        text = text[: len(text) * 3 // 4].rstrip() + "…"
    return text
