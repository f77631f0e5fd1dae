"""Where a question was asked, and by whom: what an answer needs to find its way back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.slack.workspaces import Workspace
from bot.model import ChannelAddress

# Slack takes five answers within thirty minutes; the last minute is left to clocks that differ.
RESPONSE_USES = 5
RESPONSE_TIME = timedelta(minutes=29)


class ResponseUrl:
    """The address an interaction may be answered at, and how much of its allowance is left."""

    def __init__(self, url: str, issued_at: datetime) -> None:
        self.url = url
        self.issued_at = issued_at
        self._uses = 0

    def usable(self, now: datetime) -> bool:
        """Tell whether one more answer may go there."""
        return self._uses < RESPONSE_USES and now - self.issued_at < RESPONSE_TIME

    def use(self) -> None:
        """Count one answer."""
        self._uses += 1

    def spend(self) -> None:
        """Give the address up: Slack takes no more answers there."""
        self._uses = RESPONSE_USES


@dataclass(frozen=True, slots=True)
class Place:
    """Who asked, where. `channel` is None on the Home tab; `thread` is the message to answer under.

    `in_thread` says that the question itself stands in a thread.
    """

    workspace: Workspace
    user: str
    channel: str | None
    user_name: str | None = None
    thread: str | None = None
    in_thread: bool = False
    response: ResponseUrl | None = None

    @property
    def address(self) -> ChannelAddress:
        """Return the channel's address; a person's own where there is no channel."""
        return self.workspace.channel(self.channel or self.user)

    @property
    def direct(self) -> bool:
        """Say whether this is a conversation with one person."""
        return self.channel is None or self.channel.startswith("D")

    @property
    def person(self) -> str:
        """Return a key that tells this person from everybody else's."""
        return f"{self.workspace.key}/{self.user}"

    def at(self, channel: str) -> "Place":
        """Return the same person at another channel."""
        return replace(self, channel=channel)
