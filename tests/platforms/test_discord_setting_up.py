"""Setting Discord up: the invitation, and what the check says is missing where."""

import asyncio
import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from adapters.discord import checking, inviting
from adapters.discord.settings import load_settings
from bot.errors import CredentialsRefused, SettingsError
from bot.ports import Finding
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import settings
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import BOT


def asked_for(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def wrong(findings: list[Finding]) -> list[str]:
    return [f"{one.subject}: {one.seen} {one.cure}" for one in findings if not one.well]


def test_the_invitation_asks_for_exactly_what_is_used() -> None:
    token = base64.b64encode(b"112233445566778899").decode().rstrip("=") + ".abc.def"
    address = asyncio.run(inviting.address(load_settings(token=SecretStr(token), _env_file=None)))
    said = asked_for(address)
    assert said["client_id"] == ["112233445566778899"]
    assert said["scope"] == ["bot applications.commands"]
    assert int(said["permissions"][0]) == allowed.A_BOT


@asynchronous
async def test_a_token_that_does_not_tell_its_application_is_asked_about() -> None:
    async with FakeDiscord() as discord:
        assert asked_for(await inviting.address(settings(discord)))["client_id"] == [BOT]
        with pytest.raises(CredentialsRefused):
            await inviting.address(settings(discord, token=SecretStr("wrong")))


def test_without_a_token_there_is_nothing_to_invite() -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        asyncio.run(inviting.address(load_settings(token=None, _env_file=None)))


@asynchronous
async def test_a_healthy_installation_has_nothing_to_cure() -> None:
    async with FakeDiscord() as discord:
        discord.world.add_channel(discord.world.add_guild())
        findings = await checking.look(settings(discord))
        assert wrong(findings) == []
        assert "paperboy" in str(findings[0].seen)
        assert discord.objections == []


@asynchronous
async def test_what_is_missing_is_named_with_its_channel_and_its_cure() -> None:
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild(name="Lab")
        channel = discord.world.add_channel(guild, name="papers")
        channel.overwrites.append(Overwrite(guild.bot_role, 0, deny=allowed.READ_MESSAGE_HISTORY))
        [said] = wrong(await checking.look(settings(discord)))
        assert "In Lab the bot lacks Read Message History: #papers" in said
        assert "Grant them" in said


@asynchronous
async def test_a_bot_in_no_guild_is_told_how_to_get_into_one() -> None:
    async with FakeDiscord() as discord:
        [said] = wrong(await checking.look(settings(discord)))
        assert "paperboy discord invite" in said


@asynchronous
async def test_a_wrong_token_and_a_silent_network_each_have_their_cure() -> None:
    async with FakeDiscord() as discord:
        [refused] = wrong(await checking.look(settings(discord, token=SecretStr("wrong"))))
        assert "developer portal" in refused
        given = settings(discord)
        await discord.stop()
        [unreached] = wrong(await checking.look(given))
        assert "443" in unreached


@asynchronous
async def test_message_content_that_is_not_granted_is_found() -> None:
    async with FakeDiscord() as discord:
        discord.world.add_channel(discord.world.add_guild())
        [said] = wrong(await checking.look(settings(discord, message_content=True)))
        assert "Message Content Intent" in said
