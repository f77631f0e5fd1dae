"""`/digest …` on Discord: native options in, the core's answers out, rights checked where it matters."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import house, seeds_host, serving
from tests.fakes.discord.people import ink, items
from tests.fakes.discord.permissions import Overwrite

EPHEMERAL = 64


@asynchronous
async def test_a_manager_subscribes_in_public_with_native_options() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(
            it.channel, it.manager, "digest", sub="subscribe", tags="llm, rl -survey", at="9:00", days="mon-fri"
        )
        said = ink(answered.messages[0])
        assert "Kim subscribed this channel to #llm or #rl, without #survey" in said
        assert "09:00 Asia/Seoul" in said
        assert not answered.messages[0]["flags"] & EPHEMERAL
        listed = await it.discord.people.slash(it.channel, it.member, "digest", sub="list")
        assert "#llm" in ink(listed.messages[0])
        assert listed.messages[0]["flags"] & EPHEMERAL


@asynchronous
async def test_who_may_not_manage_the_channel_changes_nothing_and_is_told_why() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "digest", sub="subscribe", tags="llm")
        assert "Manage Channels" in ink(answered.messages[0])
        assert answered.messages[0]["flags"] & EPHEMERAL
        listed = await it.discord.people.slash(it.channel, it.member, "digest", sub="list")
        assert "#llm" not in ink(listed.messages[0]).split("Try")[0]


@asynchronous
async def test_a_bot_that_may_not_post_says_what_to_grant_before_anything_is_written() -> None:
    async with house() as it:
        it.channel.overwrites.append(Overwrite(it.guild.bot_role, 0, deny=allowed.SEND_MESSAGES | allowed.EMBED_LINKS))
        answered = await it.discord.people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        said = ink(answered.messages[0])
        assert "Grant me Send Messages, Embed Links here" in said
        assert "`/digest subscribe llm`" in said
        it.channel.overwrites.clear()
        listed = await it.discord.people.slash(it.channel, it.member, "digest", sub="list")
        assert "No subscriptions" in ink(listed.messages[0])


@asynchronous
async def test_tags_are_completed_at_their_last_word() -> None:
    async with house() as it:
        choices = await it.discord.people.complete(it.channel, it.manager, "digest", "tags", "#rl #ll", sub="subscribe")
        assert choices[0] == {"name": "#rl #llm", "value": "#rl #llm"}
        zones = await it.discord.people.complete(it.channel, it.manager, "digest", "timezone", "seoul", sub="subscribe")
        assert zones[0]["value"] == "Asia/Seoul"
        times = await it.discord.people.complete(it.channel, it.manager, "digest", "at", "08", sub="subscribe")
        assert times[0]["value"] == "08:00"
        own = await it.discord.people.complete(it.channel, it.manager, "digest", "at", "7:45", sub="subscribe")
        assert own == [{"name": "7:45", "value": "7:45"}]
        verbs = await it.discord.people.complete(it.channel, it.manager, "digest", "verb", "subs", sub="help")
        assert [one["value"] for one in verbs] == ["subscribe", "unsubscribe"]


@asynchronous
async def test_the_settings_panel_changes_settings_after_a_restart_too() -> None:
    async with house() as it:
        await it.discord.people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        shown = await it.discord.people.slash(it.channel, it.manager, "digest", sub="settings")
        panel = shown.messages[0]
        assert len(panel["components"]) <= 5
        await it.adapter.close()
        async with serving(it.discord, seeds_host()):
            people = it.discord.people
            await people.choose(it.channel, it.manager, panel, "English")
            await people.choose(it.channel, it.manager, panel, "Monday to Friday")
            form = await people.press(it.channel, it.manager, panel, "Time, zone and days")
            assert form.modal is not None
            await people.submit(it.channel, it.manager, form.modal, {"at": "08:30", "tz": "Europe/Berlin"})
            again = await people.slash(it.channel, it.member, "digest", sub="settings")
            said = ink(again.messages[0])
            assert "08:30 Europe/Berlin" in said
            assert "en" in said


@asynchronous
async def test_a_form_left_empty_changes_nothing() -> None:
    async with house() as it:
        shown = await it.discord.people.slash(it.channel, it.manager, "digest", sub="settings")
        form = await it.discord.people.press(it.channel, it.manager, shown.messages[0], "Time, zone and days")
        assert form.modal is not None
        answered = await it.discord.people.submit(it.channel, it.manager, form.modal, {})
        assert "Nothing was changed" in ink(answered.messages[0])


@asynchronous
async def test_a_member_s_press_on_a_manager_s_panel_changes_nothing() -> None:
    async with house() as it:
        await it.discord.people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        shown = await it.discord.people.slash(it.channel, it.manager, "digest", sub="settings")
        pressed = await it.discord.people.choose(it.channel, it.member, shown.messages[0], "English")
        assert "Manage Channels" in ink(pressed.messages[0])


@pytest.mark.parametrize(
    ("sub", "options"),
    [
        ("show", {"date": "2024-04-17", "tags": "llm"}),
        ("unsubscribe", {"tags": "all"}),
        ("set", {"at": "10:00", "language": "ko", "previews": "on", "empty": "post"}),
        ("set", {}),
        ("pause", {}),
        ("pause", {"until": "2027-05-01"}),
        ("resume", {}),
        ("catchup", {}),
        ("undo", {}),
        ("retry", {}),
        ("tags", {"text": "ll"}),
        ("status", {}),
        ("why", {"date": "2024-04-17"}),
        ("log", {}),
        ("help", {}),
        ("help", {"verb": "subscribe"}),
    ],
)
@asynchronous
async def test_every_verb_is_understood(sub: str, options: dict[str, str]) -> None:
    async with house() as it:
        await it.discord.people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm")
        answered = await it.discord.people.slash(it.channel, it.manager, "digest", sub=sub, **options)
        said = ink(answered.messages[0])
        assert said
        assert "Did you mean" not in said
        assert "is not a" not in said
        assert "wrong on my side" not in said


@asynchronous
async def test_a_value_outside_its_list_gets_the_core_s_sentence() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(
            it.channel, it.manager, "digest", sub="subscribe", tags="llm", language="fr"
        )
        assert "fr" in ink(answered.messages[0])
        zone = await it.discord.people.slash(
            it.channel, it.manager, "digest", sub="subscribe", tags="llm", timezone="KST+9"
        )
        assert "Did you mean Asia/Seoul?" in ink(zone.messages[0])


@asynchronous
async def test_a_day_with_many_notes_is_opened_from_a_menu() -> None:
    async with house() as it:
        shown = await it.discord.people.slash(it.channel, it.member, "digest", sub="show", date="2023-04")
        message = shown.messages[0]
        selects = [one for one in items(message) if one["type"] == 3]
        assert selects
        opened = await it.discord.people.choose(it.channel, it.member, message, "2. ")
        assert opened.messages[0]["embeds"]


@asynchronous
async def test_instants_are_shown_in_each_reader_s_own_zone() -> None:
    async with house() as it:
        people = it.discord.people
        subscribed = await people.slash(it.channel, it.manager, "digest", sub="subscribe", tags="llm", at="9:00")
        listed = await people.slash(it.channel, it.member, "digest", sub="list")
        status = await people.slash(it.channel, it.member, "digest", sub="status")
        logged = await people.slash(it.channel, it.member, "digest", sub="log")
        for answered in (subscribed, listed, status, logged):
            assert re.search(r"<t:\d{10}:f>", ink(answered.messages[0]))
        [due] = re.findall(r"Next: <t:(\d+):f>\.", ink(listed.messages[0]))
        assert datetime.fromtimestamp(int(due), ZoneInfo("Asia/Seoul")).hour == 9
        # Commands stay commands, and nothing is said twice.
        assert "`paperboy run`" in ink(status.messages[0])
        assert ink(listed.messages[0]).count("#llm") == 1
