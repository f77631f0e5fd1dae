"""Take what Slack sends through Bolt: ack first, then hand the question on."""

import logging
import re
import time
import unicodedata
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.blocks import LINK_ACTION
from adapters.slack.conversations import Conversations, slow_down
from adapters.slack.flood import Admission, Flood
from adapters.slack.home import Home
from adapters.slack.inbound import Incoming, Payload, interactive_place, read_message, read_shortcut, read_slash
from adapters.slack.inbox import Inbox
from adapters.slack.lifecycle import EVENTS as LIFECYCLE_EVENTS
from adapters.slack.lifecycle import Lifecycle
from adapters.slack.modals import Modals
from adapters.slack.places import Place
from adapters.slack.reading import READING, Reading
from adapters.slack.settings import SlackSettings
from adapters.slack.tasks import Tasks
from adapters.slack.unfurl import Unfurling
from adapters.slack.workspaces import Workspace
from bot.actions import decode
from bot.commands import Typed
from bot.errors import UsageError
from bot.grammar import DIGEST_VERBS
from bot.message import Outcome, Reply
from bot.ports import Clock

SHORTCUT = "find_note"
_BUTTON = re.compile(r"^paperboy\.(?:reply|card)")
_LINK = re.compile(re.escape(LINK_ACTION))
_ANY = re.compile(".*", re.S)
_log = logging.getLogger(__name__)


class Listeners:
    """Register what the bot listens to, and answer each in a task of its own."""

    def __init__(
        self,
        settings: SlackSettings,
        *,
        clock: Clock,
        conversations: Conversations,
        inbox: Inbox,
        modals: Modals,
        home: Home,
        reading: Reading,
        unfurling: Unfurling,
        lifecycle: Lifecycle,
        tasks: Tasks,
    ) -> None:
        self._surfaces = {settings.paper_command: "paper", settings.digest_command: "digest"}
        self._clock = clock
        self._conversations = conversations
        self._inbox = inbox
        self._modals = modals
        self._home = home
        self._reading = reading
        self._unfurling = unfurling
        self._lifecycle = lifecycle
        self._tasks = tasks
        self._flood = Flood(time.monotonic)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which payload goes where; what nobody expects is acked and noted down."""
        app.command(re.compile("|".join(re.escape(name) for name in self._surfaces)))(self._slash)
        app.event("app_mention")(self._message)
        app.event("message")(self._message)
        app.event("link_shared")(self._links)
        app.event("app_home_opened")(self._opened_home)
        for kind in LIFECYCLE_EVENTS:
            app.event(kind)(self._channel_changed)
        app.shortcut(SHORTCUT)(self._shortcut)
        app.action(_BUTTON)(self._button)
        app.action(_LINK)(_opened_a_page)
        self._modals.register(app)
        self._home.register(app)
        app.event(_ANY)(_ignore_event)
        for unexpected in (app.command, app.action, app.shortcut, app.options, app.view):
            unexpected(_ANY)(_ignore)
        app.error(_failed)

    def knows(self, command: object) -> bool:
        """Tell whether a slash command is one of ours."""
        return command in self._surfaces

    def slash(self, body: Payload) -> str | None:
        """Take a slash command; return what to say with its acknowledgement, None where that says nothing."""
        incoming = read_slash(body, Workspace.of(body), self._surfaces[body["command"]], self._clock.now())
        if self._flood.admit(incoming.place.person) is not Admission.ADMITTED:
            return slow_down(self._conversations.words_at_hand(incoming.place)).text
        if self._inbox.new_here(incoming.keys[0]):
            self._tasks.start(self._answer(incoming, str(body.get("trigger_id"))))
        return None

    async def _slash(self, ack: AsyncAck, body: Payload) -> None:
        said = self.slash(body)
        await (ack() if said is None else ack(text=said))

    async def _answer(self, incoming: Incoming, trigger: str) -> None:
        """Answer with a modal where there is one for it, else where it was asked."""
        match incoming.command:
            case Typed(surface="paper", text=""):
                await self._modals.open_search(incoming.place, trigger)
            case Typed(surface="digest", text=text) if _asks_for_settings(text):
                await self._modals.open_settings(incoming.place, trigger)
            case command:
                await self._conversations.answer(incoming.place, command)

    async def _message(self, body: Payload, context: AsyncBoltContext) -> None:
        incoming = read_message(body, Workspace.of(context))
        if incoming is not None:
            self._tasks.start(self._answer_message(incoming))

    async def _answer_message(self, incoming: Incoming) -> None:
        if not await self._inbox.new(*incoming.keys):
            return
        if await self._admitted(incoming.place):
            await self._conversations.answer(incoming.place, incoming.command, public=incoming.public)

    async def _shortcut(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack()
        incoming = read_shortcut(body, Workspace.of(context), self._clock.now())
        if self._inbox.new_here(f"trigger:{body.get('trigger_id')}"):
            self._tasks.start(self._answer_admitted(incoming))

    async def _button(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack()
        if self._inbox.new_here(f"trigger:{body.get('trigger_id')}"):
            place = interactive_place(body, Workspace.of(context), self._clock.now())
            view = body.get("view") or {}
            reading = str(view["id"]) if view.get("callback_id") == READING else None
            self._tasks.start(self._answer_button(place, body, reading))

    async def _answer_button(self, place: Place, body: Payload, reading: str | None) -> None:
        code = str(body["actions"][0].get("value") or "")
        try:
            command = decode(code)
        except UsageError as error:
            _log.warning("a button carried what no button carries (%d characters)", len(code))
            words = await self._conversations.words(place)
            await self._conversations.say(place, Reply(words.say(error.sentence), outcome=Outcome.MISUSED))
            return
        if not await self._admitted(place):
            return
        if reading is not None:
            await self._reading.turn(place, reading, command)
        else:
            await self._answer(Incoming(place, command), str(body.get("trigger_id")))

    async def _answer_admitted(self, incoming: Incoming) -> None:
        if await self._admitted(incoming.place):
            await self._conversations.answer(incoming.place, incoming.command)

    async def _links(self, body: Payload, context: AsyncBoltContext) -> None:
        self._tasks.start(self._unfurling.answer(body, Workspace.of(context)))

    async def _opened_home(self, body: Payload, context: AsyncBoltContext) -> None:
        workspace, user = Workspace.of(context), str(body["event"]["user"])
        admitted = self._flood.admit(Place(workspace, user, None).person) is Admission.ADMITTED
        if admitted and body["event"].get("tab", "home") == "home":
            self._tasks.start(self._home.show(workspace, user))

    async def _channel_changed(self, body: Payload, context: AsyncBoltContext) -> None:
        self._tasks.start(self._lifecycle.take(body, Workspace.of(context)))

    async def _admitted(self, place: Place) -> bool:
        """Tell whether a person's question is answered; who asks too fast is told so once."""
        admission = self._flood.admit(place.person)
        if admission is Admission.REFUSED:
            await self._conversations.say(place, slow_down(self._conversations.words_at_hand(place)))
        return admission is Admission.ADMITTED


def _asks_for_settings(text: str) -> bool:
    return DIGEST_VERBS.get(unicodedata.normalize("NFC", text).casefold()) == "settings"


async def _opened_a_page(ack: AsyncAck) -> None:
    await ack()


async def _ignore(ack: AsyncAck, body: Payload) -> None:
    await ack()
    _log.warning("nobody expects this: %s %s", body.get("type") or "command", _named(body))


async def _ignore_event(body: Payload) -> None:
    _log.debug("an event nobody asked for: %s", body.get("event", {}).get("type"))


async def _failed(error: Exception, body: Payload) -> BoltResponse | None:
    """Note a crash of ours down; an event is acked all the same, for Slack would only send it again."""
    _log.error("a listener failed", exc_info=error)
    return BoltResponse(status=200) if "event" in body else None


def _named(body: Payload) -> str:
    """Name what came by its ids alone: values are the sender's to choose."""
    actions = body.get("actions") or [{}]
    found: Any = body.get("command") or actions[0].get("action_id") or body.get("callback_id")
    return repr(str(found)[:80])
