"""Tell the core of channels and workspaces that come and go, one event after another."""

import asyncio
import logging

from adapters.slack.inbound import Payload, bot_user
from adapters.slack.inbox import Inbox
from adapters.slack.installations import Installations
from adapters.slack.tenants import left
from adapters.slack.workspaces import Workspace
from bot.errors import StorageError
from bot.ports import Addressbook
from bot.sentences import sentence

# Renamed channels, and public ones made private, keep their id: nothing of ours changes.
EVENTS = (
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "app_uninstalled",
    "tokens_revoked",
)
_REASONS = {
    "archive": sentence("The channel was archived. Unarchive it, or end its subscription."),
    "deleted": sentence("The channel was deleted. End its subscription."),
    "left": sentence("I was removed from the channel. Type `/invite @paperboy` there."),
}
_log = logging.getLogger(__name__)


class Lifecycle:
    """Pass events on in the order they came."""

    def __init__(self, addressbook: Addressbook, inbox: Inbox, installations: Installations | None) -> None:
        self._addressbook = addressbook
        self._inbox = inbox
        self._installations = installations
        self._one_by_one = asyncio.Lock()

    async def take(self, body: Payload, workspace: Workspace) -> None:
        """Pass one event on, once."""
        async with self._one_by_one:
            if not await self._inbox.new(f"event:{body.get('event_id')}"):
                return
            try:
                await self._pass_on(body, workspace)
            except StorageError as error:
                # The next delivery to the channel finds out all the same.
                _log.warning("%s of %s isn't noted: %s", body["event"]["type"], workspace.key, error)

    async def _pass_on(self, body: Payload, workspace: Workspace) -> None:
        event = body["event"]
        match event["type"]:
            case "channel_id_changed":
                old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
                await self._addressbook.moved(workspace.channel(old), workspace.channel(new))
            case "channel_unarchive" | "group_unarchive":
                await self._addressbook.opened(workspace.channel(str(event["channel"])))
            case "member_joined_channel" if event.get("user") == bot_user(body):
                await self._addressbook.opened(workspace.channel(str(event["channel"])))
            case "app_uninstalled":
                await self._left(workspace, uninstalled=True)
            case "tokens_revoked" if (event.get("tokens") or {}).get("bot"):
                await self._left(workspace, uninstalled=False)
            case str(kind) if (reason := _REASONS.get(kind.partition("_")[2])) is not None:
                await self._addressbook.closed(workspace.channel(str(event["channel"])), reason)

    async def _left(self, workspace: Workspace, *, uninstalled: bool) -> None:
        if self._installations is None:
            # The next delivery is refused, and everything waits; a new token in the settings sends it at the start.
            _log.error("Slack takes SLACK_BOT_TOKEN back: install the app again and copy the new token")
            return
        await self._installations.remove(workspace, entirely=uninstalled)
        await left(self._addressbook, workspace)
