"""See to it that the bot is in a channel before the channel subscribes: join it, or say how to be let in."""

import logging
import unicodedata

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.places import Place
from bot.commands import Command, Typed
from bot.errors import ChannelGone, DeliveryError, StorageError
from bot.grammar import DIGEST_VERBS
from bot.message import Outcome, Reply
from bot.words import Words

_log = logging.getLogger(__name__)


class Presence:
    """Ask Slack whether the bot is in a channel."""

    def __init__(self, clients: Clients, digest_command: str) -> None:
        self._clients = clients
        self._digest_command = digest_command

    async def missing(self, place: Place, command: Command, words: Words) -> Reply | None:
        """Return what to say where a subscription would have no way in, None where all is well."""
        if place.channel is None or not _subscribes(command):
            return None
        try:
            if await self._entered(place, place.channel):
                return None
        except (DeliveryError, StorageError) as error:
            # Whatever Slack's trouble is, the subscription is kept, and the first delivery shows.
            _log.info("conversations.info: %s", error)
            return None
        again = f"{self._digest_command} {command.text}" if isinstance(command, Typed) else self._digest_command
        text = words.gettext(
            "I'm not in this channel. Type `/invite @paperboy`, then run: `{command}`", command=again.replace("`", "'")
        )
        return Reply(text, outcome=Outcome.MISUSED)

    async def _entered(self, place: Place, channel: str) -> bool:
        client = await self._clients.of(place.workspace)
        try:
            found = (await translated(client.conversations_info(channel=channel)))["channel"]
        except ChannelGone:
            return False
        if found.get("is_member") or found.get("is_im"):
            return True
        if found.get("is_private") or found.get("is_archived"):
            return False
        await translated(client.conversations_join(channel=channel))
        return True


def _subscribes(command: Command) -> bool:
    match command:
        case Typed(surface="digest", text=text):
            verb, _, _ = unicodedata.normalize("NFC", text).partition(" ")
            return DIGEST_VERBS.get(verb.casefold()) == "subscribe"
    return False
