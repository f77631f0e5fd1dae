"""The database hangs or fails: questions that need none are answered all the same, in time."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from bot.errors import StorageError
from bot.ports import Addressbook, Host, Memory
from bot.sentences import sentence
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import house, seeds_host
from tests.fakes.discord.people import ink
from tests.fakes.discord.world import BOT
from tests.fakes.waiting import until


class Hanging:
    """An addressbook whose database never answers."""

    async def language_of(self, address: object) -> str:
        await asyncio.sleep(3600)
        return "ko"


class Broken:
    """An addressbook and a memory whose database fails."""

    async def language_of(self, address: object) -> str:
        raise StorageError(sentence("The disk is full."))

    async def workspace_joined(self, platform: str, workspace: str) -> None:
        raise StorageError(sentence("The disk is full."))

    async def first_time(self, kind: str, key: str, keep: object) -> bool:
        raise StorageError(sentence("The disk is full."))

    async def recall(self, kind: str, key: str) -> None:
        return None

    async def remember(self, kind: str, key: str, value: str, keep: object = None) -> None:
        return None


def broken_host() -> Host:
    broken = Broken()
    return replace(seeds_host(), addressbook=cast("Addressbook", broken), memory=cast("Memory", broken))


@asynchronous
async def test_a_lookup_does_not_wait_for_a_database_that_hangs() -> None:
    async with house(host=replace(seeds_host(), addressbook=cast("Addressbook", Hanging()))) as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        assert "Megalodon" in ink(answered.messages[0])
        assert answered.seconds < 3


@asynchronous
async def test_lookups_and_mentions_are_answered_while_the_database_fails() -> None:
    async with house(host=broken_host()) as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon", private=True)
        assert "Megalodon" in ink(answered.messages[0])
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.world.posts(it.channel))
        assert "Megalodon" in ink(it.discord.world.posts(it.channel)[0])


@asynchronous
async def test_an_event_that_fails_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with house(host=broken_host()) as it:
        await until(lambda: it.adapter.settled)
        await it.discord.happenings.invited(it.discord.world.add_guild())
        await until(lambda: any("could not be taken care of" in one.getMessage() for one in caplog.records))
        [line] = [one for one in caplog.records if "could not be taken care of" in one.getMessage()]
        assert "The disk is full" in line.getMessage()
        assert line.exc_info is None
