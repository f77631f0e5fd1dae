"""Answer on Discord: type-ahead and /paper at fifty in flight, then ten thousand interactions while a digest goes out.

    uv run python -m benchmarks.discord_load
    uv run python -m benchmarks.discord_load --notes 5000 --interactions 10000 --long 10000 --channels 1000

The bot is `paperboy run` in a process of its own, with the real discord.py, against the fake Discord here. A time
is from writing the gateway event until the bot's request leaves its process, by the machine's own clock: the fake's
work on what arrives isn't in it. “In flight” is fifty questions of which each is replaced when it is answered; “at
once” is fifty at the same instant, of which the last waits for all the others. A stop of the machine keeps all fifty
waiting; each figure is of so many that one such stop isn't the one in a hundred that is told. During the long run the
fake holds the bot to Discord's fifty requests a second.
"""

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import psutil

from benchmarks.slack_load import write_notes
from benchmarks.table import Figure, at_most
from bot.digest.rules import read_rule
from bot.model import Channel, ChannelAddress, Schedule
from bot.storage.channels import add_channel
from bot.storage.engine import open_engine, transaction
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel as Room
from tests.fakes.discord.world import Guild, Interaction, User
from tests.fakes.waiting import until

PEOPLE = 1500
DISCORD_REQUESTS_A_SECOND = 50

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
async def town(folder: Path, notes: int, channels: int) -> AsyncIterator[tuple[Town, int]]:
    """Build a town and run the bot in it; yields the bot's process id too."""
    (folder / "notes").mkdir()
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
            command = (sys.executable, "-m", "benchmarks.discord_stopwatch", "run")
            bot = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder, stderr=log, stdout=log)
            try:
                await until(lambda: discord.gateway.identified or bot.returncode is not None, within=180)
                await asyncio.sleep(2)
                yield Town(discord, guild, rooms, people, titles), bot.pid
            except BaseException:
                print((folder / "bot.log").read_text("utf-8", "replace")[-3000:], file=sys.stderr)
                raise
            finally:
                if bot.returncode is None:
                    bot.terminate()
                await bot.wait()


def subscribe(folder: Path, rooms: Iterable[Room]) -> None:
    """Let every channel be owed today's digest at once."""
    engine = open_engine(folder / "paperboy.db")
    now = datetime.now(UTC)
    with transaction(engine) as connection:
        for room in rooms:
            address = ChannelAddress("discord", str(room.guild_id), room.id)
            schedule = Schedule(time_of_day(0), "UTC")
            channel = Channel(0, address, now.date(), schedule, "en", subscription=read_rule("all").subscription)
            add_channel(connection, channel, now, "person")
    engine.dispose()


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


async def measure(options: argparse.Namespace, folder: Path) -> list[Figure]:
    """Run everything and return the figures."""
    async with town(folder, options.notes, options.channels) as (it, process):
        # A late answer is to be measured here, not refused.
        it.discord.callbacks.first_answer_within = 60.0
        await warm_up(it, options.warm, options.in_flight)
        idle = _processor_seconds(process)
        completions = await it.load([it.complete], options.interactions, options.in_flight)
        completed = _processor_seconds(process)
        lookups = await it.load([it.look_up], options.interactions, options.in_flight)
        looked_up = _processor_seconds(process)
        bursts = await it.bursts(it.complete, options.interactions, options.in_flight)
        lookup_bursts = await it.bursts(it.look_up, options.interactions, options.in_flight)
        among_lookups = await typed_among_lookups(it, options.interactions, options.in_flight)
        alone = await it.load([it.complete], options.interactions // 4, 1)
        looked_up_alone = await it.load([it.look_up], options.interactions // 4, 1)
        it.discord.rates.global_limit = DISCORD_REQUESTS_A_SECOND
        await asyncio.to_thread(subscribe, folder, it.rooms)
        posted = r"/channels/\d+/messages"
        await until(lambda: it.discord.count("POST", posted), within=120)
        before, started = _resident(process), time.monotonic()
        long = await it.load([it.look_up, it.complete], options.long, options.in_flight)
        took = time.monotonic() - started
        await until(lambda: all(it.discord.world.posts(room) for room in it.rooms), within=300)
        digested = time.monotonic() - started
        after = _resident(process)
        twice = sum(len(it.discord.world.posts(room)) > 1 for room in it.rooms)
    return [
        at_most("type-ahead in flight, p99", _p99(completions), 20, "ms"),
        at_most("type-ahead at once, p99", _p99(bursts), 20, "ms"),
        at_most("type-ahead among as many lookups, p99", _p99(among_lookups), 20, "ms"),
        at_most("type-ahead one at a time, p99", _p99(alone), 20, "ms"),
        at_most("/paper in flight, p99", _p99(lookups), 60, "ms"),
        at_most("/paper at once, p99", _p99(lookup_bursts), 60, "ms"),
        at_most("/paper one at a time, p99", _p99(looked_up_alone), 60, "ms"),
        at_most("slowest first answer while a digest goes out", max(long), 3, "s", digits=2),
        at_most("first answers over 3 s", sum(one > 3 for one in long), 0, f"of {len(long)}", digits=0),
        at_most("growth of memory meanwhile", (after - before) / 1e6, 20, "MB"),
        at_most("channels posted to twice", twice, 0, f"of {len(it.rooms)}", digits=0),
        at_most("requests refused with 429", it.discord.rates.refused, 0, "", digits=0),
        Figure("processor time of a completion", f"{(completed - idle) / options.interactions * 1000:.2f} ms"),
        Figure("processor time of a /paper", f"{(looked_up - completed) / options.interactions * 1000:.2f} ms"),
        Figure("interactions during the digest", f"{len(long) / took:.0f} a second, {took:.0f} s"),
        Figure("all channels had their digest after", f"{digested:.0f} s"),
        Figure("busiest second", f"{it.discord.rates.busiest_second} requests"),
    ]


def figures(quick: bool) -> Iterable[Figure]:
    """Measure, with fewer of everything where it has to be quick."""
    small = argparse.Namespace(notes=300, interactions=200, long=500, channels=30, in_flight=50, warm=1)
    whole = argparse.Namespace(notes=5000, interactions=10_000, long=10_000, channels=1000, in_flight=50, warm=15)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(small if quick else whole, Path(folder)))


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98] * 1000


def _processor_seconds(process: int) -> float:
    """Return what a process used of the processor so far: a figure that a busy machine doesn't blur."""
    times = psutil.Process(process).cpu_times()
    return times.user + times.system


def _resident(process: int) -> int:
    return psutil.Process(process).memory_info().rss


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = {"notes": 5000, "interactions": 10_000, "in-flight": 50, "long": 10_000, "channels": 1000, "warm": 15}
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    with tempfile.TemporaryDirectory() as folder:
        for figure in asyncio.run(measure(parser.parse_args(), Path(folder))):
            print(f"{figure.what}: {figure.value} {figure.goal}")


if __name__ == "__main__":
    main()
