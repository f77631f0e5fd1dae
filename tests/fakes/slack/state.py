"""What the fake Slack keeps: workspaces with their people, channels and messages, and what was asked of it."""

import itertools
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "mpim:history",
        "mpim:read",
        "users:read",
    }
)


@dataclass
class Someone:
    """A person of a workspace."""

    id: str
    name: str = "kim"
    locale: str = "en-US"
    admin: bool = False


@dataclass
class Message:
    """A message as stored: `seen_by` is None for everybody, else the one person of an ephemeral message."""

    ts: str
    text: str
    blocks: list[Json]
    user: str
    thread_ts: str | None = None
    metadata: Json | None = None
    seen_by: str | None = None

    def shown(self) -> str:
        """Return all the text of the message's blocks, or its text where it has none."""
        return "\n".join(found for block in self.blocks for found in texts(block)) or self.text


@dataclass
class Room:
    """A channel of a workspace; the bot is among its members or not. `said` are the ids of what people wrote."""

    id: str
    name: str = "papers"
    private: bool = False
    archived: bool = False
    deleted: bool = False
    bot_is_in: bool = True
    members: set[str] = field(default_factory=lambda: {"U1"})
    messages: list[Message] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def delete(self, ts: str) -> None:
        """Let a message disappear; where others stand under it, a stone without marks stays in its place."""
        for message in self.messages:
            if message.ts == ts and any(other.thread_ts == ts for other in self.messages):
                message.text, message.blocks, message.metadata = "This message was deleted.", [], None
                message.user = "USLACKBOT"
                return
        self.messages = [message for message in self.messages if message.ts != ts]
        self.said.discard(ts)

    def knows(self, ts: str | None) -> bool:
        """Say whether a message stands here, to be answered under."""
        return ts in self.said or any(message.ts == ts for message in self.messages)


@dataclass
class Team:
    """A workspace with an installation of the app."""

    id: str = "T1"
    enterprise: str | None = None
    bot_token: str = "xoxb-T1"
    bot_user: str = "UBOT"
    bot_id: str = "B1"
    revoked: bool = False
    scopes: frozenset[str] = BOT_SCOPES
    rooms: dict[str, Room] = field(default_factory=dict)
    people: dict[str, Someone] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One request to the Web API, as it was understood."""

    method: str
    token: str | None
    arguments: Json


@dataclass
class ResponseUrl:
    """Where an answer to one interaction may be sent."""

    team: Team
    channel: str
    user: str
    issued_at: float
    uses: int = 0


class State:
    """Everything the fake knows; `clock` in seconds can be turned forward."""

    def __init__(self) -> None:
        self.teams: list[Team] = []
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, float] = {}
        self.views: dict[str, Json] = {}
        self.unfurls: list[Json] = []
        self.installable: dict[str, Json] = {}
        self.turned = 0.0
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """Return the next number nobody has yet."""
        return next(self._numbers)

    def team_of(self, token: str | None) -> Team | None:
        """Return the workspace a bot token belongs to."""
        return next((team for team in self.teams if team.bot_token == token), None)

    def asked(self, method: str) -> list[Call]:
        """Return the calls of one method, in order."""
        return [call for call in self.calls if call.method == method]


def texts(part: object) -> list[str]:
    """Return every text below a block, in order."""
    match part:
        case {"text": str(text), "type": "mrkdwn" | "plain_text"}:
            return [text]
        case dict():
            return [found for value in part.values() for found in texts(value)]
        case list():
            return [found for value in part for found in texts(value)]
    return []
