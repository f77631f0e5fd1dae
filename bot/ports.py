"""What the core asks of the world around it: adapters that speak a platform, and a clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.message import Reply, Request
from bot.model import ChannelAddress

Handle = Callable[[Request], Awaitable[Reply]]


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

    async def serve(self, handle: Handle) -> None:
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
