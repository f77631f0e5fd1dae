"""Post digests, find them again and edit them: what the ledger asks of a platform."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
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


class Deliveries:
    """Send to channels and look into them with the workspace's own client."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload, marked with its delivery id, and return its timestamp."""
        client = await self._client(address)
        message = json.loads(payload)
        answer = await translated(
            client.chat_postMessage(
                channel=address.channel,
                text=message["text"],
                blocks=message["blocks"],
                metadata={"event_type": METADATA_EVENT, "event_payload": {"delivery_id": delivery_id}},
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(answer["ts"])

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Look for a delivery id in the channel's history, or in the thread it belongs to."""
        if self._clock.now() < window.last_sent_at + SETTLE_TIME:
            raise OutcomeUnknown(sentence("Slack's history isn't settled yet; it is read again later."))
        client = await self._client(address)
        async for message in _history(client, address.channel, window, thread):
            if _delivery_id(message) == delivery_id:
                return str(message["ts"])
        return None

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place."""
        client = await self._client(address)
        message = json.loads(payload)
        await translated(
            client.chat_update(channel=address.channel, ts=message_id, text=message["text"], blocks=message["blocks"])
        )

    async def _client(self, address: ChannelAddress) -> AsyncWebClient:
        return await self._clients.of(Workspace.read(address.workspace))


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
