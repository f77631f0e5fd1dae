"""Guilds and channels come and go: channels rest and wake, a hello is said once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from bot.model import ChannelAddress
from bot.ports import Addressbook
from bot.sentences import Sentence
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import House, house, seeds_host
from tests.fakes.discord.faults import Fault, refusal
from tests.fakes.discord.people import ink
from tests.fakes.discord.world import PUBLIC_THREAD, Channel
from tests.fakes.waiting import until


@dataclass
class Book:
    """An addressbook that keeps what it is told."""

    configured: list[ChannelAddress] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def closed(self, address: ChannelAddress, reason: Sentence) -> None:
        self.told.append(f"closed {address.channel}: {reason}")

    async def opened(self, address: ChannelAddress) -> None:
        self.told.append(f"opened {address.channel}")

    async def workspace_left(self, platform: str, workspace: str) -> None:
        self.told.append(f"left {workspace}")

    async def workspace_joined(self, platform: str, workspace: str) -> None:
        self.told.append(f"joined {workspace}")

    async def channels_of(self, platform: str, workspace: str) -> list[ChannelAddress]:
        return [one for one in self.configured if one.workspace == workspace]

    async def language_of(self, address: ChannelAddress) -> None:
        return None

    async def previews_wanted(self, address: ChannelAddress) -> bool:
        return False

    def configure(self, channel: Channel) -> None:
        self.configured.append(ChannelAddress("discord", str(channel.guild_id), channel.id))


@asynccontextmanager
async def house_with(book: Book) -> AsyncIterator[House]:
    async with house(host=replace(seeds_host(), addressbook=cast("Addressbook", book))) as it:
        yield it


async def told(book: Book, line: str) -> None:
    await until(lambda: any(one.startswith(line) for one in book.told))


@asynchronous
async def test_a_new_guild_is_greeted_once_where_the_bot_may_speak() -> None:
    async with house() as it:
        await until(lambda: it.adapter.settled)
        world = it.discord.world
        guild = world.add_guild(name="New")
        hall = world.add_channel(guild, name="hall")
        guild.system_channel = hall.id
        await it.discord.happenings.invited(guild)
        await until(lambda: world.posts(hall))
        assert "/paper" in ink(world.posts(hall)[0])
        await it.discord.happenings.kicked(guild)
        world.guilds[guild.id] = guild
        await it.discord.happenings.invited(guild)
        answered = await it.discord.people.slash(hall, it.member, "digest", sub="help")
        assert ink(answered.messages[0])
        assert len(world.posts(hall)) == 1


@asynchronous
async def test_no_hello_where_the_bot_may_not_speak_or_no_channel_is_named() -> None:
    book = Book()
    async with house_with(book) as it:
        await until(lambda: it.adapter.settled)
        world = it.discord.world
        silent = world.add_guild(everyone=allowed.VIEW_CHANNEL, bot_permissions=allowed.VIEW_CHANNEL)
        hall = world.add_channel(silent)
        silent.system_channel = hall.id
        await it.discord.happenings.invited(silent)
        await told(book, f"joined {silent.id}")
        nameless = world.add_guild()
        await it.discord.happenings.invited(nameless)
        await told(book, f"joined {nameless.id}")
        assert it.discord.count("POST", r"/channels/\d+/messages") == 0


@asynchronous
async def test_a_guild_left_rests() -> None:
    book = Book()
    async with house_with(book) as it:
        await it.discord.happenings.kicked(it.guild)
        await told(book, f"left {it.guild.id}")


@asynchronous
async def test_a_deleted_channel_or_thread_rests() -> None:
    book = Book()
    async with house_with(book) as it:
        thread = it.discord.world.add_channel(it.guild, type=PUBLIC_THREAD, parent_id=it.channel.id)
        await it.discord.happenings.deleted(thread)
        await told(book, f"closed {thread.id}: The channel was deleted. End its subscription.")
        await it.discord.happenings.deleted(it.channel)
        await told(book, f"closed {it.channel.id}: The channel was deleted. End its subscription.")


@asynchronous
async def test_a_configured_channel_rests_and_wakes_with_the_bot_s_permissions() -> None:
    book = Book()
    async with house_with(book) as it:
        book.configure(it.channel)
        await it.discord.happenings.silenced(it.guild, it.channel)
        await told(book, f"closed {it.channel.id}: I may not post there any more. Grant me Send Messages")
        await it.discord.happenings.unsilenced(it.guild, it.channel)
        await told(book, f"opened {it.channel.id}")
        book.told.clear()
        it.guild.everyone = 0
        await it.discord.happenings.role_changed(it.guild, allowed.VIEW_CHANNEL)
        await told(book, f"closed {it.channel.id}")
        await it.discord.happenings.role_changed(it.guild, allowed.A_BOT)
        await told(book, f"opened {it.channel.id}")


@asynchronous
async def test_a_bot_without_its_role_lets_its_channels_rest() -> None:
    book = Book()
    async with house_with(book) as it:
        book.configure(it.channel)
        await it.discord.happenings.bot_loses_its_role(it.guild)
        await told(book, f"closed {it.channel.id}")


@asynchronous
async def test_a_hello_that_is_refused_after_all_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with house() as it:
        await until(lambda: it.adapter.settled)
        guild = it.discord.world.add_guild()
        guild.system_channel = it.discord.world.add_channel(guild).id
        it.discord.faults.append(Fault("POST", r"/channels/\d+/messages", status=403, body=refusal(50013)))
        await it.discord.happenings.invited(guild)
        await until(lambda: any("no hello could be said" in one.getMessage() for one in caplog.records))
        assert it.discord.count("POST", r"/channels/\d+/messages") == 1


@asynchronous
async def test_the_log_says_what_is_missing_without_message_content(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for switched_on, said in ((False, "PAPERBOY_DISCORD_MESSAGE_CONTENT"), (True, "reading messages for links")):
        caplog.clear()
        async with house(message_content=switched_on) as it:
            await until(lambda: it.adapter.settled)
            await until(lambda: any(said in one.getMessage() for one in caplog.records))  # noqa: B023 - awaited here


@asynchronous
async def test_a_locked_thread_rests_and_an_archived_one_does_not() -> None:
    book = Book()
    async with house_with(book) as it:
        thread = it.discord.world.add_channel(it.guild, type=PUBLIC_THREAD, parent_id=it.channel.id)
        await it.discord.happenings.thread_opened(thread)
        book.configure(thread)
        await it.discord.happenings.thread_changed(thread, archived=True, locked=True)
        await told(book, f"closed {thread.id}")
        await it.discord.happenings.thread_changed(thread, archived=False, locked=False)
        await told(book, f"opened {thread.id}")


@asynchronous
async def test_channels_nobody_configured_are_not_spoken_of() -> None:
    book = Book()
    async with house_with(book) as it:
        await it.discord.happenings.silenced(it.guild, it.channel)
        await it.discord.happenings.kicked(it.guild)
        await told(book, "left")
        assert [one for one in book.told if one.startswith("closed")] == []
