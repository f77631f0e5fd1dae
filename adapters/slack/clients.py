"""Reach Slack: a Web API client a token, and response URLs; one connection pool, no automatic second try."""

import logging
from collections.abc import Mapping
from typing import Protocol

import aiohttp
from multidict import CIMultiDict
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.internal_utils import get_user_agent

from adapters.slack.settings import SlackSettings
from adapters.slack.workspaces import Workspace
from bot.errors import CredentialsRefused
from bot.sentences import sentence
from bot.wire import to_json

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
        self._headers = CIMultiDict({"User-Agent": get_user_agent(), "Content-Type": "application/json;charset=utf-8"})
        self._proxy = load_http_proxy_from_env()

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

    async def respond(self, url: str, body: Mapping[str, object]) -> str | None:
        """Answer at a response URL; return None where Slack took the answer, else what it said.

        This is what most answers take, and through the SDK it cost as much as drawing them. Raises aiohttp's errors.
        """
        if self.session is None:
            raise aiohttp.ClientConnectionError("closed")
        async with self.session.post(url, data=to_json(body), headers=self._headers, proxy=self._proxy) as response:
            said = await response.read()
        return None if response.status == 200 else f"HTTP {response.status} {said.decode(errors='replace')[:200]}"

    async def open(self) -> None:
        """Keep connections open between calls, until `close`; without it each call has its own."""
        # A slow name server or handshake must not eat the time of the call itself.
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_LIMIT, connect=10))

    async def close(self) -> None:
        """Close the connections."""
        session, self.session = self.session, None
        if session is not None:
            await session.close()
