"""Move the SDK to other addresses than Discord's own, where the settings name any.

discord.py keeps both addresses in class attributes that every route and every gateway connection reads anew, and has
no option for them: they can't be one client's. So they are set for the whole process, at the first login and not
before, and stay: put back when one client closes, they would send another one of the process, still at work, to the
wrong Discord. One process speaks to one Discord.
"""

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.settings import DiscordSettings


def use_addresses(settings: DiscordSettings) -> None:
    """Send what follows to the addresses of the settings."""
    if settings.api_url is not None:
        Route.BASE = str(settings.api_url).rstrip("/")
    if settings.gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(str(settings.gateway_url))
