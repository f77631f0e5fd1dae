"""Move the SDK to other addresses than Discord's own, for as long as a client lives.

discord.py keeps both addresses in class attributes and has no option for them, so they are set for the process while
a client is open and put back when it is closed; one process speaks to one Discord.
"""

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.settings import DiscordSettings


class Endpoints:
    """The addresses of REST and gateway."""

    def __init__(self, settings: DiscordSettings) -> None:
        self._api = str(settings.api_url).rstrip("/") if settings.api_url else None
        self._gateway = yarl.URL(str(settings.gateway_url)) if settings.gateway_url else None
        self._before: tuple[str, yarl.URL] | None = None

    def use(self) -> None:
        """Send what follows to the addresses of the settings."""
        if self._before is not None:
            return
        self._before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
        Route.BASE = self._api or Route.BASE
        DiscordWebSocket.DEFAULT_GATEWAY = self._gateway or DiscordWebSocket.DEFAULT_GATEWAY

    def restore(self) -> None:
        """Put back what was there."""
        if self._before is not None:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = self._before
            self._before = None
