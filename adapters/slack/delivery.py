"""Post digests, find them again and edit them: what the ledger asks of a platform."""

import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import Clients
from adapters.slack.failures import MessageGone, translated
from adapters.slack.posting import post, take_back
from adapters.slack.render import Message
from adapters.slack.workspaces import Workspace
from bot.errors import OutcomeUnknown
from bot.model import ChannelAddress
from bot.ports import Clock, SendWindow
from bot.sentences import sentence

METADATA_EVENT = "paperboy_delivery"
# Slack's history may lag behind a message it has stored.
SETTLE_TIME = timedelta(seconds=45)
# Our clock and Slack's may differ by this much.
CLOCK_DRIFT = timedelta(minutes=2)
PAGE = 200
# What stands for the id of a message in a thread that somebody deleted.
DELETED = "deleted"
DELETED_KEPT = 1000
_log = logging.getLogger(__name__)


class Deliveries:
    """Send to channels and look into them with the workspace's own client."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock
        self._deleted: deque[tuple[str, str | None]] = deque(maxlen=DELETED_KEPT)

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload, marked with its delivery id, and return its timestamp."""
        if (address.channel, thread) in self._deleted:
            return DELETED
        client = await self._client(address)
        mark: dict[str, object] = {"event_type": METADATA_EVENT, "event_payload": {"delivery_id": delivery_id}}
        ts = await post(client, address.channel, Message.read(payload), thread, mark)
        return ts if ts is not None else self._without_thread(address, thread)

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Look for a delivery id in the channel's history, or in the thread it belongs to.

        A digest that somebody deleted is as good as never stored: history tells no difference, and it is posted again.
        """
        if self._clock.now() < window.last_sent_at + SETTLE_TIME:
            raise OutcomeUnknown(sentence("Slack's history isn't settled yet; it is read again later."))
        client = await self._client(address)
        try:
            return await _find(client, address.channel, delivery_id, window, thread)
        except MessageGone:
            beside = await _find(client, address.channel, delivery_id, window, None)
            if beside is not None:
                await take_back(client, address.channel, beside)
            return self._without_thread(address, thread)

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place; one that somebody deleted stays deleted."""
        if message_id == DELETED:
            return
        client = await self._client(address)
        message = Message.read(payload)
        call = client.chat_update(channel=address.channel, ts=message_id, text=message.text, blocks=message.blocks)
        try:
            await translated(call)
        except MessageGone as error:
            _log.info("a message in %s is not corrected: %s", address, error)

    def _without_thread(self, address: ChannelAddress, thread: str | None) -> str:
        """Remember that a digest was deleted, so that what would have followed it isn't sent."""
        _log.info("a digest in %s was deleted; its thread ends there", address)
        self._deleted.append((address.channel, thread))
        return DELETED

    async def _client(self, address: ChannelAddress) -> AsyncWebClient:
        return await self._clients.of(Workspace.read(address.workspace))


async def _find(
    client: AsyncWebClient, channel: str, delivery_id: str, window: SendWindow, thread: str | None
) -> str | None:
    async for message in _history(client, channel, window, thread):
        if _delivery_id(message) == delivery_id:
            return str(message["ts"])
    return None


async def _history(
    client: AsyncWebClient, channel: str, window: SendWindow, thread: str | None
) -> AsyncIterator[dict[str, object]]:
    """Yield every message from shortly before the first send to shortly after the last, page after page."""
    oldest = f"{(window.first_sent_at - CLOCK_DRIFT).timestamp():.6f}"
    latest = f"{(window.last_sent_at + CLOCK_DRIFT).timestamp():.6f}"
    cursor: str | None = None
    while True:
        if thread is None:
            call = client.conversations_history(
                channel=channel, oldest=oldest, latest=latest, limit=PAGE, cursor=cursor, include_all_metadata=True
            )
        else:
            call = client.conversations_replies(
                channel=channel,
                ts=thread,
                oldest=oldest,
                latest=latest,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata=True,
            )
        answer = await translated(call)
        for message in answer.get("messages") or []:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _delivery_id(message: dict[str, object]) -> object:
    match message.get("metadata"):
        case {"event_type": "paperboy_delivery", "event_payload": {"delivery_id": delivery_id}}:
            return delivery_id
    return None
