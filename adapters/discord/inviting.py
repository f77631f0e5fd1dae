"""Write the address that invites the bot into a guild, with exactly the permissions it uses."""

import base64
import binascii

import discord

from adapters.discord import faults
from adapters.discord.client import Client, client_options
from adapters.discord.connection import Connection
from adapters.discord.permissions import needed
from adapters.discord.settings import DiscordSettings
from bot.errors import SettingsError
from bot.sentences import sentence

SCOPES = ("bot", "applications.commands")


async def address(settings: DiscordSettings) -> str:
    """Return the address; asks Discord only where the token doesn't tell the application."""
    if settings.token is None:
        raise SettingsError(
            sentence("Put the bot's token in DISCORD_TOKEN first: the invitation is made for its application.")
        )
    token = settings.token.get_secret_value()
    return discord.utils.oauth_url(_application(token) or await _asked(settings), permissions=needed(), scopes=SCOPES)


def _application(token: str) -> int | None:
    """Read the application's id from a token, whose first part it is in base64."""
    first = token.split(".", 1)[0]
    try:
        text = base64.b64decode(first + "=" * (-len(first) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(text) if text.isascii() and text.isdigit() else None


async def _asked(settings: DiscordSettings) -> int:
    connection = Connection(Client(**client_options(settings)), settings)
    try:
        client = await connection.ready()
    except discord.LoginFailure:
        raise faults.refused_token() from None
    except faults.SDK_ERRORS:
        raise faults.unreached() from None
    finally:
        await connection.close()
    return client.application_id or 0
