"""Post one message, and take it back where Slack put it beside its thread."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failures import MessageGone, translated
from adapters.slack.render import Message
from bot.errors import DeliveryError

_log = logging.getLogger(__name__)


async def post(
    client: AsyncWebClient,
    channel: str,
    message: Message,
    thread: str | None,
    metadata: dict[str, object] | None = None,
) -> str | None:
    """Post and return the timestamp, Slack's id of a message; None where the thread's first message was deleted.

    Slack doesn't refuse an answer to a deleted message: it shows it to the whole channel instead.
    """
    answer = await translated(
        client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=message.blocks,
            metadata=metadata,
            thread_ts=thread,
            unfurl_links=False,
            unfurl_media=False,
        )
    )
    ts = str(answer["ts"])
    stored = answer.get("message") or {}
    if thread is None or stored.get("thread_ts") or not await thread_is_gone(client, channel, thread):
        return ts
    await take_back(client, channel, ts)
    return None


async def thread_is_gone(client: AsyncWebClient, channel: str, thread: str) -> bool:
    """Tell whether Slack knows nothing of a thread; where it won't say, the thread counts as there."""
    try:
        await translated(client.conversations_replies(channel=channel, ts=thread, limit=1))
    except MessageGone:
        return True
    except DeliveryError as error:
        _log.info("conversations.replies: %s", error)
    return False


async def take_back(client: AsyncWebClient, channel: str, ts: str) -> None:
    """Delete a message of ours; one that stays is only noted down."""
    try:
        await translated(client.chat_delete(channel=channel, ts=ts))
    except DeliveryError as error:
        _log.warning("a message beside its deleted thread stays in %s: %s", channel, error)
    else:
        _log.info("its thread in %s was deleted, so a message was taken back", channel)
