"""Follow guilds and channels as they come and go, and tell the core which channels rest and which woke up."""

import logging
from datetime import timedelta

import discord

from adapters.discord import faults
from adapters.discord.inbound import PLATFORM, address_of
from adapters.discord.permissions import missing, wanted_in
from adapters.discord.render import draft_reply
from adapters.discord.sending import parts
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import Host
from bot.sentences import Sentence, sentence
from bot.words import Words, choose_language

GREETED_FOR = timedelta(days=3650)
_log = logging.getLogger(__name__)


class Lifecycle:
    """Keep the core's addressbook true."""

    def __init__(self, host: Host, *, reads_all: bool) -> None:
        self._host = host
        self._reads_all = reads_all

    async def connected(self) -> None:
        """Say in the log what the connection can and can't do."""
        if not self._reads_all:
            _log.info(
                "connected to Discord; links in plain messages are not read: "
                "PAPERBOY_DISCORD_MESSAGE_CONTENT and the Message Content Intent switch that on"
            )
        else:
            _log.info("connected to Discord, reading messages for links to papers")

    async def joined(self, guild: discord.Guild) -> None:
        """Wake a guild's channels, and say hello once, only where the bot may speak."""
        await self._host.addressbook.workspace_joined(PLATFORM, str(guild.id))
        channel = guild.system_channel
        if channel is None or missing(channel.permissions_for(guild.me), wanted_in(channel)):
            return
        if not await self._host.memory.first_time("discord.hello", str(guild.id), GREETED_FOR):
            return
        words = Words(choose_language(guild.preferred_locale.value))
        hello = words.gettext(
            "Hello! `/paper` finds the team's reading notes, `/digest subscribe` brings them here every day, "
            "`/digest help` explains the rest."
        )
        try:
            await channel.send(**parts(draft_reply(Reply(hello), words)[0]))
        except faults.SDK_ERRORS as error:
            _log.info("no hello could be said: %s", type(error).__name__)

    async def left(self, guild: discord.Guild) -> None:
        """Let every channel of a guild rest."""
        await self._host.addressbook.workspace_left(PLATFORM, str(guild.id))

    async def deleted(self, guild_id: int, channel_id: int) -> None:
        """Let a channel or thread rest that is no more."""
        await self._host.addressbook.closed(address_of(guild_id, channel_id), _deleted())

    async def thread_changed(self, guild_id: int, thread_id: int, *, closed: bool) -> None:
        """Let a thread rest that is archived and locked; posting opens one that is merely archived."""
        address = address_of(guild_id, thread_id)
        if address not in await self._host.addressbook.channels_of(PLATFORM, str(guild_id)):
            return
        if closed:
            await self._host.addressbook.closed(address, _locked())
        else:
            await self._host.addressbook.opened(address)

    async def permissions_changed(self, guild: discord.Guild, channel_id: int | None = None) -> None:
        """See for each configured channel whether the bot may speak there now."""
        for address in await self._configured(guild, channel_id):
            channel = guild.get_channel_or_thread(int(address.channel))
            if channel is None:
                continue
            lacking = missing(channel.permissions_for(guild.me), wanted_in(channel))
            if lacking:
                await self._host.addressbook.closed(address, _lacking(lacking))
            else:
                await self._host.addressbook.opened(address)

    async def _configured(self, guild: discord.Guild, channel_id: int | None) -> list[ChannelAddress]:
        """Return the configured channels of a guild, or those of them that are, or lie in, one channel."""
        known = await self._host.addressbook.channels_of(PLATFORM, str(guild.id))
        if channel_id is None:
            return list(known)
        return [one for one in known if channel_id in (int(one.channel), _parent(guild, one))]


def _lacking(permissions: tuple[str, ...]) -> Sentence:
    """Say what to grant in a channel where the bot may not speak any more."""
    return sentence("I may not post there any more. Grant me {permissions}.", permissions=", ".join(permissions))


def _deleted() -> Sentence:
    return sentence("The channel was deleted. End its subscription.")


def _locked() -> Sentence:
    return sentence("The thread was archived and locked. Unlock it, or end its subscription.")


def _parent(guild: discord.Guild, address: ChannelAddress) -> int | None:
    thread = guild.get_thread(int(address.channel))
    return thread.parent_id if thread is not None else None
