"""Who may change a channel's rule, and where the bot may post: checked at each change, however it is asked for.

Discord can restrict whole commands only, so `default_member_permissions` would take `/digest show` from everybody.
"""

from dataclasses import replace

import pytest

from adapters.discord.options import CHANGES_BY_COMMAND
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import MANAGER, House, house
from tests.fakes.discord.people import ink, items
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.world import BOT, User
from tests.fakes.waiting import until

EPHEMERAL = 64
NEEDS_MANAGE_CHANNELS = "Changing subscriptions here needs Manage Channels. Lookups work for everyone."
ASKED: dict[str, dict[str, str]] = {
    "subscribe": {"tags": "rl"},
    "unsubscribe": {"tags": "all"},
    "set": {"at": "23:00"},
    "pause": {},
    "resume": {},
    "catchup": {},
    "undo": {},
    "retry": {},
}


async def settings_of(it: House) -> str:
    shown = await it.discord.people.slash(it.channel, it.manager, "digest", sub="settings")
    return ink(shown.messages[0])


@asynchronous
async def test_each_change_by_somebody_without_the_right_is_refused_and_changes_nothing() -> None:
    async with house() as it:
        people = it.discord.people
        await people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        before = await settings_of(it)
        assert ASKED.keys() == CHANGES_BY_COMMAND
        for verb, options in ASKED.items():
            answered = await people.slash(it.channel, it.member, "digest", sub=verb, **options)
            assert ink(answered.messages[0]) == NEEDS_MANAGE_CHANNELS
            assert answered.messages[0]["flags"] & EPHEMERAL
        forger = it.discord.world.add_user(name="mallory")
        for verb in ASKED:
            code = f"pb:digest {verb}" + (" #rl" if "subscribe" in verb else "")
            forged = await people.forge(it.channel, forger, answered.messages[0], code)
            assert ink(forged.messages[0]) == NEEDS_MANAGE_CHANNELS
        form = {"custom_id": "pm:schedule", "components": [{"type": 18, "component": {"custom_id": "at"}}]}
        submitted = await people.submit(it.channel, it.member, form, {"at": "23:00"})
        assert ink(submitted.messages[0]) == NEEDS_MANAGE_CHANNELS
        await people.say(it.channel, it.member, f"<@{BOT}> 다이제스트 구독 #rl")
        await until(lambda: any("message_reference" in one for one in it.discord.world.posts(it.channel)))
        assert ink(it.discord.world.posts(it.channel)[-1]) == NEEDS_MANAGE_CHANNELS
        assert await settings_of(it) == before


@pytest.mark.parametrize("bits", [MANAGER, allowed.ADMINISTRATOR])
@asynchronous
async def test_manage_channels_or_administrator_is_enough(bits: int) -> None:
    async with house() as it:
        boss = it.discord.world.add_user(name="boss", permissions=bits)
        answered = await it.discord.people.slash(it.channel, boss, "digest", sub="subscribe", tags="llm")
        assert "@Boss subscribed" in ink(answered.messages[0])


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        (allowed.SEND_MESSAGES, "Grant me Send Messages here"),
        (allowed.EMBED_LINKS, "Grant me Embed Links here"),
        (allowed.VIEW_CHANNEL, "Grant me View Channels, Send Messages, Embed Links here"),
    ],
)
@asynchronous
async def test_what_the_bot_lacks_is_named_for_each_change_that_needs_it(denied: int, said: str) -> None:
    async with house() as it:
        people = it.discord.people
        await people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        before = await settings_of(it)
        it.channel.overwrites.append(Overwrite(it.guild.bot_role, 0, deny=denied))
        for verb in ("subscribe", "set", "resume", "catchup", "undo", "retry"):
            answered = await people.slash(it.channel, it.manager, "digest", sub=verb, **ASKED[verb])
            assert said in ink(answered.messages[0])
            assert f"`/digest {verb}" in ink(answered.messages[0])
            assert "Nothing was changed" in ink(answered.messages[0])
        # Less is always possible.
        paused = await people.slash(it.channel, it.manager, "digest", sub="pause")
        assert "⏸" in ink(paused.messages[0])
        await people.slash(it.channel, it.manager, "digest", sub="unsubscribe", tags="all")
        it.channel.overwrites.clear()
        assert await settings_of(it) != before


@asynchronous
async def test_who_may_not_change_anything_is_not_asked_to_grant_the_bot_anything() -> None:
    async with house() as it:
        it.channel.overwrites.append(Overwrite(it.guild.bot_role, 0, deny=allowed.SEND_MESSAGES))
        answered = await it.discord.people.slash(it.channel, it.member, "digest", sub="subscribe", tags="llm")
        assert ink(answered.messages[0]) == NEEDS_MANAGE_CHANNELS


@asynchronous
async def test_a_panel_has_controls_for_those_who_may_use_them() -> None:
    async with house() as it:
        await it.discord.people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        for user, controls in ((it.manager, True), (it.member, False)):
            shown = await it.discord.people.slash(it.channel, user, "digest", sub="settings")
            assert bool(items(shown.messages[0])) is controls
            assert "#llm" in ink(shown.messages[0])


@asynchronous
async def test_rights_are_those_of_the_moment() -> None:
    async with house() as it:
        demoted: User = replace(it.manager)
        await it.discord.people.slash(it.channel, demoted, "digest", sub="subscribe", tags="llm")
        shown = await it.discord.people.slash(it.channel, demoted, "digest", sub="settings")
        demoted.permissions = allowed.A_MEMBER
        pressed = await it.discord.people.choose(it.channel, demoted, shown.messages[0], "English")
        assert ink(pressed.messages[0]) == NEEDS_MANAGE_CHANNELS
