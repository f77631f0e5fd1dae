"""Look at what Discord lets the bot do, and say what is missing where, with the cure."""

import asyncio
from collections.abc import AsyncIterator

import discord

from adapters.discord import faults
from adapters.discord.client import Client, client_options
from adapters.discord.connection import Connection
from adapters.discord.permissions import FOR_DIGESTS, missing
from adapters.discord.settings import DiscordSettings
from bot.ports import Finding
from bot.sentences import sentence

SECONDS = 9.0
GUILDS_AT_MOST = 50
CHANNELS_NAMED = 10


async def look(settings: DiscordSettings) -> list[Finding]:
    """Return what was seen within nine seconds."""
    connection = Connection(Client(**client_options(settings)), settings)
    findings: list[Finding] = []
    try:
        async with asyncio.timeout(SECONDS):
            async for finding in _findings(connection, settings):
                findings.append(finding)
    except discord.LoginFailure:
        findings.append(_refused())
    except (*faults.SDK_ERRORS, TimeoutError) as error:
        findings.append(_unreached(error))
    finally:
        await connection.close()
    return findings


async def _findings(connection: Connection, settings: DiscordSettings) -> AsyncIterator[Finding]:
    client = await connection.ready()
    name = client.user.name if client.user is not None else ""
    yield Finding("discord token", sentence("Discord takes the token: it is {name}'s.", name=name))
    yield _intents(client, settings)
    number = 0
    async for guild in client.fetch_guilds(limit=GUILDS_AT_MOST, with_counts=False):
        number += 1
        yield await _guild(client, guild.id)
    if number == 0:
        yield Finding(
            "discord guilds",
            sentence("The bot is in no server yet."),
            sentence("Open the address that `paperboy discord invite` prints."),
        )


def _intents(client: Client, settings: DiscordSettings) -> Finding:
    flags = client.application_flags
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if settings.message_content and not granted:
        return Finding(
            "discord intents",
            sentence("PAPERBOY_DISCORD_MESSAGE_CONTENT is on, but the application may not read messages."),
            sentence("Switch on Message Content Intent in the developer portal, under Bot."),
        )
    if settings.message_content:
        return Finding("discord intents", sentence("The bot may read messages for links to papers."))
    return Finding("discord intents", sentence("Nothing privileged is asked for; plain messages are not read."))


async def _guild(client: Client, guild_id: int) -> Finding:
    """See in which channels of a guild that the bot can see something is missing."""
    guild = await client.fetch_guild(guild_id, with_counts=False)
    me = await guild.fetch_member(client.user.id if client.user is not None else 0)
    lacking: dict[str, list[str]] = {}
    for channel in await guild.fetch_channels():
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            continue
        granted = channel.permissions_for(me)
        if not granted.view_channel:
            continue
        for permission in missing(granted, FOR_DIGESTS):
            lacking.setdefault(permission, []).append(f"#{channel.name}")
    return _told(guild, lacking)


def _told(guild: discord.Guild, lacking: dict[str, list[str]]) -> Finding:
    subject = f"discord guild {guild.id}"
    if not lacking:
        return Finding(
            subject, sentence("All permissions are there in every channel the bot sees of {name}.", name=guild.name)
        )
    said = "; ".join(f"{permission}: {_named(channels)}" for permission, channels in lacking.items())
    return Finding(
        subject,
        sentence("In {name} the bot lacks {permissions}.", name=guild.name, permissions=said),
        sentence("Grant them to the bot's role, or to the bot in those channels."),
    )


def _named(channels: list[str]) -> str:
    shown = ", ".join(channels[:CHANNELS_NAMED])
    return f"{shown} +{len(channels) - CHANNELS_NAMED}" if len(channels) > CHANNELS_NAMED else shown


def _refused() -> Finding:
    return Finding("discord token", sentence("Discord refuses the token."), faults.refused_token().sentence)


def _unreached(error: Exception) -> Finding:
    return Finding(
        "discord network",
        sentence("Discord can't be reached: {reason}.", reason=type(error).__name__),
        sentence("Let this machine reach discord.com and gateway.discord.gg on port 443, or set DISCORD_API_URL."),
    )
