"""Answer /paper in Slack beside a bare Bolt app: acks, answers a second, and memory while a digest goes out.

    uv run python -m benchmarks.slack_load
    uv run python -m benchmarks.slack_load --notes 5000 --commands 2000 --long 10000 --channels 1000

Both bots are processes of their own against the same fake Slack in this one, over Socket Mode with the real SDK. The
long run goes on while a digest is posted to every channel and a thousand notes change under the index.
`--channels 0` and `--changed 0` leave the one or the other out.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time as time_of_day
from pathlib import Path

from benchmarks.loaded import processor_seconds, resident, today, write_notes
from benchmarks.table import Figure, at_least, at_most
from bot.digest.rules import read_rule
from bot.model import Channel, ChannelAddress, Schedule
from bot.storage.channels import add_channel
from bot.storage.engine import open_engine, transaction
from tests.fakes.slack.bot import TurnedClock, new_team
from tests.fakes.slack.payloads import Payloads
from tests.fakes.slack.server import APP_TOKEN, FakeSlack
from tests.fakes.slack.sockets import Envelope
from tests.fakes.slack.state import Json, Room, Someone, Team
from tests.fakes.waiting import until

BARE = [sys.executable, "-m", "benchmarks.slack_bare"]
PAPERBOY = [sys.executable, "-m", "bot.cli", "run"]
PEOPLE = 1500
# Seconds after which the bot has handed back what a burst of work took; it does so every ten.
GIVEN_BACK = 12.0


class LoadedSlack(FakeSlack):
    """A fake Slack that says who got an answer, and keeps no message of theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, asyncio.Event] = {}

    def _keep_response(self, team: Team, channel: str, user: str, body: Json) -> None:
        self.answered[user].set()


@dataclass(frozen=True)
class Measured:
    """What one run showed: seconds to each ack, answers a second, resident memory afterwards in bytes, and the
    processor's seconds an answer, which other work on the machine changes least.
    """

    acks: Sequence[float]
    rate: float
    after: int
    processor: float

    @property
    def p99(self) -> float:
        """Return the 99th percentile of the acks, in seconds."""
        return statistics.quantiles(self.acks, n=100)[98]


class Load:
    """People who ask in turn, so many that nobody asks too fast."""

    def __init__(self, slack: LoadedSlack, team: Team, titles: Sequence[str], people: int) -> None:
        self._slack = slack
        self._people = people
        self._team = team
        self._titles = titles
        self._next = 0

    async def run(self, process: int, commands: int, in_flight: int) -> Measured:
        """Ask so many questions, so many at once."""
        numbers = iter(range(commands))
        acks: list[float] = []
        worked, started = processor_seconds(process), time.perf_counter()

        async def one_after_another() -> None:
            for _ in numbers:
                acks.append((await self._ask()).seconds_to_ack)

        await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
        seconds = time.perf_counter() - started
        spent = (processor_seconds(process) - worked) / commands
        return Measured(acks, commands / seconds, resident(process), spent)

    async def _ask(self) -> Envelope:
        self._next += 1
        user = f"U{self._next % self._people:05}"
        answered = self._slack.answered[user] = asyncio.Event()
        words = self._titles[self._next * 7919 % len(self._titles)]
        payload = Payloads(self._slack, self._team, user=user).slash("/paper", words)
        envelope = await self._slack.sockets.send("slash_commands", payload)
        await asyncio.wait_for(envelope.acked.wait(), 60)
        await asyncio.wait_for(answered.wait(), 120)
        self._slack.sockets.envelopes.remove(envelope)
        return envelope


@asynccontextmanager
async def bot(slack: LoadedSlack, team: Team, command: Sequence[str], folder: Path) -> AsyncIterator[int]:
    """Run a bot in a process of its own and return its id once it is connected."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERBOY_", "SLACK_"))}
    environment |= {
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "PAPERBOY_NOTES": str(folder / "notes"),
        "PAPERBOY_DATA": str(folder / "data"),
        "PAPERBOY_HTTP_ADDRESS": "off",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    with (folder / "bot.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder, stderr=log, stdout=log)
        try:
            await _connected(slack, process)
            yield process.pid
        except BaseException:
            print((folder / "bot.log").read_text("utf-8", "replace")[-2000:], file=sys.stderr)
            raise
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _connected(slack: FakeSlack, process: asyncio.subprocess.Process) -> None:
    waits = {asyncio.create_task(slack.sockets.connected()), asyncio.create_task(process.wait())}
    _, left = await asyncio.wait(waits, timeout=180, return_when=asyncio.FIRST_COMPLETED)
    for wait in left:
        wait.cancel()
    if process.returncode is not None or len(left) == len(waits):
        raise RuntimeError("the bot didn't connect")


def subscribe(folder: Path, team: Team, slack: FakeSlack) -> None:
    """Let every channel be owed today's digest at once."""
    engine = open_engine(folder / "data" / "paperboy.db")
    with transaction(engine) as connection:
        for room in team.rooms:
            address = ChannelAddress("slack", team.id, room)
            schedule = Schedule(time_of_day(0), "UTC")
            channel = Channel(0, address, today(), schedule, "en", subscription=read_rule("all").subscription)
            add_channel(connection, channel, TurnedClock(slack).now(), "person")
    engine.dispose()


def change_notes(folder: Path, count: int) -> None:
    """Change so many notes, so that the index has them to take up."""
    for file in sorted((folder / "notes").glob("*.md"))[:count]:
        file.write_text(file.read_text("utf-8") + "\n더 읽어볼 것.\n", "utf-8")


async def _settled(process: int) -> int:
    """Return the resident memory in bytes, without what a burst of work takes for some seconds."""
    await asyncio.sleep(GIVEN_BACK)
    return resident(process)


async def measure(options: argparse.Namespace, folder: Path) -> list[Figure]:
    """Run the peer and Paperboy one after the other, then Paperboy alone for long; return the figures."""
    (folder / "notes").mkdir()
    (folder / "data").mkdir()
    titles = write_notes(folder / "notes", options.notes)
    results: dict[str, Measured] = {}
    long: list[Figure] = []
    for name, command in (("bare Bolt app", BARE), ("paperboy", PAPERBOY)):
        team = _team(options.channels)
        async with LoadedSlack() as slack:
            slack.teams.append(team)
            async with bot(slack, team, command, folder) as process:
                people = min(PEOPLE, max(options.commands, options.long))
                load = Load(slack, team, titles, people)
                await load.run(process, people, options.in_flight)
                results[name] = await load.run(process, options.commands, options.in_flight)
                if name == "paperboy":
                    long = await _long_run(options, folder, slack, team, load, process)
            assert slack.violations == [], slack.violations[:3]
    return [*_beside(results["paperboy"], {"bare Bolt app": results["bare Bolt app"]}), *long]


def _beside(ours: Measured, peers: Mapping[str, Measured]) -> list[Figure]:
    """Compare with a peer that looks nothing up."""
    (bare,) = peers.values()

    def shown(value: Callable[[Measured], str]) -> dict[str, str]:
        return {name: value(peer) for name, peer in peers.items()}

    return [
        at_most("ack, p99 beside a bare Bolt app", ours.p99 / bare.p99, 1.3, "×", digits=2),
        at_least("answers a second beside a bare Bolt app", ours.rate / bare.rate, 0.5, "×", digits=2),
        Figure("ack, p99", f"{ours.p99 * 1000:.0f} ms", peers=shown(lambda peer: f"{peer.p99 * 1000:.0f} ms")),
        Figure("answers a second", f"{ours.rate:.0f}", peers=shown(lambda peer: f"{peer.rate:.0f}")),
        Figure(
            "processor, an answer",
            f"{ours.processor * 1000:.1f} ms",
            peers=shown(lambda peer: f"{peer.processor * 1000:.1f} ms"),
        ),
        Figure("memory", f"{ours.after / 1e6:.0f} MB", peers=shown(lambda peer: f"{peer.after / 1e6:.0f} MB")),
    ]


async def _long_run(
    options: argparse.Namespace, folder: Path, slack: LoadedSlack, team: Team, load: Load, process: int
) -> list[Figure]:
    before = await _settled(process)
    if options.channels:
        await asyncio.to_thread(subscribe, folder, team, slack)
        await until(lambda: bool(slack.asked("chat.postMessage")), 60)
    await asyncio.to_thread(change_notes, folder, options.changed)
    long = await load.run(process, options.long, options.in_flight)
    digests = [room for room in team.rooms.values() if any(not message.thread_ts for message in room.messages)]
    late = sum(ack > 3 for ack in long.acks)
    after = await _settled(process)
    run = f"{options.long} commands, a digest to {options.channels} channels, {options.changed} notes changed"
    return [
        Figure(f"then {run}", f"{long.rate:.0f} answers a second"),
        Figure(
            "acks over 3 s", f"{late} of {options.long}, the slowest after {max(long.acks):.2f} s", "none", late == 0
        ),
        Figure("channels that had their digest by then", f"{len(digests)}"),
        Figure("processor, an answer and its share of the digest", f"{long.processor * 1000:.1f} ms"),
        at_most("growth of memory, once it settled", (after - before) / 1e6, 20, "MB"),
        Figure("growth of memory right after the last answer", f"{(long.after - before) / 1e6:.1f} MB"),
    ]


def figures(quick: bool) -> Iterable[Figure]:
    """Measure, with fewer of everything where it has to be quick."""
    small = argparse.Namespace(notes=200, commands=200, in_flight=50, long=300, channels=20, changed=40)
    whole = argparse.Namespace(notes=5000, commands=2000, in_flight=50, long=10_000, channels=1000, changed=1000)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(small if quick else whole, Path(folder)))


def _team(channels: int) -> Team:
    team = new_team()
    team.people = {f"U{number:05}": Someone(f"U{number:05}", f"person{number}") for number in range(PEOPLE)}
    team.rooms |= {f"C{number:05}": Room(f"C{number:05}") for number in range(channels - len(team.rooms))}
    return team


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (
        ("notes", 5000),
        ("commands", 2000),
        ("in-flight", 50),
        ("long", 10_000),
        ("channels", 1000),
        ("changed", 1000),
    ):
        parser.add_argument(f"--{name}", type=int, default=number)
    with tempfile.TemporaryDirectory() as folder:
        for figure in asyncio.run(measure(parser.parse_args(), Path(folder))):
            peers = "".join(f", {name} {value}" for name, value in figure.peers.items())
            print(f"{figure.what}: {figure.value}{peers} {figure.goal}".rstrip())


if __name__ == "__main__":
    main()
