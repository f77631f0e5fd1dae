"""What people and forgers send: refused in a sentence or rendered harmless, and never a traceback."""

import pytest

from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import House, house
from tests.fakes.discord.people import ink
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.world import BOT
from tests.fakes.waiting import until


async def still_well(it: House, caplog: pytest.LogCaptureFixture) -> None:
    """Fail if anything was logged with a traceback, or if the bot answers no more."""
    answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon", private=True)
    assert "Megalodon" in ink(answered.messages[0])
    assert [one.getMessage() for one in caplog.records if one.exc_info] == []


@pytest.mark.parametrize(
    "query",
    [
        "x" * 6000,
        "가" * 6000,
        "megalodon " * 600,
        "\x00",
        "\u202emegalodon",
        "<!channel> <@1> @everyone",
        "`" * 300,
        "🎉" * 500,
        "from:nonsense",
        "2026-13-01",
        '"',
        "author:",
        "#",
        "e" * 13,
    ],
)
@asynchronous
async def test_any_query_gets_an_answer(query: str) -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query=query)
        assert ink(answered.messages[0])
        assert "wrong on my side" not in ink(answered.messages[0])
        await it.discord.people.complete(it.channel, it.member, "paper", "query", query)


@pytest.mark.parametrize(
    "custom_id", ["pb:", "pb:open x", "pb:open e'; drop", "pb/d:share", "pp9:", "pp1:open ../..", "zz:old", "pm:other"]
)
@asynchronous
async def test_a_forged_button_gets_its_sentence(custom_id: str, caplog: pytest.LogCaptureFixture) -> None:
    async with house() as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        pressed = await it.discord.people.forge(it.channel, it.member, shown.messages[0], custom_id)
        assert "too old for me" in ink(pressed.messages[0])
        await still_well(it, caplog)


@asynchronous
async def test_a_note_that_is_gone_says_so() -> None:
    async with house() as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        pressed = await it.discord.people.forge(it.channel, it.member, shown.messages[0], "pb:open eaaaaaaaaaaaa")
        assert "no longer there" in ink(pressed.messages[0])


@asynchronous
async def test_a_member_s_forged_change_is_refused() -> None:
    async with house() as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        forged = "pb:digest subscribe all"
        pressed = await it.discord.people.forge(it.channel, it.member, shown.messages[0], forged)
        assert "Manage Channels" in ink(pressed.messages[0])


@asynchronous
async def test_a_form_nobody_here_made_changes_nothing() -> None:
    async with house() as it:
        form = {"custom_id": "pm:forged", "components": []}
        answered = await it.discord.people.submit(it.channel, it.manager, form, {})
        assert "Nothing was changed" in ink(answered.messages[0])


@asynchronous
async def test_a_command_of_an_older_version_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with house() as it:
        await it.discord.people.type_slash(it.channel, it.member, "digest", sub="vanished")
        await it.discord.people.type_slash(it.channel, it.member, "elsewhere", query="x")
        await until(lambda: sum("could not be run" in one.getMessage() for one in caplog.records) == 2)
        await still_well(it, caplog)


@pytest.mark.parametrize(
    "said", ["", "\x00\u202e", "digest subscribe #llm at 25:00", "x" * 1900, "다이제스트 구독 #llm"]
)
@asynchronous
async def test_any_mention_gets_an_answer_or_none_but_never_a_crash(
    said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as it:
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> {said}")
        await until(lambda: it.discord.world.posts(it.channel))
        assert "wrong on my side" not in ink(it.discord.world.posts(it.channel)[0])
        await still_well(it, caplog)


@asynchronous
async def test_a_mention_where_the_bot_may_not_speak_costs_no_request() -> None:
    async with house() as it:
        await it.discord.happenings.silenced(it.guild, it.channel)
        assert it.channel.overwrites == [Overwrite(it.guild.bot_role, 0, deny=allowed.SEND_MESSAGES)]
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await it.discord.people.slash(it.channel, it.member, "digest", sub="help")
        assert it.discord.count("POST", r"/channels/\d+/messages") == 0


@asynchronous
async def test_replies_edits_and_joins_are_no_questions() -> None:
    async with house() as it:
        people = it.discord.people
        await people.say(it.channel, it.member, f"<@{BOT}> megalodon", type=7)
        await people.say(it.channel, it.member, "thanks", mentions=[it.discord.world.bot.payload()], type=19)
        edited = it.discord.world.message(it.channel, it.member, {"content": f"<@{BOT}> megalodon"})
        shown = {**edited, "guild_id": it.guild.id, "mentions": [it.discord.world.bot.payload()]}
        await it.discord.gateway.dispatch("MESSAGE_UPDATE", shown, it.guild.id)
        await people.slash(it.channel, it.member, "digest", sub="help")
        assert it.discord.count("POST", r"/channels/\d+/messages") == 0
