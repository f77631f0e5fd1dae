"""Speak Slack: serve people over Socket Mode or HTTP, and post, find and edit for the ledger."""

import asyncio
import logging
from dataclasses import dataclass
from time import perf_counter

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.clients import Clients
from adapters.slack.delivery import Deliveries
from adapters.slack.direct import open_direct
from adapters.slack.failures import translated
from adapters.slack.listeners import Listeners
from adapters.slack.render import render
from adapters.slack.settings import SlackSettings
from adapters.slack.tasks import Tasks
from adapters.slack.workspaces import Workspace
from bot.errors import CredentialsRefused, DeliveryError, RateLimited, SettingsError
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import Acknowledged, SendWindow
from bot.sentences import sentence

# Between two looks at the socket, in seconds: a broken one is replaced after at most twice this time.
PING_SECONDS = 5.0
# What is under way when the bot is asked to stop may take this long, in seconds.
FAREWELL_SECONDS = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the adapter is made of; `adapters.slack.build` puts it together."""

    settings: SlackSettings
    app: AsyncApp
    listeners: Listeners
    clients: Clients
    deliveries: Deliveries
    tasks: Tasks
    acknowledged: Acknowledged


class SlackAdapter:
    """Answer in Slack's workspaces and deliver to their channels."""

    platform = "slack"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._socket: SocketModeClient | None = None

    async def serve(self) -> None:
        """Answer until cancelled. Raises SettingsError when Slack refuses a token at the start."""
        await self._parts.clients.open()
        try:
            await self._check_token()
            if self._parts.settings.socket_mode:
                await self._serve_socket()
            else:
                await asyncio.Event().wait()
        finally:
            await self._parts.tasks.finish(FAREWELL_SECONDS)
            await self._parts.clients.close()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the messages that draw a reply, the first one first, then its thread."""
        return tuple(message.payload for message in render(reply))

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload and return its timestamp, Slack's id of a message."""
        return await self._parts.deliveries.post(address, payload, delivery_id, thread)

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Look a delivery up in the channel's history."""
        return await self._parts.deliveries.find(address, delivery_id, window, thread)

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place."""
        await self._parts.deliveries.edit(address, message_id, payload)

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Open the conversation with a person, or with whoever installed the app."""
        return await open_direct(self._parts.clients, Workspace.read(workspace), person)

    @property
    def connected(self) -> bool:
        """Say whether events can come: over HTTP always, in Socket Mode while a socket is open."""
        if not self._parts.settings.socket_mode:
            return True
        session = self._socket.current_session if self._socket is not None else None
        return session is not None and not session.closed

    @property
    def busy(self) -> bool:
        """Say whether an answer is under way."""
        return self._parts.tasks.running

    async def _serve_socket(self) -> None:
        token = self._parts.settings.app_token
        if token is None:
            raise AssertionError("Socket Mode is chosen by its token")
        app_token = token.get_secret_value().strip()
        client = self._parts.clients.with_token(app_token)
        log = logging.getLogger(f"{__name__}.socket")
        log.addFilter(_without_traceback)
        handler = _Handler(self._parts.app, app_token, logger=log, web_client=client, ping_interval=PING_SECONDS)
        handler.acknowledged, handler.listeners = self._parts.acknowledged, self._parts.listeners
        try:
            await self._open_socket(handler)
            self._socket = handler.client
            await handler.connect_async()  # type: ignore[no-untyped-call]  # as in Bolt
            _log.info("connected to Slack")
            await asyncio.Event().wait()
        finally:
            self._socket = None
            await handler.client.close()  # type: ignore[no-untyped-call]  # as in slack_sdk

    async def _check_token(self) -> None:
        """Refuse to run with a token Slack refuses; a network that is down may come back."""
        token = self._parts.settings.bot_token
        if token is None:
            return
        try:
            await translated(self._parts.clients.with_token(token.get_secret_value()).auth_test())
        except CredentialsRefused:
            raise SettingsError(
                sentence(
                    "Slack refuses SLACK_BOT_TOKEN. Install the app in its workspace again and copy the new token."
                )
            ) from None
        except DeliveryError as error:
            _log.warning("%s", error)

    async def _open_socket(self, handler: AsyncSocketModeHandler) -> None:
        """Ask for a socket until Slack gives one; the SDK would ask on with a token Slack refuses."""
        while True:
            try:
                answer = await translated(handler.client.web_client.apps_connections_open(app_token=handler.app_token))
            except CredentialsRefused:
                raise SettingsError(
                    sentence("Slack refuses SLACK_APP_TOKEN. Make one with the scope connections:write and copy it.")
                ) from None
            except DeliveryError as error:
                _log.warning("no socket yet: %s", error)
                await asyncio.sleep(error.retry_after if isinstance(error, RateLimited) else PING_SECONDS)
            else:
                handler.client.wss_uri = answer["url"]
                return


class _Handler(AsyncSocketModeHandler):
    """Tell how long each envelope waited for its acknowledgement; commands, most of what comes, go past Bolt."""

    acknowledged: Acknowledged
    listeners: Listeners

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt
        """Hand an envelope on, and acknowledge it."""
        started = perf_counter()
        if req.type == "slash_commands" and self.listeners.knows(req.payload.get("command")):
            await self._take_command(client, req)
        else:
            await super().handle(client, req)
        self.acknowledged("slack", perf_counter() - started)

    async def _take_command(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        try:
            said = self.listeners.slash(req.payload)
        except Exception:  # noqa: BLE001 - as Bolt: a crash is noted down, and Slack tells the person that it failed
            _log.exception("a command failed")
            return
        payload = None if said is None else {"text": said}
        await client.send_socket_mode_response(SocketModeResponse(req.envelope_id, payload))


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the SDK's sentence about a connection that failed; its traceback says nothing more."""
    record.exc_info = record.exc_text = None
    return True
