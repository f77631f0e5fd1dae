"""A channel of the fake and an adapter that posts digests there without serving anybody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.discord.adapter import DiscordAdapter
from bot.commands import OpenEntry
from bot.message import Action, Card, Reply
from bot.model import ChannelAddress
from bot.ports import SendWindow
from bot.richtext import Text
from tests.fakes.discord.bot import posting
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild

ID = "dabcdefghijklmnopqrstuvw2"
PART = "dbbcdefghijklmnopqrstuvw2"
OPEN = Action("Open 1", OpenEntry("enoextxqqso2b"))
DIGEST = Reply(
    "2024-04-17 · 1 note",
    lead=(Text("2024-04-17 · 1 note"),),
    cards=(Card("Megalodon", number=1, caption=(Text("#llm #rl"),), actions=(OPEN,)),),
    thread=(Reply("The full notes", cards=(Card("Megalodon", number=1, caption=(Text("whole"),)),)),),
)


class LateClock:
    """Tell the time some minutes from now."""

    def __init__(self, minutes: float) -> None:
        self._later = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._later


@dataclass
class Place:
    """A channel of the fake, and the adapter that posts there."""

    discord: FakeDiscord
    guild: Guild
    channel: Channel
    adapter: DiscordAdapter
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def address(self) -> ChannelAddress:
        return ChannelAddress("discord", str(self.channel.guild_id), self.channel.id)

    @property
    def window(self) -> SendWindow:
        return SendWindow(self.started, datetime.now(UTC))

    async def post(self, delivery_id: str = ID, thread: str | None = None) -> str:
        message, part = self.adapter.render(DIGEST)
        return await self.adapter.post(self.address, part if thread else message, delivery_id, thread)

    async def find(self, delivery_id: str = ID, thread: str | None = None) -> str | None:
        return await self.adapter.find(self.address, delivery_id, self.window, thread)

    @property
    def stored(self) -> int:
        return len(self.discord.world.posts(self.channel))

    def fail(self, fault: Fault) -> Fault:
        self.discord.faults.append(fault)
        return fault

    def deny(self, bits: int) -> None:
        self.channel.overwrites.append(Overwrite(self.guild.bot_role, 0, deny=bits))


@asynccontextmanager
async def place(*, minutes: float = 0, send_limit: float = 5.0, **channel: object) -> AsyncIterator[Place]:
    """Make a channel; the adapter's clock is some minutes late, so that nonces count as forgotten."""
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        made = discord.world.add_channel(guild, **channel)
        async with posting(discord, LateClock(minutes), send_limit=send_limit) as adapter:
            yield Place(discord, guild, made, adapter)
        assert discord.objections == []
