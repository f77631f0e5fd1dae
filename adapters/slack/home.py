"""The Home tab: a search box, and this person's channels with their rules and latest digest."""

import logging
from collections.abc import Iterator, Sequence

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from adapters.slack.blocks import Drawn, context, mrkdwn, plain, sections
from adapters.slack.clients import Clients
from adapters.slack.conversations import Conversations
from adapters.slack.failures import translated
from adapters.slack.forms import OPTION_CHARACTERS
from adapters.slack.inbound import Payload, interactive_place
from adapters.slack.modals import Modals
from adapters.slack.mrkdwn import escape, spans_of
from adapters.slack.places import Place
from adapters.slack.reading import Reading
from adapters.slack.search_form import CHOSEN_ENTRY
from adapters.slack.tasks import Tasks
from adapters.slack.workspaces import PLATFORM, Workspace
from bot.actions import decode, encode
from bot.commands import Command, OpenEntry, Typed
from bot.errors import DeliveryError, StorageError, UsageError
from bot.message import Outcome, Reply
from bot.model import ChannelAddress
from bot.ports import Addressbook, Clock
from bot.richtext import Text
from bot.words import Words

# The search box of Home, which suggests as the one of the search modal does.
SEARCH_SELECT = f"{CHOSEN_ENTRY}.home"
SEARCH_BUTTON = "paperboy.home.search"
SETTINGS_BUTTON = "paperboy.home.settings"
DIGEST_BUTTON = "paperboy.home.digest"
# Channels shown; each takes two to four questions to the core.
CHANNELS = 10
# From today to the last day with notes, and from there to the last one with notes for the channel.
LOOKS_BACK = 2
# Titles shown of a channel's latest digest.
TITLES = 3
TODAY = Typed("digest", "")
_CHANNEL_BLOCK = "channel."
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
            channels = [await self._channel(place, address, words) for address in await self._channels(place)]
            client = await self._clients.of(workspace)
            await translated(client.views_publish(user_id=user, view=_view(words, channels)))
        except (DeliveryError, StorageError) as error:
            _log.warning("the Home tab isn't shown: %s", error)

    async def _channels(self, place: Place) -> Sequence[ChannelAddress]:
        """Return the channels that have a rule and that this person is in."""
        configured = await self._addressbook.channels_of(PLATFORM, place.workspace.key)
        own = await self._memberships(place) if configured else frozenset()
        return [address for address in configured if address.channel in own][:CHANNELS]

    async def _memberships(self, place: Place) -> frozenset[str]:
        client = await self._clients.of(place.workspace)
        found: set[str] = set()
        cursor: str | None = None
        while True:
            answer = await translated(
                client.users_conversations(
                    user=place.user,
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

    async def _channel(self, place: Place, address: ChannelAddress, words: Words) -> list[Drawn]:
        rule = await self._conversations.ask(place, Typed("digest", "list"), address=address)
        show, latest = await self._latest(place, address)
        label = words.gettext("Today's notes") if show is TODAY else words.gettext("Latest notes")
        return [
            {"type": "divider"},
            {"type": "section", "text": mrkdwn(_name(address, words))},
            *list(sections(spans_of(rule.text)))[:2],
            *list(context((Text("\n".join(_in_short(latest))),)))[:1],
            {
                "type": "actions",
                "block_id": f"{_CHANNEL_BLOCK}{address.channel}",
                "elements": [
                    _button(label, DIGEST_BUTTON) | {"value": encode(show) or "digest today"},
                    _button(words.gettext("Settings"), SETTINGS_BUTTON),
                ],
            },
        ]

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
        channel = str(action.get("block_id") or "").removeprefix(_CHANNEL_BLOCK)
        # The id comes back from the client: it counts only where Slack agrees that this person is in the channel.
        if channel not in await self._memberships(place):
            _log.warning("a button of the Home tab named a channel its presser isn't in")
            return
        if action["action_id"] == SETTINGS_BUTTON:
            await self._modals.open_settings(place.at(channel), trigger)
            return
        reply = await self._conversations.ask(place, _wanted(action), address=place.workspace.channel(channel))
        await self._conversations.say(place, reply)


def _name(address: ChannelAddress, words: Words) -> str:
    """Name a channel; Slack has no mark for a conversation with the bot."""
    if address.channel.startswith("D"):
        return "*" + escape(words.gettext("Your direct messages with me")) + "*"
    return f"<#{address.channel}>"


def _wanted(action: Payload) -> Command:
    """Return the notes a button asks for: today's where it carries nothing that can be read."""
    try:
        return decode(str(action.get("value") or ""))
    except UsageError:
        return TODAY


def _in_short(digest: Reply) -> Iterator[str]:
    """Yield the first line of a digest and the titles it begins with."""
    yield digest.text.split("\n", 1)[0]
    for card in digest.cards[:TITLES]:
        yield f"{card.number}. {card.title}" if card.number else card.title
    if len(digest.cards) > TITLES:
        yield "…"


def _view(words: Words, channels: Sequence[Sequence[Drawn]]) -> Drawn:
    empty = words.gettext("None of your channels has a digest yet. Type `/digest subscribe #llm` in one of them.")
    hello = words.gettext("Type `/paper` and a few words in any channel, or look here.")
    below = [block for channel in channels for block in channel] or list(sections(spans_of(empty)))
    select: Drawn = {
        "type": "external_select",
        "action_id": SEARCH_SELECT,
        "min_query_length": 0,
        "placeholder": plain(words.gettext("Title, author, tag …"), OPTION_CHARACTERS),
    }
    search: Drawn = {"type": "actions", "elements": [select, _button(words.gettext("Find a note"), SEARCH_BUTTON)]}
    header: Drawn = {"type": "header", "text": plain("📰 Paperboy", 150)}
    return {"type": "home", "blocks": [header, *sections(spans_of(hello)), search, *below][:100]}


def _button(label: str, action_id: str) -> Drawn:
    return {"type": "button", "action_id": action_id, "text": plain(label, 75)}
