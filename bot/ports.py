"""Where core and adapters meet: what the core asks of an adapter, what it offers one, and a clock."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bot.message import Reply, Request
from bot.model import Channel, ChannelAddress, Label, TagCount
from bot.sentences import Sentence

if TYPE_CHECKING:
    from aiohttp.web import Request as HttpRequest
    from aiohttp.web import StreamResponse

    HttpHandler = Callable[[HttpRequest], Awaitable[StreamResponse]]

Handle = Callable[[Request], Awaitable[Reply]]
Result = TypeVar("Result")


class Clock(Protocol):
    """Tell the time, so that tests can turn it."""

    def now(self) -> datetime:
        """Return this instant, with zone UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SendWindow:
    """When a message may have been stored by the platform: its first and its last send, in UTC."""

    first_sent_at: datetime
    last_sent_at: datetime


class Adapter(Protocol):
    """Speak one platform: turn payloads into requests, and replies into payloads."""

    @property
    def platform(self) -> str:
        """Name the platform as channel addresses write it, e.g. `console`."""
        ...

    async def serve(self) -> None:
        """Answer people until cancelled, or until the platform has nothing more to say."""
        ...

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the payloads that draw a reply, nothing lost: the message first, then its thread in order."""
        ...

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload and return the platform's message id.

        `thread` is the id of the message to answer under, None for a message of its own. Raises RateLimited,
        ChannelGone, CredentialsRefused and NotSent when nothing was stored, OutcomeUnknown when nobody can tell.
        """
        ...

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Return the id of the message that carries this delivery id, or None when it is surely not there.

        Raises OutcomeUnknown when the platform can't tell yet, and the other delivery errors.
        """
        ...

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place; raises like `post`."""
        ...

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Return where one person of a workspace reads direct messages; whoever installed the bot where None is named.

        None where the platform doesn't say who that is. Raises the delivery errors.
        """
        ...


class Memory(Protocol):
    """What an adapter remembers across restarts and replicas: small texts under keys, in our database."""

    async def first_time(self, kind: str, key: str, keep: timedelta) -> bool:
        """Tell whether this key is new, and remember it for `keep`: exactly one caller is told yes."""
        ...

    async def recall(self, kind: str, key: str) -> str | None:
        """Return what was remembered under a key, None where nothing (any more) is."""
        ...

    async def remember(self, kind: str, key: str, value: str, keep: timedelta | None = None) -> None:
        """Remember a text under a key, for good where `keep` is None."""
        ...

    async def forget(self, kind: str, prefix: str) -> None:
        """Forget every key of a kind that begins like this."""
        ...


class Database(Protocol):
    """Our database, for a library that keeps rows of its own in tables our migrations make."""

    async def run(self, work: Callable[[Any], Result]) -> Result:
        """Call `work` with the engine (SQLAlchemy's) in a thread and return its result. Raises StorageError."""
        ...


class Addressbook(Protocol):
    """What an adapter tells the core of channels coming and going; subscriptions are kept unless told otherwise."""

    async def closed(self, address: ChannelAddress, reason: Sentence) -> None:
        """Let a channel rest: deleted, archived, or closed to the bot. `reason` names cause and cure."""
        ...

    async def opened(self, address: ChannelAddress) -> None:
        """Wake a resting channel: unarchived, or the bot let in again."""
        ...

    async def moved(self, old: ChannelAddress, new: ChannelAddress) -> None:
        """Carry everything of a channel over to its new id."""
        ...

    async def workspace_left(self, platform: str, workspace: str) -> None:
        """Let every channel of a workspace rest: the bot was removed, or its tokens were revoked."""
        ...

    async def workspace_joined(self, platform: str, workspace: str) -> None:
        """Wake the channels of a workspace: the bot was installed again."""
        ...

    async def workspaces_of(self, platform: str) -> Sequence[str]:
        """Return the workspaces of a platform that have a channel, sorted."""
        ...

    async def channels_of(self, platform: str, workspace: str) -> Sequence[ChannelAddress]:
        """Return the channels of a workspace that have a rule, sorted."""
        ...

    async def channel(self, address: ChannelAddress) -> Channel | None:
        """Return a channel as it is configured, None where nobody configured it."""
        ...

    async def previews_wanted(self, address: ChannelAddress) -> bool:
        """Tell whether a channel asked for link previews."""
        ...

    async def crosspost_wanted(self, address: ChannelAddress) -> bool:
        """Tell whether a channel asked that its posts be published to the channels that follow it."""
        ...

    async def language_of(self, address: ChannelAddress) -> str | None:
        """Return the language a channel chose for public posts, None where it chose none."""
        ...


class Suggestions(Protocol):
    """Type-ahead: answered from memory, without waiting for a disk or a database. Synchronous and quick."""

    def entries(self, text: str, limit: int = 25) -> Sequence[Label]:
        """Return labels of entries for half-typed words, best first; of the newest where nothing is typed."""
        ...

    def tags(self, text: str, limit: int = 25) -> Sequence[TagCount]:
        """Return tags whose folded spelling holds what is typed, most used first."""
        ...

    def zones(self, text: str, limit: int = 25) -> Sequence[str]:
        """Return names of time zones near what is typed."""
        ...


class Seats(Protocol):
    """Names of which each belongs to one process at a time, over all replicas on the same database."""

    async def take(self, name: str) -> bool:
        """Hold a name, or go on holding it; False while another process does. A process that dies lets go of all."""
        ...

    async def leave(self) -> None:
        """Let go of every name."""
        ...


class Web(Protocol):
    """Mount an adapter's HTTP endpoints on the bot's one server."""

    def route(self, method: str, path: str, handler: "HttpHandler") -> None:
        """Serve a path; to be called before the server starts, from the adapter's `build`."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check of the installation saw, e.g. of the subject `slack scopes`; `cure` is None where all is well.

    `subject` is short, lower case and English, like a name; neither sentence holds a secret.
    """

    subject: str
    seen: Sentence
    cure: Sentence | None = None

    @property
    def well(self) -> bool:
        """Say whether nothing has to be done."""
        return self.cure is None


# What an adapter package may offer as `check`, for `paperboy doctor`: look at tokens, scopes and whether the platform
# can be reached, within ten seconds. It changes nothing, posts nothing, raises nothing; empty where no token is set.
Check = Callable[[], Awaitable[Sequence[Finding]]]


# Takes a platform and how many seconds it waited for the acknowledgement of something it sent.
Acknowledged = Callable[[str, float], None]


def unmeasured(platform: str, seconds: float) -> None:
    """Take an acknowledgement where nobody measures."""


@dataclass(frozen=True, slots=True)
class Host:
    """Everything the core offers an adapter, whose package builds it with `build(host) -> Adapter | None`.

    `data` is the folder for files, `language` the installation's own, for those nobody asked. `seats` is there where
    replicas can share the database. `acknowledged` is to be told of each acknowledgement.
    """

    handle: Handle
    memory: Memory
    addressbook: Addressbook
    suggestions: Suggestions
    clock: Clock
    web: "Web"
    data: Path
    language: str
    public_url: str | None = None
    database: Database | None = None
    seats: Seats | None = None
    acknowledged: Acknowledged = unmeasured
