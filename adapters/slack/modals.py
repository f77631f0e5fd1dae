"""The two modals: a search box with type-ahead, and a channel's settings."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from adapters.slack.blocks import Drawn
from adapters.slack.clients import Clients
from adapters.slack.conversations import Conversations
from adapters.slack.failures import translated
from adapters.slack.inbound import Payload, interactive_place, words
from adapters.slack.places import Place, ResponseUrl
from adapters.slack.search_form import CHOSEN_ENTRY, SEARCH, WORDS, entry_option, search_view, searched
from adapters.slack.settings_form import CHOSEN_ZONE, SETTINGS, settings_view, settings_words, zone_option
from adapters.slack.tasks import Tasks
from adapters.slack.workspaces import Workspace
from bot.commands import Typed
from bot.errors import DeliveryError, PaperboyError, StorageError
from bot.model import Channel
from bot.ports import Addressbook, Clock, Suggestions
from bot.words import Words

SUGGESTED = 25
# A trigger lives three seconds: what a modal is filled with is waited for no longer than this, in seconds.
FILLING_SECONDS = 1.5
_log = logging.getLogger(__name__)


class Modals:
    """Open modals, suggest while people type, and take what they submit."""

    def __init__(
        self,
        clients: Clients,
        conversations: Conversations,
        suggestions: Suggestions,
        addressbook: Addressbook,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._clients = clients
        self._conversations = conversations
        self._suggestions = suggestions
        self._addressbook = addressbook
        self._clock = clock
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt of the selects and the submissions."""
        app.options(re.compile(rf"^{re.escape(CHOSEN_ENTRY)}"))(self._suggest_entries)
        app.options(CHOSEN_ZONE)(self._suggest_zones)
        app.view(SEARCH)(self._searched)
        app.view(SETTINGS)(self._set)

    async def open_search(self, place: Place, trigger: str) -> None:
        """Open the search box."""
        view = search_view(await self._words(place), _remember(place))
        await self._open(place, trigger, view, Typed("paper", "help"))

    async def open_settings(self, place: Place, trigger: str) -> None:
        """Open a channel's settings: the filled form at once, for a trigger lives three seconds, then what holds now.

        What somebody has typed by then stays: the fields keep their ids.
        """
        settings = Typed("digest", "settings")
        spoken, channel = await asyncio.gather(self._words(place), self._channel(place))
        opened = await self._open(place, trigger, settings_view(spoken, _remember(place), channel), settings)
        if opened is None:
            return
        now = await self._conversations.ask(place, settings)
        view = settings_view(spoken, _remember(place), channel, now)
        try:
            client = await self._clients.of(place.workspace)
            await translated(client.views_update(view_id=opened, view=view))
        except (DeliveryError, StorageError) as error:
            # Closed already, or Slack is busy: the form works without what holds now.
            _log.info("views.update: %s", error)

    async def _channel(self, place: Place) -> Channel | None:
        try:
            async with asyncio.timeout(FILLING_SECONDS):
                return await self._addressbook.channel(place.address)
        except (StorageError, TimeoutError) as error:
            _log.info("a settings form stays empty: %s", type(error).__name__)
            return None

    async def _open(self, place: Place, trigger: str, view: Mapping[str, object], otherwise: Typed) -> str | None:
        """Open a modal and return its id; where Slack won't, answer a command that says much the same."""
        try:
            client = await self._clients.of(place.workspace)
            answer = await translated(client.views_open(trigger_id=trigger, view=dict(view)))
        except (DeliveryError, StorageError) as error:
            _log.info("views.open: %s", error)
            await self._conversations.answer(place, otherwise)
            return None
        return str(answer["view"]["id"])

    async def _suggest_entries(self, ack: AsyncAck, body: Payload) -> None:
        typed = words(body.get("value"))
        await ack(options=_suggested(lambda: map(entry_option, self._suggestions.entries(typed, SUGGESTED))))

    async def _suggest_zones(self, ack: AsyncAck, body: Payload) -> None:
        typed = words(body.get("value"))
        await ack(options=_suggested(lambda: map(zone_option, self._suggestions.zones(typed, SUGGESTED))))

    async def _searched(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        command = searched(body["view"]["state"]["values"])
        if command is None:
            spoken = self._conversations.words_at_hand(self._place(body, context))
            said = spoken.gettext("Choose a note, or type a few words.")
            await ack(response_action="errors", errors={WORDS: said})
            return
        await ack()
        self._tasks.start(self._conversations.answer(self._place(body, context), command))

    async def _set(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        typed = settings_words(body["view"])
        await ack()
        if typed:
            self._tasks.start(self._conversations.answer(self._place(body, context), Typed("digest", f"set {typed}")))

    def _place(self, body: Payload, context: AsyncBoltContext) -> Place:
        submitted = interactive_place(body, Workspace.of(context), self._clock.now())
        return _recall(submitted, str(body["view"].get("private_metadata") or ""))

    async def _words(self, place: Place) -> Words:
        try:
            async with asyncio.timeout(FILLING_SECONDS):
                return await self._conversations.words(place)
        except TimeoutError:
            return self._conversations.words_at_hand(place)


def _suggested(options: Callable[[], Iterable[Drawn]]) -> list[Drawn]:
    """Return options, none where they can't be had: a select that hears nothing tells people to try again later."""
    try:
        return list(options())
    except PaperboyError as error:
        _log.warning("nothing can be suggested: %s", error)
        return []


def _remember(place: Place) -> str:
    """Write down where a modal was opened; Slack hands it back with the submission."""
    response = place.response
    return json.dumps(
        {
            "channel": place.channel,
            "thread": place.thread,
            "url": response.url if response else None,
            "at": response.issued_at.timestamp() if response else None,
        }
    )


def _recall(submitted: Place, metadata: str) -> Place:
    """Return where the modal was opened."""
    try:
        kept = json.loads(metadata)
        at = kept["at"]
        issued_at = datetime.fromtimestamp(at, tz=UTC) if at else None
    except (ValueError, KeyError, TypeError):
        return submitted
    response = ResponseUrl(kept["url"], issued_at) if issued_at and kept["url"] else None
    thread = kept["thread"]
    return Place(
        submitted.workspace,
        submitted.user,
        kept["channel"],
        user_name=submitted.user_name,
        thread=thread,
        in_thread=bool(thread),
        response=response,
    )
