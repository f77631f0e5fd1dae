"""Bring a reply back to where it was asked: to one person or to the channel, within what Slack allows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.people import People
from adapters.slack.places import Place, ResponseUrl
from adapters.slack.posting import post
from adapters.slack.render import Message, render, without_sharing
from bot.errors import ChannelGone, DeliveryError, NotSent, OutcomeUnknown, RateLimited, StorageError
from bot.message import Reply, Visibility
from bot.ports import Clock
from bot.sentences import sentence
from bot.words import Words

Result = TypeVar("Result")

# How long an answer may wait for Slack's leave, in seconds; after that nobody waits for it any more.
PATIENCE = 60.0
_log = logging.getLogger(__name__)


class Answers:
    """Send replies; a failure is logged, for there is nobody left to tell."""

    def __init__(self, clients: Clients, people: People, clock: Clock) -> None:
        self._clients = clients
        self._people = people
        self._clock = clock

    async def send(self, place: Place, reply: Reply) -> None:
        """Send a reply to its reader or to the channel."""
        try:
            await self._send(place, reply)
        except (DeliveryError, StorageError) as error:
            _log.warning("an answer to %s didn't arrive: %s", place.address, error)

    async def _send(self, place: Place, reply: Reply) -> None:
        private = reply.visibility is Visibility.PRIVATE and place.channel is not None
        messages = render(reply if private and not place.direct else without_sharing(reply))
        if private:
            await self._to_reader(place, messages)
        else:
            await self._to_channel(await self._with_channel(place), messages)

    async def _with_channel(self, place: Place) -> Place:
        """On the Home tab there is no channel: the answer goes to the person's own conversation with the bot."""
        if place.channel is not None:
            return place
        client = await self._clients.of(place.workspace)
        opened = await translated(client.conversations_open(users=place.user))
        return place.at(str(opened["channel"]["id"]))

    async def _to_reader(self, place: Place, messages: tuple[Message, ...]) -> None:
        for sent, message in enumerate(messages):
            if await self._responded(place.response, message, "ephemeral", place):
                continue
            try:
                await self._ephemeral(place, message)
            except ChannelGone:
                await self._in_person(place, messages[sent:])
                return

    async def _ephemeral(self, place: Place, message: Message) -> None:
        client = await self._clients.of(place.workspace)
        if place.direct:
            await self._post(client, place.channel, message, place.thread)
            return
        # Slack shows a private message in a thread only where the thread already exists.
        thread = place.thread if place.in_thread else None
        await _patiently(
            lambda: client.chat_postEphemeral(
                channel=str(place.channel),
                user=place.user,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread,
            )
        )

    async def _in_person(self, place: Place, messages: tuple[Message, ...]) -> None:
        """Send what a channel doesn't take to the person's own conversation with the bot, which is always open."""
        words = Words((await self._people.profile(place.workspace, place.user, place.user_name)).language)
        why = words.gettext(
            "I'm not in that channel, and Slack takes only a few answers there from outside."
            " The rest of what you asked for is here. To read it there, type `/invite @paperboy` in the channel."
        )
        direct = await self._with_channel(replace(place, channel=None))
        client = await self._clients.of(place.workspace)
        for message in (*render(Reply(why)), *messages):
            await self._post(client, direct.channel, message, None)

    async def _to_channel(self, place: Place, messages: tuple[Message, ...]) -> None:
        """Post the first message; the others follow in its thread, or in the one the question stands in."""
        client = await self._clients.of(place.workspace)
        first, *rest = messages
        try:
            ts = await self._post(client, place.channel, first, place.thread)
        except ChannelGone:
            if place.response is None:
                raise
            await self._as_guest(place, messages)
            return
        for message in rest:
            await self._post(client, place.channel, message, place.thread or ts)

    async def _as_guest(self, place: Place, messages: tuple[Message, ...]) -> None:
        """Answer in a channel the bot isn't in: the response URL may, as far as it reaches."""
        for sent, message in enumerate(messages):
            if not await self._responded(place.response, message, "in_channel", place):
                await self._in_person(place, messages[sent:])
                return

    async def _post(self, client: AsyncWebClient, channel: str | None, message: Message, thread: str | None) -> str:
        ts = await _patiently(lambda: post(client, str(channel), message, thread))
        if ts is None:
            raise NotSent(sentence("The question was deleted before its answer."))
        return ts

    async def _responded(self, response: ResponseUrl | None, message: Message, kind: str, place: Place) -> bool:
        """Tell whether the response URL took a message; a public one whose fate is unknown counts as taken."""
        if response is None or not response.usable(self._clock.now()):
            return False
        response.use()
        body = {"response_type": kind, "replace_original": False, "text": message.text, "blocks": message.blocks}
        body |= {"unfurl_links": False, "unfurl_media": False}
        body |= {"thread_ts": place.thread} if place.in_thread else {}
        try:
            refusal = await translated(self._clients.respond(response.url, body))
        except (OutcomeUnknown, NotSent) as error:
            _log.info("response_url: %s", error)
            return kind == "in_channel" and isinstance(error, OutcomeUnknown)
        if refusal is None:
            return True
        _log.info("response_url: %s", refusal)
        response.spend()
        return False


async def _patiently(call: "Callable[[], Awaitable[Result]]") -> Result:
    """Call, and once more for each time Slack asks to wait; nothing was sent when it does."""
    waited = 0.0
    while True:
        try:
            return await translated(call())
        except RateLimited as limited:
            waited += limited.retry_after
            if waited > PATIENCE:
                raise
            await asyncio.sleep(limited.retry_after)
