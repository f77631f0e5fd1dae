"""Know what kind of place a channel is, and open threads and forum posts in it."""

import logging
from collections import OrderedDict
from dataclasses import dataclass

import discord

from adapters.discord import faults
from adapters.discord.connection import Connection
from adapters.discord.draft import Draft
from adapters.discord.inbound import DIRECT
from adapters.discord.pace import Pace
from adapters.discord.sending import parts
from adapters.discord.trail import sending
from bot.model import ChannelAddress
from bot.tags import fold_tag

MOST_TAGS = 5
MOST_REMEMBERED = 5000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel by id and kind; `tags` are what a forum offers the bot, by folded name."""

    id: int
    kind: discord.ChannelType
    tags: tuple[tuple[str, discord.ForumTag], ...] = ()
    needs_tag: bool = False

    @property
    def is_forum(self) -> bool:
        """Tell whether every post is a thread of its own."""
        return self.kind in (discord.ChannelType.forum, discord.ChannelType.media)

    @property
    def is_announcement(self) -> bool:
        """Tell whether other channels may follow this one."""
        return self.kind is discord.ChannelType.news

    @property
    def has_threads(self) -> bool:
        """Tell whether a message here can start a thread."""
        return self.kind in (discord.ChannelType.text, discord.ChannelType.news)


class Places:
    """Look channels up, from what the gateway told where it did, and remember the threads there are."""

    def __init__(self, connection: Connection, pace: Pace) -> None:
        self._connection = connection
        self._pace = pace
        self._kinds: OrderedDict[int, Place] = OrderedDict()
        self._threads: OrderedDict[int, int | None] = OrderedDict()

    async def of(self, address: ChannelAddress) -> Place:
        """Return what kind of place an address is."""
        channel_id = int(address.channel)
        if address.workspace == DIRECT:
            return Place(channel_id, discord.ChannelType.private)
        client = await self._connection.ready()
        known = client.get_channel(channel_id)
        if known is not None:
            return _place(known)
        if channel_id not in self._kinds:
            await self._pace.turn()
            self._remember(_place(await client.fetch_channel(channel_id)))
        return self._kinds[channel_id]

    async def thread(self, place: Place, message_id: int, name: str) -> int | None:
        """Return the thread under a message, opened where there is none; None where the place has no threads.

        Raises the SDK's NotFound where the message is gone.
        """
        if place.is_forum:
            return message_id
        if not place.has_threads:
            return None
        if message_id not in self._threads:
            opened = await self._open_thread(place, message_id, name)
            self._threads[message_id] = message_id if opened else None
            while len(self._threads) > MOST_REMEMBERED:
                self._threads.popitem(last=False)
        return self._threads[message_id]

    async def open_post(self, place: Place, draft: Draft) -> str:
        """Open a forum post and return the id that its thread and its first message share."""
        client = await self._connection.ready()
        forum = client.get_channel(place.id) or await client.fetch_channel(place.id)
        if not isinstance(forum, discord.ForumChannel):
            self._kinds.pop(place.id, None)
            raise discord.InvalidData("the channel is a forum no longer")
        await self._pace.turn()
        sending()
        try:
            opened = await forum.create_thread(name=draft.name, applied_tags=_chosen(place, draft), **parts(draft))
        except discord.HTTPException:
            # What was known of its tags may be out of date; the next try looks again.
            self._kinds.pop(place.id, None)
            raise
        return str(opened.thread.id)

    async def _open_thread(self, place: Place, message_id: int, name: str) -> bool:
        """Open a thread; say no where the bot isn't allowed to, so that its parts follow as replies."""
        client = await self._connection.ready()
        await self._pace.turn()
        try:
            # The message's own method wants a guild in the cache, which a process without a gateway doesn't have.
            await client.http.start_thread_with_message(
                place.id, message_id, name=name, auto_archive_duration=1440, reason=None
            )
        except discord.Forbidden:
            _log.warning("no thread could be opened: grant Create Public Threads", extra={"channel": place.id})
            return False
        except discord.HTTPException as error:
            if error.code == faults.THREAD_EXISTS:
                return True
            if error.status == 400:
                _log.warning("no thread could be opened: %s", error.text, extra={"channel": place.id})
                return False
            raise
        return True

    def _remember(self, place: Place) -> None:
        self._kinds[place.id] = place
        while len(self._kinds) > MOST_REMEMBERED:
            self._kinds.popitem(last=False)


def _place(channel: object) -> Place:
    if isinstance(channel, discord.ForumChannel):
        # A moderated tag is for those who manage threads, and refused to everybody else.
        tags = tuple((fold_tag(tag.name), tag) for tag in channel.available_tags if not tag.moderated)
        return Place(channel.id, channel.type, tags, channel.flags.require_tag)
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread | discord.DMChannel | discord.GroupChannel):
        return Place(channel.id, channel.type)
    raise discord.InvalidData("a channel of no known kind")


def _chosen(place: Place, draft: Draft) -> list[discord.ForumTag]:
    """Return the forum's tags that a draft has, most common first, and any one where the forum insists."""
    wanted = [fold_tag(tag) for tag in draft.tags]
    offered = dict(place.tags)
    chosen = [offered[tag] for tag in dict.fromkeys(wanted) if tag in offered][:MOST_TAGS]
    if not chosen and place.needs_tag:
        chosen = [tag for _, tag in place.tags][:1]
    return chosen
