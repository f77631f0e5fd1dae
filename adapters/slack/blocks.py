"""Draw the parts of a reply as Block Kit blocks, each within Slack's limits; nothing is left out."""

from collections.abc import Iterable, Iterator, Sequence

from adapters.slack.mrkdwn import address, escape, ink, pieces
from bot.actions import encode
from bot.message import Action, Block, BlockRole, Card, WebLink
from bot.richtext import Bold, Link, Span, Spans, Text

# The type of one block as the Web API takes it.
Drawn = dict[str, object]

SECTION_CHARACTERS = 2900  # of 3,000
CONTEXT_CHARACTERS = 1900
BUTTON_CHARACTERS = 75
BUTTON_URL_CHARACTERS = 3000
LINK_ACTION = "paperboy.link"
BUTTONS_IN_A_ROW = 5
_TITLE_CHARACTERS = 1000


def card_blocks(card: Card) -> Iterator[Drawn]:
    """Draw a card: its title, caption, blocks in order, and its own buttons."""
    numbered = card.number is not None and len(card.actions) == 1
    beside = button(card.actions[0], f"card{card.number}") if numbered else None
    yield from _with_accessory(list(_title(card)), beside)
    yield from context(card.caption)
    for block in card.blocks:
        yield from block_blocks(block)
    yield from buttons(() if beside else card.actions, card.links, prefix=f"card{card.number or ''}")


def block_blocks(block: Block) -> Iterator[Drawn]:
    """Draw one block of a card by its role."""
    match block.role:
        case BlockRole.CAPTION:
            yield from context(block.spans)
        case BlockRole.QUOTE:
            yield from sections(block.spans, quoted=True)
        case BlockRole.ITEM:
            yield from sections((Text("• "), *block.spans))
        case BlockRole.PARAGRAPH:
            yield from sections(block.spans)


def sections(spans: Iterable[Span], *, quoted: bool = False) -> Iterator[Drawn]:
    """Draw text at full size, in as many sections as it needs."""
    for piece in pieces(spans, SECTION_CHARACTERS, quoted=quoted):
        yield {"type": "section", "text": mrkdwn(piece)}


def context(spans: Spans) -> Iterator[Drawn]:
    """Draw small print."""
    for piece in pieces(spans, CONTEXT_CHARACTERS):
        yield {"type": "context", "elements": [mrkdwn(piece)]}


def buttons(actions: Sequence[Action], links: Sequence[WebLink] = (), prefix: str = "reply") -> Iterator[Drawn]:
    """Draw buttons in rows, those that lead to the web first; a command too long for a button has none."""
    drawn = [link_button(link, f"{prefix}.{index}") for index, link in enumerate(links)]
    drawn += [button(action, f"{prefix}.{index}") for index, action in enumerate(actions)]
    shown = [one for one in drawn if one is not None]
    for start in range(0, len(shown), BUTTONS_IN_A_ROW):
        yield {"type": "actions", "elements": shown[start : start + BUTTONS_IN_A_ROW]}


def button(action: Action, place: str) -> Drawn | None:
    """Draw one button: its value is the command's code, its id is the same for the same place of every message."""
    code = encode(action.command)
    if code is None:
        return None
    return {
        "type": "button",
        "action_id": f"paperboy.{place}",
        "text": plain(action.label, BUTTON_CHARACTERS),
        "value": ink(code),
    }


def link_button(link: WebLink, place: str) -> Drawn | None:
    """Draw a button that opens a web page; Slack tells of a press all the same, and only wants it acknowledged."""
    url = "".join(ink(link.url).split())
    if len(url) > BUTTON_URL_CHARACTERS:
        return None
    return {
        "type": "button",
        "action_id": f"{LINK_ACTION}.{place}",
        "text": plain(link.label, BUTTON_CHARACTERS),
        "url": url,
    }


def mrkdwn(text: str) -> Drawn:
    """Wrap markup; `verbatim` keeps Slack from finding mentions and channels in it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Drawn:
    """Wrap plain words, shortened with an ellipsis where Slack takes no more."""
    shown = " ".join(ink(text).split()) or "…"
    return {"type": "plain_text", "text": shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"}


def _title(card: Card) -> Iterator[Drawn]:
    number = f"{card.number}. " if card.number is not None else ""
    title = " ".join(ink(card.title).split())
    url = address(card.url) if card.url else None
    if url and title and len(title) <= _TITLE_CHARACTERS and len(url) <= _TITLE_CHARACTERS:
        yield {"type": "section", "text": mrkdwn(f"{number}*<{url}|{escape(title.replace('*', '∗'))}>*")}
        return
    links: Spans = (Text("\n"), Link(card.url, card.url)) if card.url else ()
    yield from sections((Text(number), Bold(title), *links))


def _with_accessory(drawn: list[Drawn], beside: Drawn | None) -> list[Drawn]:
    if beside is not None and drawn:
        drawn[0]["accessory"] = beside
    return drawn
