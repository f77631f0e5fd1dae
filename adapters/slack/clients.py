"""Hand out Web API clients: one connection pool, one client a token, no automatic second try."""

import logging
from copy import copy
from typing import Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.settings import SlackSettings
from adapters.slack.workspaces import Workspace
from bot.errors import CredentialsRefused
from bot.sentences import sentence

# A send is given up after this many seconds; a delivery's lease is longer.
CALL_LIMIT = 30
_log = logging.getLogger(__name__)


class Tokens(Protocol):
    """Know the bot token of each workspace."""

    async def token(self, workspace: Workspace) -> str | None:
        """Return a workspace's bot token, None where the app isn't installed."""
        ...

    async def installer(self, workspace: Workspace) -> str | None:
        """Return the user who installed the app last, None where Slack never said."""
        ...


class OneToken:
    """One workspace, one token, from the settings."""

    def __init__(self, token: str) -> None:
        self._token = token.strip()

    async def token(self, workspace: Workspace) -> str | None:
        """Return the token of the settings."""
        return self._token

    async def installer(self, workspace: Workspace) -> str | None:
        """Return nobody: a token doesn't say who made it."""
        return None


class Clients:
    """Build clients as they are needed; `session` holds the connections they share while the bot serves."""

    def __init__(self, settings: SlackSettings, tokens: Tokens) -> None:
        self._base_url = settings.base_url
        self._tokens = tokens
        self.session: aiohttp.ClientSession | None = None
        self._webhook = AsyncWebhookClient("", CALL_LIMIT, retry_handlers=[])

    async def of(self, workspace: Workspace) -> AsyncWebClient:
        """Return the client of a workspace; raises CredentialsRefused where the app isn't installed."""
        token = await self._tokens.token(workspace)
        if token is None:
            raise CredentialsRefused(
                sentence(
                    "Paperboy isn't installed in workspace {workspace}. Install it again.", workspace=workspace.key
                )
            )
        return self.with_token(token)

    async def installer(self, workspace: Workspace) -> str | None:
        """Return the user who installed the app in a workspace, None where nobody knows."""
        return await self._tokens.installer(workspace)

    def with_token(self, token: str | None) -> AsyncWebClient:
        """Return a client for a token."""
        return AsyncWebClient(
            token, base_url=self._base_url, timeout=CALL_LIMIT, session=self.session, retry_handlers=[], logger=_log
        )

    def responding_at(self, url: str) -> AsyncWebhookClient:
        """Return a client for a response URL; a copy, for building one asks the machine for its name each time."""
        webhook = copy(self._webhook)
        webhook.url, webhook.session = url, self.session
        return webhook

    async def open(self) -> None:
        """Keep connections open between calls, until `close`; without it each call has its own."""
        # A slow name server or handshake must not eat the time of the call itself.
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_LIMIT, connect=10))

    async def close(self) -> None:
        """Close the connections."""
        session, self.session = self.session, None
        if session is not None:
            await session.close()
