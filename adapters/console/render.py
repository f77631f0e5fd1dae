"""Draw replies on a terminal, or as plain text where nobody looks. Nothing is cut: a terminal scrolls."""

import io
import unicodedata
from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.text import Text as Ink

from bot.message import Action, Block, BlockRole, Card, Reply, WebLink
from bot.richtext import Bold, ChannelName, Code, Link, Mention, Moment, Span, Text

PLAIN_WIDTH = 100
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def options(reply: Reply) -> dict[int, Action]:
    """Number the actions of a reply: a card's single action by the card's own number, the others after them."""
    chosen: dict[int, Action] = {
        card.number: card.actions[0] for card in reply.cards if card.number is not None and len(card.actions) == 1
    }
    others = [action for card in reply.cards for action in card.actions if chosen.get(card.number or 0) is not action]
    first = max(chosen, default=0) + 1
    return chosen | dict(enumerate([*others, *reply.actions], start=first))


def draw(reply: Reply) -> RenderableType:
    """Return what a rich console prints for a reply and everything in its thread."""
    parts: list[RenderableType] = []
    if reply.lead:
        parts.append(_line(reply.lead))
    elif not reply.cards:
        parts.append(Ink(ink(reply.text)))
    parts += [part for card in reply.cards for part in _card(card)]
    numbered = options(reply)
    cards_own = {card.number for card in reply.cards if len(card.actions) == 1}
    buttons = [(number, action) for number, action in numbered.items() if number not in cards_own]
    if buttons:
        parts.append(_buttons(buttons))
    parts += map(_web_link, reply.links)
    parts += [Padding(draw(part), (1, 0, 0, 2)) for part in reply.thread]
    return Group(*parts)


def plain_text(reply: Reply, width: int = PLAIN_WIDTH) -> str:
    """Draw a reply without colours, for logs, pipes and files."""
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(draw(reply))
    file = console.file
    assert isinstance(file, io.StringIO)  # noqa: S101 - given two lines above
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def ink(text: str) -> str:
    """Take out what would steer a terminal or turn its reading direction; keep every visible character."""
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in _BIDI_CONTROLS)
    )


def _card(card: Card) -> Iterator[RenderableType]:
    number = f"{card.number}. " if card.number is not None else ""
    title = Ink(f"\n{number}")
    title.append(ink(card.title), Style(bold=True, link=card.url))
    yield title
    if card.url:
        yield Ink(card.url, Style(dim=True, link=card.url))
    if card.caption:
        yield _line(card.caption, Style(dim=True))
    for block in card.blocks:
        yield from _block(block)
    yield from map(_web_link, card.links)


def _block(block: Block) -> Iterator[RenderableType]:
    match block.role:
        case BlockRole.QUOTE:
            yield _Quote(_line(block.spans))
        case BlockRole.ITEM:
            yield Padding(_line(block.spans), (0, 0, 0, 2))
        case BlockRole.CAPTION:
            yield _line(block.spans, Style(dim=True))
        case BlockRole.PARAGRAPH:
            yield _line(block.spans)


def _buttons(buttons: Iterable[tuple[int, Action]]) -> Ink:
    line = Ink("\n")
    for number, action in buttons:
        line.append(f"[{number}]", Style(bold=True))
        line.append(f" {ink(action.label)}   ")
    return line


def _web_link(link: WebLink) -> Ink:
    line = Ink(f"{ink(link.label)}: ")
    line.append(ink(link.url), Style(dim=True, link=link.url))
    return line


def _line(spans: Iterable[Span], style: Style | None = None) -> Ink:
    line = Ink(style=style or Style.null())
    for span in spans:
        _append(line, span)
    return line


def _append(line: Ink, span: Span) -> None:
    match span:
        case Text(text=text):
            line.append(ink(text))
        case Bold(text=text):
            line.append(ink(text), Style(bold=True))
        case Code(text=text):
            line.append(ink(text), Style(color="cyan"))
        case Link(text=text, url=url):
            line.append(ink(text), Style(link=url, underline=True))
        case Mention(name=name):
            line.append(f"@{ink(name)}", Style(bold=True))
        case Moment(text=text) | ChannelName(text=text):
            line.append(ink(text))


class _Quote:
    """Draw the writer's words with a bar at their left, on every line they wrap to."""

    def __init__(self, words: Ink) -> None:
        self._words = words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        inner = options.update_width(max(1, options.max_width - 2))
        for line in console.render_lines(self._words, inner, pad=False):
            yield Segment("│ ", Style(color="cyan"))
            yield from line
            yield Segment.line()
