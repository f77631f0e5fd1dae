"""Publish the Home tab and take its buttons: what it holds is a person's own, asked of the core and of Slack."""

import logging
from collections.abc import Sequence

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from adapters.slack.clients import Clients
from adapters.slack.conversations import Conversations
from adapters.slack.failures import translated
from adapters.slack.home_view import (
    CHANNEL_BLOCK,
    DIGEST_BUTTON,
    SEARCH_BUTTON,
    SEARCH_SELECT,
    SETTINGS_BUTTON,
    TODAY,
    ChannelShown,
    home_view,
)
from adapters.slack.inbound import Payload, interactive_place
from adapters.slack.modals import Modals
from adapters.slack.places import Place
from adapters.slack.reading import Reading
from adapters.slack.tasks import Tasks
from adapters.slack.workspaces import PLATFORM, Workspace
from bot.actions import decode
from bot.commands import Command, OpenEntry, Typed
from bot.errors import DeliveryError, StorageError, UsageError
from bot.message import Outcome, Reply
from bot.model import ChannelAddress
from bot.ports import Addressbook, Clock

# Channels shown; each takes two to four questions to the core.
CHANNELS = 10
# From today to the last day with notes, and from there to the last one with notes for the channel.
LOOKS_BACK = 2
_PAGE = 200
_log = logging.getLogger(__name__)


class Home:
    """Publish the Home tab and take its buttons."""

    def __init__(
        self,
        clients: Clients,
        conversations: Conversations,
        addressbook: Addressbook,
        modals: Modals,
        reading: Reading,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._clients = clients
        self._conversations = conversations
        self._addressbook = addressbook
        self._modals = modals
        self._reading = reading
        self._clock = clock
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt of the buttons."""
        for element in (SEARCH_SELECT, SEARCH_BUTTON, SETTINGS_BUTTON, DIGEST_BUTTON):
            app.action(element)(self._pressed)

    async def show(self, workspace: Workspace, user: str) -> None:
        """Publish a person's Home tab."""
        place = Place(workspace, user, channel=None)
        try:
            words = await self._conversations.words(place)
            addresses = await self._channels(place)
            channels = [await self._channel(place, address) for address in addresses[:CHANNELS]]
            view = home_view(words, channels, more=len(addresses) - len(channels))
            client = await self._clients.of(workspace)
            await translated(client.views_publish(user_id=user, view=view))
        except (DeliveryError, StorageError) as error:
            _log.warning("the Home tab isn't shown: %s", error)

    async def _channels(self, place: Place) -> Sequence[ChannelAddress]:
        """Return the channels that have a rule and that this person is in."""
        configured = await self._addressbook.channels_of(PLATFORM, place.workspace.key)
        own = await self._memberships(place) if configured else frozenset()
        return [address for address in configured if address.channel in own]

    async def _memberships(self, place: Place) -> frozenset[str]:
        client = await self._clients.of(place.workspace)
        found: set[str] = set()
        cursor: str | None = None
        while True:
            answer = await translated(
                client.users_conversations(
                    user=place.user,
                    # The token of a whole organisation has to say which workspace it means.
                    team_id=place.workspace.team if place.workspace.enterprise else None,
                    types="public_channel,private_channel,mpim,im",
                    exclude_archived=True,
                    limit=_PAGE,
                    cursor=cursor,
                )
            )
            found |= {str(channel["id"]) for channel in answer["channels"]}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return frozenset(found)

    async def _channel(self, place: Place, address: ChannelAddress) -> ChannelShown:
        rule = await self._conversations.ask(place, Typed("digest", "list"), address=address)
        show, latest = await self._latest(place, address)
        return ChannelShown(address, rule, latest, show)

    async def _latest(self, place: Place, address: ChannelAddress) -> tuple[Command, Reply]:
        """Return a channel's notes of today, else of the last day that has some for it, with the command for them."""
        command: Command = TODAY
        latest = await self._conversations.ask(place, command, address=address)
        for _ in range(LOOKS_BACK):
            if latest.outcome is not Outcome.NOTHING_FOUND or not latest.actions:
                break
            command = latest.actions[0].command
            latest = await self._conversations.ask(place, command, address=address)
        return command, latest

    async def _pressed(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack()
        place = interactive_place(body, Workspace.of(context), self._clock.now())
        self._tasks.start(self._answer(place, body["actions"][0], str(body.get("trigger_id"))))

    async def _answer(self, place: Place, action: Payload, trigger: str) -> None:
        if action["action_id"] == SEARCH_SELECT:
            chosen = (action.get("selected_option") or {}).get("value")
            await self._reading.open(place, trigger, OpenEntry(str(chosen)))
            return
        if action["action_id"] == SEARCH_BUTTON:
            await self._modals.open_search(place, trigger)
            return
        channel = str(action.get("block_id") or "").removeprefix(CHANNEL_BLOCK)
        # The id comes back from the client: it counts only where Slack agrees that this person is in the channel.
        if channel not in await self._memberships(place):
            _log.warning("a button of the Home tab named a channel its presser isn't in")
            return
        if action["action_id"] == SETTINGS_BUTTON:
            await self._modals.open_settings(place.at(channel), trigger)
            return
        reply = await self._conversations.ask(place, _wanted(action), address=place.workspace.channel(channel))
        await self._conversations.say(place, reply)


def _wanted(action: Payload) -> Command:
    """Return the notes a button asks for: today's where it carries nothing that can be read."""
    try:
        return decode(str(action.get("value") or ""))
    except UsageError:
        return TODAY
