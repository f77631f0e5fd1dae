"""Read notes in a modal, one after the other in place: opened from the Home tab, where no channel takes an answer."""

import logging
from collections.abc import Mapping

from adapters.slack.blocks import Drawn, plain
from adapters.slack.clients import Clients
from adapters.slack.conversations import Conversations
from adapters.slack.failures import translated
from adapters.slack.forms import TITLE_CHARACTERS
from adapters.slack.places import Place
from adapters.slack.render import render, without_sharing
from bot.commands import Command
from bot.errors import DeliveryError, StorageError
from bot.message import Reply
from bot.words import Words

READING = "paperboy.reading"
VIEW_BLOCKS = 100
_log = logging.getLogger(__name__)


class Reading:
    """Show replies in a modal; what it can't show goes to the person's conversation with the bot."""

    def __init__(self, clients: Clients, conversations: Conversations) -> None:
        self._clients = clients
        self._conversations = conversations

    async def open(self, place: Place, trigger: str, command: Command) -> None:
        """Open a modal on the answer to a command."""
        reply = await self._conversations.ask(place, command)
        await self._show(place, reply, {"trigger_id": trigger})

    async def turn(self, place: Place, view_id: str, command: Command) -> None:
        """Show the answer to a button of the modal in its place."""
        reply = await self._conversations.ask(place, command)
        await self._show(place, reply, {"view_id": view_id})

    async def _show(self, place: Place, reply: Reply, where: Mapping[str, str]) -> None:
        view = reading_view(await self._conversations.words(place), reply)
        try:
            if view is not None:
                client = await self._clients.of(place.workspace)
                call = client.views_open if "trigger_id" in where else client.views_update
                await translated(call(**where, view=view))
                return
        except (DeliveryError, StorageError) as error:
            # The trigger was too old, or the modal is closed already.
            _log.info("a note isn't shown in a modal: %s", error)
        await self._conversations.say(place, reply)


def reading_view(words: Words, reply: Reply) -> Drawn | None:
    """Draw a reply as a modal, None where it is longer than a modal holds."""
    blocks = [block for message in render(without_sharing(reply)) for block in message.blocks]
    if len(blocks) > VIEW_BLOCKS:
        return None
    return {
        "type": "modal",
        "callback_id": READING,
        "title": plain(words.gettext("A note"), TITLE_CHARACTERS),
        "close": plain(words.gettext("Close"), TITLE_CHARACTERS),
        "blocks": blocks,
    }
