"""Look for a delivery in what Discord shows of a channel's past; where it shows nothing, say that nobody can tell."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord

from adapters.discord import faults
from adapters.discord.connection import Connection
from adapters.discord.inbound import DIRECT
from adapters.discord.marking import carries
from adapters.discord.places import Place
from bot.model import ChannelAddress

# How far Discord's clock, which dates its messages, may be behind ours.
CLOCK_MARGIN = timedelta(minutes=2)
MOST_READ = 3000


class History:
    """Read what was posted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(
        self, address: ChannelAddress, place: Place, delivery_id: str, since: datetime, thread: str | None
    ) -> str | None:
        """Return the id of the message that carries a delivery's id, as `Delivery.post` would have returned it.

        None means that it is surely not there. Raises OutcomeUnknown where history can't be read.
        """
        if not await self._readable(address):
            raise faults.unreadable()
        start = since - CLOCK_MARGIN
        if thread is not None:
            return await self._in_thread(place, delivery_id, start, int(thread))
        if place.is_forum:
            return await self._in_forum(address, place, delivery_id, start)
        found = await self._in_channel(place.id, delivery_id, start)
        return str(found) if found else None

    async def _in_thread(self, place: Place, delivery_id: str, start: datetime, thread: int) -> str | None:
        """Look in the thread, and among the replies that stand in for one."""
        try:
            found = await self._in_channel(thread, delivery_id, start)
        except discord.NotFound as error:
            if error.code != faults.UNKNOWN_CHANNEL:
                raise
            found = None
        if found is not None:
            return f"{thread}/{found}"
        reply = None if place.is_forum else await self._in_channel(place.id, delivery_id, start)
        return str(reply) if reply else None

    async def _in_channel(self, channel_id: int, delivery_id: str, start: datetime) -> int | None:
        client = await self._connection.ready()
        read = 0
        history = client.get_partial_messageable(channel_id).history(limit=MOST_READ, after=start, oldest_first=True)
        async for message in history:
            read += 1
            if client.user is not None and message.author.id == client.user.id and carries(message, delivery_id):
                return message.id
        if read >= MOST_READ:
            raise faults.unknown()
        return None

    async def _in_forum(self, address: ChannelAddress, place: Place, delivery_id: str, start: datetime) -> str | None:
        headless = False
        async for thread in self._posts(address, place):
            if thread.owner_id == self._connection.user_id and discord.utils.snowflake_time(thread.id) >= start:
                message = await _first_message(thread)
                if message is not None and carries(message, delivery_id):
                    return str(thread.id)
                headless = headless or message is None
        if headless:
            # The marker went with the message that somebody deleted: that post may have been this one.
            raise faults.unknown()
        return None

    async def _posts(self, address: ChannelAddress, place: Place) -> AsyncIterator[discord.Thread]:
        client = await self._connection.ready()
        guild = await client.fetch_guild(int(address.workspace), with_counts=False)
        for thread in await guild.active_threads():
            if thread.parent_id == place.id:
                yield thread
        forum = await guild.fetch_channel(place.id)
        if isinstance(forum, discord.ForumChannel):
            async for thread in forum.archived_threads(limit=50):
                yield thread

    async def _readable(self, address: ChannelAddress) -> bool:
        """Ask Discord itself, not what the gateway once told: a history closed to the bot looks like an empty one."""
        if address.workspace == DIRECT:
            return True
        client = await self._connection.ready()
        guild = await client.fetch_guild(int(address.workspace), with_counts=False)
        me = await guild.fetch_member(self._connection.user_id)
        channel = await guild.fetch_channel(int(address.channel))
        if isinstance(channel, discord.Thread):
            channel = await guild.fetch_channel(channel.parent_id)
        if isinstance(channel, discord.Thread):
            return False
        return channel.permissions_for(me).read_message_history


async def _first_message(thread: discord.Thread) -> discord.Message | None:
    """Return the message a forum post began with, None where somebody deleted it."""
    try:
        return await thread.fetch_message(thread.id)
    except discord.NotFound as error:
        if error.code != faults.UNKNOWN_MESSAGE:
            raise
        return None
