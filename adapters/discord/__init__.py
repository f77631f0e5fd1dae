"""Discord as a platform: slash commands with type-ahead, mentions, buttons and the daily digest."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter
    from bot.ports import Finding, Host


def build(host: "Host") -> "DiscordAdapter | None":
    """Build the adapter, or return None where no token is set; raises SettingsError for settings that can't be used."""
    from adapters.discord.settings import load_settings

    settings = load_settings()
    if settings.token is None:
        return None
    from adapters.discord.adapter import DiscordAdapter

    return DiscordAdapter(host, settings)


async def check() -> "Sequence[Finding]":
    """Look at token, intents and the permissions in every guild; empty without a token. Raises SettingsError."""
    from adapters.discord.settings import load_settings

    settings = load_settings()
    if settings.token is None:
        return ()
    from adapters.discord.checking import look

    return await look(settings)


async def invite() -> str:
    """Return the address that invites the bot with exactly the permissions it uses. Raises PaperboyError."""
    from adapters.discord.inviting import address
    from adapters.discord.settings import load_settings

    return await address(load_settings())
