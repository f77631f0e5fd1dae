"""Answer on Discord: type-ahead and /paper at fifty in flight, then ten thousand interactions while a digest goes out.

    uv run python -m benchmarks.discord_load
    uv run python -m benchmarks.discord_load --notes 5000 --interactions 10000 --long 10000 --channels 1000

The bot is `paperboy run` in a process of its own, with the real discord.py, against the fake Discord here. Its peer, a
bare discord.py bot that looks nothing up, is asked the same just before: what that takes is the SDK's share. A time is
from writing the gateway event until the bot's request leaves its process, by the machine's own clock: the fake's work
on what arrives isn't in it. “In flight” is fifty questions of which each is replaced when it is answered; “at once” is
fifty at the same instant, of which the last waits for all the others. A stop of the machine keeps all fifty waiting;
each figure is of so many that one such stop isn't the one in a hundred that is told. During the long run the fake
holds the bot to Discord's fifty requests a second.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path

from benchmarks.discord_town import BARE, PAPERBOY, Town, p99, town, typed_among_lookups, warm_up
from benchmarks.loaded import processor_seconds, resident
from benchmarks.table import Figure, at_most
from bot.digest.rules import read_rule
from bot.model import Channel, ChannelAddress, Schedule
from bot.storage.channels import add_channel
from bot.storage.engine import open_engine, transaction
from tests.fakes.discord.world import Channel as Room
from tests.fakes.waiting import until

DISCORD_REQUESTS_A_SECOND = 50


@dataclass(frozen=True)
class Speed:
    """How quick a bot is: 99th percentiles in milliseconds, and the processor's milliseconds an answer."""

    completing: float
    completing_at_once: float
    completing_cost: float
    looking_up: float
    looking_up_at_once: float
    looking_up_cost: float


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


async def measure(options: argparse.Namespace, folder: Path) -> list[Figure]:
    """Run everything and return the figures."""
    async with town(folder / "bare", options.notes, options.channels, BARE) as (it, process):
        bare = await measure_speed(it, process, options)
    async with town(folder / "paperboy", options.notes, options.channels, PAPERBOY) as (it, process):
        speed = await measure_speed(it, process, options)
        among_lookups = await typed_among_lookups(it, options.interactions, options.in_flight)
        alone = await it.load([it.complete], options.interactions // 4, 1)
        looked_up_alone = await it.load([it.look_up], options.interactions // 4, 1)
        digest = await measure_digest(it, process, options, folder / "paperboy")
    return [
        at_most("type-ahead in flight, p99", speed.completing, 20, "ms", peers=_bare(bare.completing)),
        at_most("type-ahead at once, p99", speed.completing_at_once, 20, "ms", peers=_bare(bare.completing_at_once)),
        at_most("type-ahead among as many lookups, p99", p99(among_lookups), 20, "ms"),
        at_most("type-ahead one at a time, p99", p99(alone), 20, "ms"),
        Figure("processor time of a completion", _ms(speed.completing_cost), peers=_bare(bare.completing_cost, 2)),
        at_most("/paper in flight, p99", speed.looking_up, 60, "ms", peers=_bare(bare.looking_up)),
        at_most("/paper at once, p99", speed.looking_up_at_once, 60, "ms", peers=_bare(bare.looking_up_at_once)),
        at_most("/paper one at a time, p99", p99(looked_up_alone), 60, "ms"),
        Figure("processor time of a /paper", _ms(speed.looking_up_cost), peers=_bare(bare.looking_up_cost, 2)),
        *digest,
    ]


async def measure_speed(it: Town, process: int, options: argparse.Namespace) -> Speed:
    """Let everybody ask, first until the bot is warm."""
    # A late answer is to be measured here, not refused.
    it.discord.callbacks.first_answer_within = 60.0
    await warm_up(it, options.warm, options.in_flight)
    idle = processor_seconds(process)
    completions = await it.load([it.complete], options.interactions, options.in_flight)
    completed = processor_seconds(process)
    lookups = await it.load([it.look_up], options.interactions, options.in_flight)
    looked_up = processor_seconds(process)
    return Speed(
        p99(completions),
        p99(await it.bursts(it.complete, options.interactions, options.in_flight)),
        (completed - idle) / options.interactions * 1000,
        p99(lookups),
        p99(await it.bursts(it.look_up, options.interactions, options.in_flight)),
        (looked_up - completed) / options.interactions * 1000,
    )


async def measure_digest(it: Town, process: int, options: argparse.Namespace, folder: Path) -> list[Figure]:
    """Ask while a digest goes to every channel, no quicker than Discord lets it."""
    it.discord.rates.global_limit = DISCORD_REQUESTS_A_SECOND
    await asyncio.to_thread(subscribe, folder, it.rooms)
    await until(lambda: it.discord.count("POST", r"/channels/\d+/messages"), within=120)
    before, started = resident(process), time.monotonic()
    long = await it.load([it.look_up, it.complete], options.long, options.in_flight)
    took = time.monotonic() - started
    await until(lambda: all(it.discord.world.posts(room) for room in it.rooms), within=300)
    digested = time.monotonic() - started
    twice = sum(len(it.discord.world.posts(room)) > 1 for room in it.rooms)
    return [
        at_most("slowest first answer while a digest goes out", max(long), 3, "s", digits=2),
        at_most("first answers over 3 s", sum(one > 3 for one in long), 0, f"of {len(long)}", digits=0),
        at_most("growth of memory meanwhile", (resident(process) - before) / 1e6, 20, "MB"),
        at_most("channels posted to twice", twice, 0, f"of {len(it.rooms)}", digits=0),
        at_most("requests refused with 429", it.discord.rates.refused, 0, "", digits=0),
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


def _ms(value: float) -> str:
    return f"{value:.2f} ms"


def _bare(value: float, digits: int = 1) -> Mapping[str, str]:
    return {"a bare discord.py bot": f"{value:.{digits}f} ms"}


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = {"notes": 5000, "interactions": 10_000, "in-flight": 50, "long": 10_000, "channels": 1000, "warm": 15}
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    with tempfile.TemporaryDirectory() as folder:
        for figure in asyncio.run(measure(parser.parse_args(), Path(folder))):
            peers = "; ".join(f"{name}: {value}" for name, value in figure.peers.items())
            print(f"{figure.what}: {figure.value} {figure.goal} {peers}".rstrip())


if __name__ == "__main__":
    main()
