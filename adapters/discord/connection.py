"""Log in once, whoever comes first: the serving loop, or a delivery in a process that serves nobody."""

import asyncio

import discord

from adapters.discord.client import Client
from adapters.discord.endpoints import use_addresses
from adapters.discord.settings import DiscordSettings


class Connection:
    """Keep the one client of this process."""

    def __init__(self, client: Client, settings: DiscordSettings) -> None:
        self.client = client
        self._settings = settings
        self._lock = asyncio.Lock()
        self._logged_in = False

    @property
    def user_id(self) -> int:
        """Return the bot's own id; only after `ready`."""
        return self.client.user.id if self.client.user is not None else 0

    async def ready(self) -> Client:
        """Return the client, logged in; raises what the SDK raises."""
        if not self._logged_in:
            async with self._lock:
                if not self._logged_in:
                    await self._log_in()
        return self.client

    async def _log_in(self) -> None:
        token = self._settings.token
        try:
            use_addresses(self._settings)
            await self.client.login(token.get_secret_value() if token is not None else "")
        except BaseException:
            # The SDK opens a session before it asks, and would leave it open.
            await self.client.http.close()
            self.client.http.clear()
            self.client.http.connector = discord.utils.MISSING
            raise
        self._logged_in = True

    async def close(self) -> None:
        """Close every connection; the client can't be used afterwards."""
        await self.client.close()
