"""Carry a question to the core, in the right language and with a reference, and its reply back."""

import logging
import secrets
from dataclasses import replace

from adapters.slack.answers import Answers
from adapters.slack.names import Names
from adapters.slack.people import People
from adapters.slack.places import Place
from adapters.slack.presence import Presence
from bot.commands import Command, ShareEntry, Typed
from bot.errors import StorageError
from bot.message import Person, Reply, Request
from bot.model import ChannelAddress
from bot.ports import Host
from bot.sentences import sentence
from bot.words import LANGUAGES, Words

ADMIN_RIGHTS = sentence("the rights of a workspace admin")
_log = logging.getLogger(__name__)


class Conversations:
    """Ask the core on behalf of people."""

    def __init__(
        self, host: Host, people: People, names: Names, presence: Presence, answers: Answers, *, admins_only: bool
    ) -> None:
        self._host = host
        self._people = people
        self._names = names
        self._presence = presence
        self._answers = answers
        self._admins_only = admins_only

    async def answer(self, place: Place, command: Command, *, public: bool = False) -> None:
        """Answer a question where it was asked."""
        if isinstance(command, Typed):
            command = replace(command, text=await self._names.restored(place, command.text))
        reply = await self._presence.missing(place, command, await self.words(place))
        if reply is None:
            reply = await self.ask(place, command, public=public)
        await self._answers.send(place, reply)

    async def say(self, place: Place, reply: Reply) -> None:
        """Say something of the adapter's own."""
        await self._answers.send(place, reply)

    async def ask(
        self, place: Place, command: Command, *, public: bool = False, address: ChannelAddress | None = None
    ) -> Reply:
        """Ask the core as this person, about the place's channel or another."""
        reference = secrets.token_hex(2).upper()
        profile = await self._people.profile(place.workspace, place.user, place.user_name)
        asked_at = address or place.address
        spoken = await self._language(asked_at, profile.language, public=public or _seen_by_all(command))
        may_manage = profile.administers or not self._admins_only
        person = Person(place.user, profile.name, may_manage, ADMIN_RIGHTS)
        request = Request(asked_at, person, command, spoken, reference, public=public)
        return await self._host.handle(request)

    async def words(self, place: Place) -> Words:
        """Return the words of a person's language."""
        return Words((await self._people.profile(place.workspace, place.user, place.user_name)).language)

    def words_at_hand(self, place: Place) -> Words:
        """Return the words of a person as far as known without waiting."""
        known = self._people.at_hand(place.workspace, place.user)
        return Words(known.language if known else self._host.language)

    async def _language(self, address: ChannelAddress, own: str, *, public: bool) -> str:
        if not public:
            return own
        try:
            chosen = await self._host.addressbook.language_of(address)
        except StorageError as error:
            _log.info("a channel's language can't be read: %s", error)
            return own
        return chosen if chosen in LANGUAGES else own


def slow_down(words: Words) -> Reply:
    """Ask somebody who is faster than any reader for a moment."""
    return Reply(words.gettext("That was a lot at once. Please ask again in a few seconds."))


def _seen_by_all(command: Command) -> bool:
    match command:
        case ShareEntry():
            return True
        case Typed(surface="paper", text=text):
            return text.startswith("!") or text.endswith(" !")
    return False
