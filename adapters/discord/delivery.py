"""Post digests, find them again, edit them: each request with its outcome known, or admitted unknown."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import discord

from adapters.discord import faults
from adapters.discord.connection import Connection
from adapters.discord.draft import Draft
from adapters.discord.history import History
from adapters.discord.inbound import DIRECT, address_of
from adapters.discord.marking import marked
from adapters.discord.pace import Pace
from adapters.discord.places import Place, Places
from adapters.discord.sending import parts, replacing
from adapters.discord.trail import sending, watched
from bot.errors import RateLimited
from bot.model import ChannelAddress
from bot.ports import Addressbook, Clock, SendWindow

# Seconds. The ledger gives a send 30: ending before that, this module can still say what is known of it.
SEND_LIMIT = 28.0
# Discord keeps a nonce "the past few minutes"; within this a second send returns the first message.
NONCE_LIVES = timedelta(seconds=60)
# What stands for the id of a message that somebody deleted before we learnt it.
DELETED = "deleted"
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Delivery:
    """Keep the promises of the delivery ledger on Discord."""

    def __init__(
        self,
        connection: Connection,
        addressbook: Addressbook,
        clock: Clock,
        pace: Pace,
        send_limit: float = SEND_LIMIT,
    ) -> None:
        self._connection = connection
        self._addressbook = addressbook
        self._clock = clock
        self._pace = pace
        self._send_limit = send_limit
        self._places = Places(connection, pace)
        self._history = History(connection)

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post a draft and return its message id, `thread/message` inside a thread."""
        if thread == DELETED:
            return DELETED
        draft = marked(Draft.read(payload), delivery_id)
        try:
            return await self._attempt(lambda: self._post(address, draft, delivery_id, thread))
        except _DeletedError:
            return DELETED

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Look for a delivery; None means that posting (again) is safe."""
        if thread == DELETED:
            return DELETED
        fresh = self._clock.now() - window.last_sent_at < NONCE_LIVES
        place = await self._attempt(lambda: self._places.of(address))
        if fresh and not place.is_forum:
            # The platform itself tells a second send from a first: it answers with the message that is there.
            return None
        found = await self._attempt(
            lambda: self._history.find(address, place, delivery_id, window.first_sent_at, thread)
        )
        if found is None and fresh:
            raise faults.unknown()
        if found is not None and thread is None:
            await self._crossposted(address, place, found)
        return found

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place; one that somebody deleted stays deleted."""
        if message_id == DELETED:
            return
        channel, _, message = message_id.rpartition("/")
        draft = Draft.read(payload)
        try:
            await self._attempt(lambda: self._edit(int(channel or address.channel), int(message), draft))
        except _DeletedError:
            _log.info("a message to be corrected was deleted", extra={"channel": str(address)})

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Open the conversation with a person, or with a guild's owner; None where there is no such person."""
        return await self._attempt(lambda: self._direct(workspace, person))

    async def _direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        client = await self._connection.ready()
        if person is None and workspace != DIRECT:
            guild = client.get_guild(int(workspace)) or await client.fetch_guild(int(workspace))
            person = str(guild.owner_id) if guild.owner_id else None
        if person is None or not person.isdigit():
            return None
        await self._pace.turn()
        opened = await client.http.start_private_message(int(person))
        return address_of(None, int(opened["id"]))

    async def _edit(self, channel_id: int, message_id: int, draft: Draft) -> None:
        client = await self._connection.ready()
        await self._pace.turn()
        # A forum post's first message lies in the thread of its own id.
        for place in dict.fromkeys((channel_id, message_id)):
            message = client.get_partial_messageable(place).get_partial_message(message_id)
            try:
                await message.edit(**replacing(draft))
            except discord.NotFound as error:
                if error.code == faults.UNKNOWN_MESSAGE and place != message_id:
                    continue
                if place == message_id:
                    raise _DeletedError from None
                raise
            return

    async def _post(self, address: ChannelAddress, draft: Draft, delivery_id: str, thread: str | None) -> str:
        place = await self._places.of(address)
        if thread is not None:
            return await self._post_in_thread(address, place, draft, delivery_id, thread)
        if place.is_forum:
            return await self._places.open_post(place, draft)
        message = await self._send(int(address.channel), draft, delivery_id)
        await self._crossposted(address, place, str(message.id))
        return str(message.id)

    async def _post_in_thread(
        self, address: ChannelAddress, place: Place, draft: Draft, delivery_id: str, thread: str
    ) -> str:
        try:
            opened = await self._places.thread(place, int(thread), draft.name)
        except discord.NotFound as error:
            if error.code == faults.UNKNOWN_MESSAGE:
                raise _DeletedError from None
            raise
        if opened is not None:
            message = await self._send(opened, draft, delivery_id)
            return f"{opened}/{message.id}"
        reference = discord.MessageReference(
            message_id=int(thread), channel_id=int(address.channel), fail_if_not_exists=False
        )
        message = await self._send(int(address.channel), draft, delivery_id, reference)
        return str(message.id)

    async def _send(
        self,
        channel_id: int,
        draft: Draft,
        delivery_id: str,
        reference: discord.MessageReference | None = None,
    ) -> discord.Message:
        client = await self._connection.ready()
        target = client.get_partial_messageable(channel_id)
        given = parts(draft)
        await self._pace.turn()
        sending()
        try:
            if reference is None:
                return await target.send(**given, nonce=delivery_id)
            return await target.send(**given, nonce=delivery_id, reference=reference)
        except discord.NotFound as error:
            if error.code == faults.UNKNOWN_MESSAGE:
                # The nonce is known, its message isn't any more: posted, then deleted by someone.
                raise _DeletedError from None
            raise

    async def _crossposted(self, address: ChannelAddress, place: Place, message_id: str) -> None:
        """Publish to the channels that follow an announcement channel, where that is wanted; never a failure."""
        if not place.is_announcement or not await self._addressbook.crosspost_wanted(address):
            return
        client = await self._connection.ready()
        message = client.get_partial_messageable(int(address.channel)).get_partial_message(int(message_id))
        try:
            async with asyncio.timeout(self._send_limit / 3):
                await self._pace.turn()
                await message.publish()
        except (*faults.SDK_ERRORS, TimeoutError, RateLimited) as error:
            if getattr(error, "code", None) != faults.ALREADY_CROSSPOSTED:
                _log.warning("an announcement was posted but not published", extra={"channel": str(address)})

    async def _attempt(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Run requests under the time limit; whatever goes wrong leaves as a delivery error."""
        with watched() as trail:
            try:
                async with asyncio.timeout(self._send_limit):
                    return await call()
            except TimeoutError:
                raise faults.silence(trail) from None
            except faults.SDK_ERRORS as error:
                raise faults.delivery_error(error, trail) from error


class _DeletedError(Exception):
    """The message is known and gone."""
