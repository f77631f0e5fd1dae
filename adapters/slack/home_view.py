"""Draw the Home tab: a search box, and a person's channels with their rules and latest notes; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.slack.blocks import Drawn, context, mrkdwn, plain, sections
from adapters.slack.forms import OPTION_CHARACTERS
from adapters.slack.mrkdwn import escape, spans_of
from adapters.slack.search_form import CHOSEN_ENTRY
from bot.actions import encode
from bot.commands import Command, Typed
from bot.message import Reply
from bot.model import ChannelAddress
from bot.richtext import Text
from bot.words import Words

# The search box of Home, which suggests as the one of the search modal does.
SEARCH_SELECT = f"{CHOSEN_ENTRY}.home"
SEARCH_BUTTON = "paperboy.home.search"
SETTINGS_BUTTON = "paperboy.home.settings"
DIGEST_BUTTON = "paperboy.home.digest"
CHANNEL_BLOCK = "channel."
TODAY = Typed("digest", "")
# Titles shown of a channel's latest digest.
TITLES = 3
_VIEW_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """What Home says of a channel: its rule, its latest notes, and the command that shows those whole."""

    address: ChannelAddress
    rule: Reply
    latest: Reply
    show: Command


def home_view(words: Words, channels: Sequence[ChannelShown], more: int = 0) -> Drawn:
    """Draw the tab; `more` channels are left out."""
    hello = words.gettext("Type `/paper` and a few words in any channel, or look here.")
    header: Drawn = {"type": "header", "text": plain("📰 Paperboy", 150)}
    below = [block for channel in channels for block in _channel(words, channel)]
    said = list(sections(spans_of(_below(words, len(channels), more))))
    room = _VIEW_BLOCKS - 10
    return {"type": "home", "blocks": [header, *sections(spans_of(hello)), _search(words), *below[:room], *said]}


def _below(words: Words, shown: int, more: int) -> str:
    if not shown:
        return words.gettext("None of your channels has a digest yet. Type `/digest subscribe #llm` in one of them.")
    if not more:
        return ""
    return words.ngettext(
        "{number} more of your channels has a digest; type `/digest list` there.",
        "{number} more of your channels have a digest; type `/digest list` there.",
        more,
    )


def _search(words: Words) -> Drawn:
    select: Drawn = {
        "type": "external_select",
        "action_id": SEARCH_SELECT,
        "min_query_length": 0,
        "placeholder": plain(words.gettext("Title, author, tag …"), OPTION_CHARACTERS),
    }
    return {"type": "actions", "elements": [select, _button(words.gettext("Find a note"), SEARCH_BUTTON)]}


def _channel(words: Words, channel: ChannelShown) -> list[Drawn]:
    label = words.gettext("Today's notes") if channel.show is TODAY else words.gettext("Latest notes")
    return [
        {"type": "divider"},
        {"type": "section", "text": mrkdwn(_name(channel.address, words))},
        *list(sections(spans_of(channel.rule.text)))[:2],
        *list(context((Text("\n".join(_in_short(channel.latest))),)))[:1],
        {
            "type": "actions",
            "block_id": f"{CHANNEL_BLOCK}{channel.address.channel}",
            "elements": [
                _button(label, DIGEST_BUTTON) | {"value": encode(channel.show) or "digest today"},
                _button(words.gettext("Settings"), SETTINGS_BUTTON),
            ],
        },
    ]


def _name(address: ChannelAddress, words: Words) -> str:
    """Name a channel; Slack has no mark for a conversation with the bot."""
    if address.channel.startswith("D"):
        return "*" + escape(words.gettext("Your direct messages with me")) + "*"
    return f"<#{address.channel}>"


def _in_short(digest: Reply) -> Iterator[str]:
    """Yield the first line of a digest and the titles it begins with."""
    yield digest.text.split("\n", 1)[0]
    for card in digest.cards[:TITLES]:
        yield f"{card.number}. {card.title}" if card.number else card.title
    if len(digest.cards) > TITLES:
        yield "…"


def _button(label: str, action_id: str) -> Drawn:
    return {"type": "button", "action_id": action_id, "text": plain(label, 75)}
