"""Answer messages: mentions in channels and threads, everything in direct conversations, links where that is wanted."""

import logging
import re
import time
from collections import OrderedDict
from datetime import timedelta

import discord

from adapters.discord import faults
from adapters.discord.flood import Flood
from adapters.discord.inbound import address_of_message, author_of, mention_of, new_reference, written_language
from adapters.discord.languages import Languages
from adapters.discord.permissions import missing, wanted_to_answer
from adapters.discord.render import draft_reply, draft_thread
from adapters.discord.sending import parts
from bot.commands import Command, Preview
from bot.errors import PaperboyError
from bot.logs import referring
from bot.message import Outcome, Reply, Request
from bot.ports import Host
from bot.words import Words

# A message is told once, or again after a reconnect; within this time it is known.
REMEMBERED_FOR = timedelta(hours=1)
# A link is answered once in this time; three links in a message are a list, not a question.
QUIET_FOR = timedelta(minutes=30)
LINKS_AT_MOST = 2
MOST_REMEMBERED = 5000
_LINK = re.compile(r"https?://[^\s<>|)\]]+")
_log = logging.getLogger(__name__)


class Mentions:
    """Turn messages into requests, and replies into replies."""

    def __init__(self, host: Host, languages: Languages, flood: Flood, *, reads_all: bool) -> None:
        self._host = host
        self._languages = languages
        self._flood = flood
        self._reads_all = reads_all
        self._heard: OrderedDict[int, None] = OrderedDict()

    async def heard(self, message: discord.Message) -> None:
        """Answer a message once, if it is for the bot; people's own only, so that two bots never talk."""
        me = message.guild.me if message.guild is not None else None
        bot = me or message._state.user
        if bot is None or message.author.bot or message.webhook_id is not None or not _is_speech(message):
            return
        command: Command | None = mention_of(message, bot)
        if command is None:
            await self._linked(message)
        elif await self._is_new(message):
            await self._answer(message, command)

    async def _answer(self, message: discord.Message, command: Command) -> None:
        if not _may_speak(message):
            _log.info("asked where the bot may not speak", extra={"channel": message.channel.id})
            return
        request = await self._request(message, command)
        words = Words(request.language)
        with referring(request.reference):
            if self._flood.wait(request.person.id, time.monotonic()):
                # In a channel a plea to slow down would only add to the flood.
                return
            await self._reply(message, await self._host.handle(request), words)

    async def _linked(self, message: discord.Message) -> None:
        """Answer links to noted papers, where messages may be read and the channel asked for it."""
        if not self._reads_all or message.guild is None:
            return
        urls = tuple(dict.fromkeys(_LINK.findall(message.content)))
        address = address_of_message(message)
        if not 0 < len(urls) <= LINKS_AT_MOST or not await self._host.addressbook.previews_wanted(address):
            return
        memory = self._host.memory
        fresh = [url for url in urls if await memory.first_time("discord.preview", f"{address} {url}", QUIET_FOR)]
        if not fresh or not _may_speak(message):
            return
        request = await self._request(message, Preview(tuple(fresh)))
        with referring(request.reference):
            reply = await self._host.handle(request)
            if reply.outcome is Outcome.ANSWERED and reply.cards:
                await self._reply(message, reply, Words(request.language))

    async def _request(self, message: discord.Message, command: Command) -> Request:
        address = address_of_message(message)
        fallback = written_language(message, self._host.language)
        language = await self._languages.public(address, fallback)
        public = message.guild is not None
        return Request(address, author_of(message), command, language, new_reference(), public)

    async def _reply(self, message: discord.Message, reply: Reply, words: Words) -> None:
        reference = message.to_reference(fail_if_not_exists=False)
        try:
            for draft in (*draft_reply(reply, words), *draft_thread(reply, words)):
                await message.channel.send(**parts(draft), reference=reference, mention_author=False)
        except faults.SDK_ERRORS as error:
            _log.warning("a message could not be answered: %s", f"{type(error).__name__} {error}"[:200])

    async def _is_new(self, message: discord.Message) -> bool:
        """Tell whether nobody took care of a message yet, here or in another replica."""
        if message.id in self._heard:
            return False
        self._heard[message.id] = None
        while len(self._heard) > MOST_REMEMBERED:
            self._heard.popitem(last=False)
        try:
            return await self._host.memory.first_time("discord.message", str(message.id), REMEMBERED_FOR)
        except PaperboyError as error:
            _log.warning("answering without knowing whether another replica does: %s", error)
            return True


def _is_speech(message: discord.Message) -> bool:
    return message.type in (discord.MessageType.default, discord.MessageType.reply)


def _may_speak(message: discord.Message) -> bool:
    """Look before speaking: each refusal counts towards a ban of the whole address."""
    channel = message.channel
    if message.guild is None or isinstance(channel, discord.PartialMessageable):
        return True
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    try:
        return not missing(channel.permissions_for(message.guild.me), wanted_to_answer(channel))
    except discord.ClientException:
        return True
