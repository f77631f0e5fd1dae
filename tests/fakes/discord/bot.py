"""Run the real adapter with the real core over the seed notes, against the fake."""

import asyncio
import atexit
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import DiscordSettings, load_settings
from bot.bootstrap import build_host
from bot.core import Core
from bot.ports import Clock, Handle, Host
from bot.settings import load_settings as load_core_settings
from bot.suggestions import LibrarySuggestions
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild, User
from tests.fakes.waiting import until

SEEDS = Path(__file__).parents[3] / "seeds"
MANAGER = 0x10


@cache
def seeds_core() -> Core:
    """Return a core over the seed notes, shared by all tests: they keep apart by their guilds' ids."""
    folder = tempfile.mkdtemp(prefix="paperboy-discord-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    core = Core(load_core_settings(notes=SEEDS, data=Path(folder)))
    core.open_library()
    return core


def seeds_host(handle: Handle | None = None, language: str = "en") -> Host:
    """Return what the core offers an adapter, with another handler where one is given."""
    core = seeds_core()
    host = build_host(core, language, LibrarySuggestions(core.library, core.local_date))
    return replace(host, handle=handle) if handle is not None else host


def settings(discord: FakeDiscord, **given: object) -> DiscordSettings:
    """Return settings that lead to the fake."""
    return load_settings(
        **{
            "token": SecretStr(discord.world.token),
            "api_url": discord.api_url,
            "gateway_url": discord.gateway_url,
            "_env_file": None,
            **given,
        }
    )


@dataclass(frozen=True)
class House:
    """A fake Discord with one guild, one channel, a member, somebody who may manage it, and a bot that answers."""

    discord: FakeDiscord
    guild: Guild
    channel: Channel
    member: User
    manager: User
    adapter: DiscordAdapter


@asynccontextmanager
async def serving(discord: FakeDiscord, host: Host, **given: object) -> AsyncIterator[DiscordAdapter]:
    """Run an adapter until the block ends; it has heard of every guild when the block begins."""
    adapter = DiscordAdapter(host, settings(discord, **given))
    sessions = discord.gateway.identified
    task = asyncio.create_task(adapter.serve())
    try:
        await until(lambda: task.done() or discord.gateway.identified > sessions)
        if task.done():
            await task
        await until(lambda: adapter.connected)
        yield adapter
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def house(handle: Handle | None = None, host: Host | None = None, **given: object) -> AsyncIterator[House]:
    """Build a house and run the bot in it; what the fake objected to fails the test."""
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild)
        member = discord.world.add_user(name="ada")
        manager = discord.world.add_user(name="kim", permissions=MANAGER)
        async with serving(discord, host or seeds_host(handle), **given) as adapter:
            yield House(discord, guild, channel, member, manager, adapter)
        assert discord.objections == []


@asynccontextmanager
async def posting(
    discord: FakeDiscord, clock: Clock | None = None, host: Host | None = None, **given: float
) -> AsyncIterator[DiscordAdapter]:
    """Build an adapter that serves nobody: deliveries need no gateway."""
    chosen = host or seeds_host()
    adapter = DiscordAdapter(replace(chosen, clock=clock or chosen.clock), settings(discord), **given)
    try:
        yield adapter
    finally:
        await adapter.close()
