"""Discord as a platform: slash commands with type-ahead, mentions, buttons and the daily digest."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter
    from bot.ports import Host


def build(host: "Host") -> "DiscordAdapter | None":
    """Build the adapter, or return None where no token is set; raises SettingsError for settings that can't be used."""
    from adapters.discord.settings import load_settings

    settings = load_settings()
    if settings.token is None:
        return None
    from adapters.discord.adapter import DiscordAdapter

    return DiscordAdapter(host, settings)
