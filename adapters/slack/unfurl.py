"""Answer links to papers with the team's note, where a channel asked for it, and stay quiet otherwise."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from adapters.slack.blocks import Drawn, card_blocks
from adapters.slack.clients import Clients
from adapters.slack.conversations import Conversations
from adapters.slack.failures import translated
from adapters.slack.inbound import Payload, bot_user
from adapters.slack.inbox import Inbox
from adapters.slack.places import Place
from adapters.slack.workspaces import Workspace
from bot.commands import OpenEntry, Preview
from bot.errors import DeliveryError, StorageError
from bot.message import Card
from bot.ports import Addressbook, Memory

# Registered in the manifest; Slack tells of links to these alone. https://docs.slack.dev/messaging/unfurling-links
DOMAINS = ("arxiv.org", "openreview.net", "aclanthology.org", "huggingface.co", "github.com")
# Whoever posts this many links at once shows a list, not a paper.
TOO_MANY_LINKS = 3
# The same note isn't unfolded again in a channel within this time, whichever of its links is posted.
QUIET = timedelta(minutes=30)
KIND = "slack.unfurled"
_log = logging.getLogger(__name__)


class Unfurling:
    """Unfold links."""

    def __init__(
        self, clients: Clients, conversations: Conversations, inbox: Inbox, memory: Memory, addressbook: Addressbook
    ) -> None:
        self._clients = clients
        self._conversations = conversations
        self._inbox = inbox
        self._memory = memory
        self._addressbook = addressbook

    async def answer(self, body: Payload, workspace: Workspace) -> None:
        """Unfold the links of a message, or stay quiet."""
        event = body["event"]
        if event.get("user") == bot_user(body) or not await self._inbox.new(f"event:{body.get('event_id')}"):
            return
        urls = tuple(dict.fromkeys(str(link["url"]) for link in event.get("links") or ()))
        # While somebody is still writing there is no channel yet, so nobody can have asked for previews.
        if event.get("source") == "composer" or not 0 < len(urls) < TOO_MANY_LINKS:
            return
        try:
            await self._unfold(event, urls, workspace)
        except (DeliveryError, StorageError) as error:
            _log.warning("links in %s aren't unfolded: %s", event.get("channel"), error)

    async def _unfold(self, event: Payload, urls: tuple[str, ...], workspace: Workspace) -> None:
        place = Place(workspace, str(event["user"]), str(event["channel"]))
        if not await self._addressbook.previews_wanted(place.address):
            return
        reply = await self._conversations.ask(place, Preview(urls), public=True)
        unfurls = {
            card.url: {"blocks": _unfolded(card)}
            for card in reply.cards
            if card.url is not None
            and card.url in urls
            and await self._memory.first_time(KIND, f"{place.address} {_note_of(card)}", QUIET)
        }
        if unfurls:
            await self._send(event, unfurls, workspace)

    async def _send(self, event: Payload, unfurls: Mapping[str, dict[str, list[Drawn]]], workspace: Workspace) -> None:
        client = await self._clients.of(workspace)
        call = client.chat_unfurl(
            channel=str(event["channel"]),
            ts=str(event["message_ts"]),
            unfurls={url: dict(content) for url, content in unfurls.items()},
        )
        await translated(call)


def _note_of(card: Card) -> str:
    """Return what tells a card's note from others: the note its button opens."""
    opened = (action.command.entry_id for action in card.actions if isinstance(action.command, OpenEntry))
    return next(opened, card.url or card.title)


def _unfolded(card: Card) -> list[Drawn]:
    return list(card_blocks(card))[:50]
