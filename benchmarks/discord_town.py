"""A fake Discord with many people and one bot, a process of its own, whose answers are timed as they leave it."""

import asyncio
import gc
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.loaded import write_notes
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel as Room
from tests.fakes.discord.world import Guild, Interaction, User
from tests.fakes.waiting import until

PEOPLE = 1500
PAPERBOY = (sys.executable, "-m", "benchmarks.discord_stopwatch", "run")
BARE = (sys.executable, "-m", "benchmarks.discord_bare")

Ask = Callable[[Room, User, str], Coroutine[None, None, Interaction]]


@dataclass(frozen=True)
class Town:
    """A fake Discord with one guild, a thousand channels and many people."""

    discord: FakeDiscord
    guild: Guild
    rooms: Sequence[Room]
    people: Sequence[User]
    titles: Sequence[str]

    async def look_up(self, room: Room, user: User, title: str) -> Interaction:
        """Run /paper."""
        return await self.discord.people.type_slash(room, user, "paper", query=title, private=True)

    async def complete(self, room: Room, user: User, title: str) -> Interaction:
        """Type half a title."""
        typed = {"name": "query", "type": 3, "value": title[: 4 + len(title) % 9], "focused": True}
        data: dict[str, Any] = {"id": "1", "name": "paper", "type": 1, "options": [typed]}
        return await self.discord.people.interact(room, user, 4, data)

    async def load(self, asks: Sequence[Ask], count: int, in_flight: int) -> list[float]:
        """Ask so many questions, so many at once, and return the seconds that each first answer took."""
        numbers = iter(range(count))
        seconds: list[float] = []

        async def one_after_another() -> None:
            for number in numbers:
                room, user = self.rooms[number % len(self.rooms)], self.people[number % len(self.people)]
                ask = asks[number % len(asks)]
                interaction = await ask(room, user, self.titles[number * 7919 % len(self.titles)])
                await asyncio.wait_for(interaction.answered.wait(), 60)
                seconds.append(interaction.seconds)
                del self.discord.world.interactions[interaction.id]

        await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
        return seconds

    async def bursts(self, ask: Ask, count: int, at_once: int) -> list[float]:
        """Ask so many questions at the same instant, again and again, and return the seconds of each."""
        seconds: list[float] = []
        for first in range(0, count, at_once):
            asked = [
                await ask(self.rooms[0], self.people[number % len(self.people)], self.titles[number % len(self.titles)])
                for number in range(first, first + at_once)
            ]
            for interaction in asked:
                await asyncio.wait_for(interaction.answered.wait(), 60)
                seconds.append(interaction.seconds)
                del self.discord.world.interactions[interaction.id]
        return seconds


@asynccontextmanager
async def town(
    folder: Path, notes: int, channels: int, command: Sequence[str] = PAPERBOY
) -> AsyncIterator[tuple[Town, int]]:
    """Build a town and run a bot in it; yields the bot's process id too."""
    (folder / "notes").mkdir(parents=True)
    titles = write_notes(folder / "notes", notes)
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        rooms = [discord.world.add_channel(guild, name=f"room-{number}") for number in range(channels)]
        people = [discord.world.add_user(name=f"person{number}") for number in range(PEOPLE)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERBOY_", "DISC"))}
        environment |= {
            "DISCORD_TOKEN": discord.world.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "PAPERBOY_NOTES": str(folder / "notes"),
            "PAPERBOY_DATA": str(folder),
            "PAPERBOY_HTTP_ADDRESS": "off",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        with (folder / "bot.log").open("wb") as log:
            bot = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder, stderr=log, stdout=log)
            try:
                await until(lambda: discord.gateway.identified or bot.returncode is not None, within=180)
                if bot.returncode is not None:
                    raise RuntimeError(f"the bot ended with {bot.returncode}")
                await asyncio.sleep(2)
                yield Town(discord, guild, rooms, people, titles), bot.pid
            except BaseException:
                print((folder / "bot.log").read_text("utf-8", "replace")[-3000:], file=sys.stderr)
                raise
            finally:
                if bot.returncode is None:
                    bot.terminate()
                await bot.wait()


async def typed_among_lookups(it: Town, count: int, in_flight: int) -> list[float]:
    """Let one half type while the other half looks up, and return the seconds of those who type."""
    typed: list[Interaction] = []

    async def complete(room: Room, user: User, title: str) -> Interaction:
        typed.append(await it.complete(room, user, title))
        return typed[-1]

    await it.load([it.look_up, complete], count, in_flight)
    return [interaction.seconds for interaction in typed]


async def warm_up(it: Town, seconds: float, in_flight: int) -> None:
    """Let everybody ask until the bot has been up for a while: what it puts off at its start isn't a request's cost."""
    warm_at = time.monotonic() + seconds
    while time.monotonic() < warm_at:
        await it.load([it.look_up, it.complete], PEOPLE, in_flight)
    # A look through all that the fake has would stop it for a fifth of a second, with fifty answers on their way.
    gc.collect()
    gc.freeze()


def p99(seconds: Sequence[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=100)[98] * 1000
