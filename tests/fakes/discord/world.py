"""What exists in the fake Discord: guilds, channels, messages, interactions, registered commands."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.permissions import Overwrite

Body = dict[str, Any]

EPOCH = 1420070400000
BOT = "900000000000000001"
TEXT, DM, ANNOUNCEMENT, PUBLIC_THREAD, FORUM = 0, 1, 5, 11, 15
THREADS = (10, 11, 12)


@dataclass
class Guild:
    """A guild, its roles' bits and the roles the bot holds."""

    id: str
    name: str = "Lab"
    everyone: int = allowed.A_MEMBER
    bot_role: str = ""
    bot_permissions: int = allowed.A_BOT
    locale: str = "en-US"
    system_channel: str | None = None
    member_joined: str = "2024-01-01T00:00:00+00:00"

    @property
    def roles(self) -> dict[str, int]:
        return {self.id: self.everyone, self.bot_role: self.bot_permissions}


@dataclass
class Channel:
    """A channel, a thread or a direct conversation."""

    id: str
    guild_id: str | None
    name: str = "papers"
    type: int = TEXT
    parent_id: str | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    tags: list[Body] = field(default_factory=list)
    flags: int = 0
    archived: bool = False
    locked: bool = False
    applied_tags: list[str] = field(default_factory=list)
    owner_id: str | None = None
    deleted: bool = False


@dataclass
class User:
    """A person, the language they chose and their bits in every channel."""

    id: str
    name: str = "ada"
    locale: str = "en-US"
    permissions: int = allowed.A_MEMBER
    bot: bool = False

    def payload(self) -> Body:
        return {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name.title(),
            "avatar": None,
            "bot": self.bot,
        }


@dataclass
class Interaction:
    """One interaction and what the bot answered to it."""

    id: str
    token: str
    type: int
    channel_id: str
    user: User
    created: float
    answered_at: float | None = None
    left_at: float | None = None
    kind: int | None = None
    original: Body | None = None
    followups: list[Body] = field(default_factory=list)
    choices: list[Body] | None = None
    modal: Body | None = None
    deferred: bool = False
    deleted: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[Body]:
        first = [self.original] if self.original is not None and not self.deferred else []
        return [*first, *self.followups]

    @property
    def said(self) -> bool:
        """Say whether the answer is there; that one will come is none yet."""
        return self.kind is not None and (self.kind != 5 or bool(self.messages))

    @property
    def seconds(self) -> float:
        """How long the first answer took: until it left the bot where that is stamped on it, else until it was here."""
        assert self.answered_at is not None
        return (self.left_at or self.answered_at) - self.created


class World:
    """The state that REST changes and the gateway tells of."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)
        self.token = "fake-token"
        self.bot = User(BOT, "paperboy", bot=True)
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Body]] = {}
        self.nonces: dict[tuple[str, str], str] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[str, list[Body]] = {}
        self.crossposted: list[str] = []
        self.nonce_hits = 0
        self.clock_shift = 0.0  # seconds that snowflakes of new messages are shifted by

    def snowflake(self) -> str:
        """Return a new id that carries this instant, as Discord's do."""
        milliseconds = int((time.time() + self.clock_shift) * 1000) - EPOCH
        return str((milliseconds << 22) | (next(self._serial) & 0x3FFFFF))

    def add_guild(self, **given: Any) -> Guild:
        guild = Guild(self.snowflake(), bot_role=self.snowflake(), **given)
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild | None, **given: Any) -> Channel:
        channel = Channel(self.snowflake(), guild.id if guild else None, **given)
        self.channels[channel.id] = channel
        self.messages[channel.id] = []
        return channel

    def add_user(self, **given: Any) -> User:
        return User(self.snowflake(), **given)

    def bot_permissions(self, channel: Channel) -> int:
        """Return the bot's bits in a channel; a thread inherits its parent's."""
        if channel.guild_id is None:
            return allowed.EVERYTHING
        guild = self.guilds[channel.guild_id]
        parent = self.channels[channel.parent_id] if channel.type in THREADS and channel.parent_id else channel
        return allowed.permissions(guild.id, guild.roles, BOT, [guild.bot_role], parent.overwrites)

    def message(self, channel: Channel, author: User, body: Body) -> Body:
        """Store a message and return it as the API shows it."""
        message: Body = {
            "id": self.snowflake(),
            "channel_id": channel.id,
            "author": author.payload(),
            "content": body.get("content") or "",
            "timestamp": datetime.fromtimestamp(time.time() + self.clock_shift, UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": body.get("mentions", []),
            "mention_roles": [],
            "attachments": [],
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "pinned": False,
            "type": 0,
            "flags": body.get("flags", 0) or 0,
        }
        if reference := body.get("message_reference"):
            message["message_reference"] = {name: str(value) for name, value in reference.items()}
            message["type"] = 19
        if "nonce" in body:
            message["nonce"] = body["nonce"]
        self.messages[channel.id].append(message)
        return message

    def posts(self, channel: Channel) -> list[Body]:
        """Return the bot's own messages in a channel, oldest first."""
        return [one for one in self.messages[channel.id] if one["author"]["id"] == BOT]

    def threads_of(self, channel: Channel) -> list[Channel]:
        return [one for one in self.channels.values() if one.parent_id == channel.id and one.type in THREADS]
