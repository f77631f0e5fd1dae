"""Commands are told to Discord once per changed set, in English and Korean; links are previewed where asked for."""

from dataclasses import replace
from typing import cast

import pytest

from adapters.discord import build
from adapters.discord.options import CHANGES_BY_COMMAND
from adapters.discord.settings import load_settings
from bot.errors import SettingsError
from bot.ports import Addressbook, Host, Memory
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import house, seeds_host, serving
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.people import ink
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.waiting import until

COMMANDS = r"/applications/\d+/commands"


class Forgetful:
    """A memory of its own for each test, in which links are always new once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    async def first_time(self, kind: str, key: str, keep: object) -> bool:
        return self._kept.setdefault((kind, key), "") == "" and not self._kept.update({(kind, key): "seen"})

    async def recall(self, kind: str, key: str) -> str | None:
        return self._kept.get((kind, key))

    async def remember(self, kind: str, key: str, value: str, keep: object = None) -> None:
        self._kept[kind, key] = value


class Previewing:
    """An addressbook in which every channel asked for previews."""

    async def previews_wanted(self, address: object) -> bool:
        return True

    async def language_of(self, address: object) -> None:
        return None


def fresh_host(**changes: object) -> Host:
    return replace(seeds_host(), memory=cast("Memory", Forgetful()), **changes)  # type: ignore[arg-type]


@asynchronous
async def test_commands_are_told_once_and_again_only_when_they_changed() -> None:
    host = fresh_host()
    async with FakeDiscord() as discord:
        async with serving(discord, host):
            assert discord.count("PUT", COMMANDS) == 1
        async with serving(discord, host):
            assert discord.count("PUT", COMMANDS) == 1
        await host.memory.remember("discord.commands", f"{discord.world.bot.id}/everywhere", "older")
        async with serving(discord, host):
            assert discord.count("PUT", COMMANDS) == 2
        told = {one["name"]: one for one in discord.world.commands["global"]}
        assert set(told) == {"paper", "digest", "Find the note"}
        verbs = {one["name"] for one in told["digest"]["options"]}
        assert {"show", "subscribe", "unsubscribe", "list", "settings", "pause", "resume", "catchup"} <= verbs
        assert {"tags", "status", "why", "log", "help", "set"} <= verbs
        # A translated name would hide a command's options in the search; a menu has none.
        assert told["paper"]["name_localizations"] == told["digest"]["name_localizations"] == {}
        assert told["Find the note"]["name_localizations"] == {"ko": "노트 찾기"}
        for command in (told["paper"], *told["digest"]["options"]):
            korean = [command["description_localizations"]["ko"]]
            korean += [option["description_localizations"]["ko"] for option in command.get("options", [])]
            assert all(1 <= len(one) <= 100 for one in korean)
            assert any("가" <= letter <= "힣" for letter in korean[0])
        assert discord.objections == []


@asynchronous
async def test_every_verb_is_either_a_change_that_is_checked_or_for_everybody() -> None:
    async with FakeDiscord() as discord, serving(discord, fresh_host()):
        told = {one["name"]: one for one in discord.world.commands["global"]}
        # Discord hides whole commands only: this would take `/digest show` from everybody.
        assert {one.get("default_member_permissions") for one in told.values()} == {None}
        reading = {"show", "list", "settings", "tags", "status", "why", "log", "help"}
        assert {one["name"] for one in told["digest"]["options"]} == reading | CHANGES_BY_COMMAND


@asynchronous
async def test_commands_of_named_guilds_are_there_at_once_and_nowhere_else() -> None:
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        async with serving(discord, fresh_host(), guilds=(int(guild.id),)):
            assert list(discord.world.commands) == [guild.id]


@asynchronous
async def test_commands_are_taken_back_from_where_they_are_no_longer_told() -> None:
    host = fresh_host()
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        async with serving(discord, host):
            pass
        async with serving(discord, host, guilds=(int(guild.id),)):
            assert discord.world.commands["global"] == []
            assert len(discord.world.commands[guild.id]) == 3
        async with serving(discord, host):
            assert len(discord.world.commands["global"]) == 3
            assert discord.world.commands[guild.id] == []
        told = discord.count("PUT", r"/applications/.*/commands")
        async with serving(discord, host):
            assert discord.count("PUT", r"/applications/.*/commands") == told
        assert discord.objections == []


@asynchronous
async def test_commands_that_could_not_be_taken_back_are_at_the_next_start() -> None:
    host = fresh_host()
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        async with serving(discord, host, guilds=(int(guild.id),)):
            pass
        of_guild = rf"/applications/\d+/guilds/{guild.id}/commands"
        discord.faults.append(Fault("PUT", of_guild, status=403, body={"code": 50001, "message": "Missing Access"}))
        async with serving(discord, host):
            assert len(discord.world.commands[guild.id]) == 3
        async with serving(discord, host):
            assert discord.world.commands[guild.id] == []


@asynchronous
async def test_a_refused_registration_does_not_keep_the_bot_from_answering(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeDiscord() as discord:
        discord.faults.append(Fault("PUT", COMMANDS, status=403, body={"code": 50001, "message": "Missing Access"}))
        async with serving(discord, fresh_host()):
            assert any("could not be registered" in one.getMessage() for one in caplog.records)


@asynchronous
async def test_links_to_noted_papers_are_answered_where_the_channel_asked_for_it() -> None:
    host = fresh_host(addressbook=cast("Addressbook", Previewing()))
    async with house(host=host, message_content=True) as it:
        people, world = it.discord.people, it.discord.world
        link = "https://arxiv.org/abs/2304.08109"
        await people.say(it.channel, it.member, f"look: {link}")
        await people.say(it.channel, it.member, f"again: {link}")
        await people.say(it.channel, it.member, "none: https://example.org/nothing")
        await people.say(it.channel, it.member, f"list: {link} {link}?a {link}?b")
        await until(lambda: world.posts(it.channel))
        assert "LoRA-based Fine-Tuning" in ink(world.posts(it.channel)[0])
        await people.slash(it.channel, it.member, "digest", sub="help")
        assert len(world.posts(it.channel)) == 1


@asynchronous
async def test_without_message_content_plain_messages_are_not_read() -> None:
    async with house(host=fresh_host(addressbook=cast("Addressbook", Previewing()))) as it:
        await it.discord.people.say(it.channel, it.member, "look: https://arxiv.org/abs/2304.08109")
        await it.discord.people.slash(it.channel, it.member, "digest", sub="help")
        assert it.discord.world.posts(it.channel) == []


def test_without_a_token_there_is_no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "  "):
        monkeypatch.setenv("DISCORD_TOKEN", value)
        assert build(seeds_host()) is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PAPERBOY_DISCORD_GUILDS", "lab", "guild ids"),
        ("PAPERBOY_DISCORD_SHARDS", "0", "1 or more, or auto"),
        ("DISCORD_API_URL", "discord", "DISCORD_API_URL"),
    ],
)
def test_settings_that_make_no_sense_say_which_and_why(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load_settings(_env_file=None)


def test_guilds_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_GUILDS", "12, 34")
    assert load_settings(_env_file=None).guilds == (12, 34)
