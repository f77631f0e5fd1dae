"""Post 10,000 digests due at the same minute: how long it takes, what it costs, and whether memory stays flat.

    uv run python -m benchmarks.digest_rate                        local runner on SQLite
    uv run python -m benchmarks.digest_rate --replicas 3           cluster runner on PostgreSQL, three processes
    uv run python -m benchmarks.digest_rate --per-second 50        with a platform's cap

The platform is a fake in memory: what is measured is planning, composing, rendering as plain text, and the ledger.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Engine, func, select, text

from benchmarks.notes_made import write_notes
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.digest.rules import read_rule
from bot.message import Reply
from bot.model import Channel, ChannelAddress, Schedule
from bot.ports import SendWindow
from bot.richtext import plain
from bot.storage.channels import add_channel
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.ledger import Ledger
from bot.storage.migrate import migrate
from bot.storage.tables import deliveries

TAGS = ("llm", "rl", "survey", "dataset", "vision", "alignment", "agents", "scaling-law")


class Clock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FakePlatform:
    """Take every post at once, or at most so many a second."""

    platform = "console"

    def __init__(self, per_second: float | None) -> None:
        self._per_second = per_second
        self._next = time.monotonic()
        self._numbers = itertools.count()

    def render(self, reply: Reply) -> tuple[str, ...]:
        return tuple(_text(one) for one in (reply, *reply.thread))

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        if self._per_second:
            now = time.monotonic()
            self._next = max(self._next, now) + 1 / self._per_second
            await asyncio.sleep(self._next - 1 / self._per_second - now)
        return f"m{next(self._numbers)}"

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        raise AssertionError("nothing is unsure here")

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        raise AssertionError("nothing is edited here")


def _text(reply: Reply) -> str:
    lines = [plain(reply.lead) or reply.text]
    for card in reply.cards:
        lines += [f"{card.number}. {card.title} {card.url or ''}", plain(card.caption)]
        lines += [plain(block.spans) for block in card.blocks]
    return "\n".join(lines)


def fill(engine: Engine, channels: int, due_at: datetime, notes: int) -> None:
    """Write channels with rules of their own, all due at the same minute, and that date's notes."""
    write_notes(engine, due_at.date(), notes, TAGS)
    schedule = Schedule(due_at.time().replace(second=0, microsecond=0), "UTC")
    pairs = itertools.cycle(itertools.permutations(TAGS, 2))
    with transaction(engine) as connection:
        for number in range(channels):
            included, excluded = next(pairs)
            rule = read_rule(
                "all" if number % 3 == 0 else f"#{included} #llm -#{excluded}" if excluded != "llm" else "all"
            )
            place = ChannelAddress("console", "bench", f"c{number}")
            made = Channel(0, place, due_at.date(), schedule, "ko", subscription=rule.subscription)
            add_channel(connection, made, due_at, "person")
    # Of a database that has lived for a while, its planner knows the sizes.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@dataclass(frozen=True, slots=True)
class Run:
    """How long a run took and the processor time of its runners, in seconds; a process's memory meanwhile, in MB."""

    took: float
    processor: float
    memory: Sequence[float]

    @property
    def steady(self) -> Sequence[float]:
        """Return the memory once everything is loaded."""
        return self.memory[len(self.memory) // 4 :] or [0.0]


def build(engine: Engine, per_second: float | None) -> tuple[Ledger, Deliverer, Clock]:
    clock, platform = Clock(), FakePlatform(per_second)
    ledger = Ledger(engine, Composer({"console": platform.render}, {}, clock))
    return ledger, Deliverer(ledger, {"console": platform}, clock), clock  # type: ignore[dict-item]  # it never serves


async def run_local(engine: Engine, per_second: float | None) -> Run:
    ledger, deliverer, clock = build(engine, per_second)
    memory: list[float] = []
    watching = asyncio.create_task(_watch_memory(memory))
    started, spent = time.perf_counter(), time.process_time()
    await LocalRunner(ledger, deliverer, clock, alone=True).tick()
    took, spent = time.perf_counter() - started, time.process_time() - spent
    watching.cancel()
    return Run(took, spent, memory)


def run_replica(address: str, per_second: float | None) -> None:
    from bot.digest.cluster import ClusterRunner
    from bot.storage.planner import Planner

    engine = open_engine(address)
    ledger, deliverer, clock = build(engine, per_second)
    asyncio.run(ClusterRunner(ledger, deliverer, clock, Planner(engine)).run())


def run_cluster(address: str, engine: Engine, replicas: int, per_second: float | None) -> Run:
    context = multiprocessing.get_context("spawn")
    started = time.perf_counter()
    share = per_second / replicas if per_second else None
    processes = [context.Process(target=run_replica, args=(address, share), daemon=True) for _ in range(replicas)]
    for process in processes:
        process.start()
    watched = [psutil.Process(process.pid) for process in processes]
    memory: list[float] = []
    while _open(engine):
        memory.append(sum(each.memory_info().rss for each in watched) / replicas / 1e6)
        time.sleep(0.2)
    took = time.perf_counter() - started
    spent = sum(each.cpu_times().user + each.cpu_times().system for each in watched)
    for process in processes:
        process.kill()
    return Run(took, spent, memory)


async def _watch_memory(memory: list[float]) -> None:
    me = psutil.Process(os.getpid())
    while True:
        memory.append(me.memory_info().rss / 1e6)
        await asyncio.sleep(0.2)


def _open(engine: Engine) -> bool:
    with snapshot(engine) as connection:
        total = connection.scalar(select(func.count()).select_from(deliveries)) or 0
        left = connection.scalar(select(func.count()).where(deliveries.c.wake_at.is_not(None)))
    return total == 0 or bool(left)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=10_000)
    parser.add_argument("--notes", type=int, default=7)
    parser.add_argument("--replicas", type=int, default=0, help="cluster runner on PostgreSQL; 0: local on SQLite")
    parser.add_argument("--postgresql", action="store_true", help="local runner on PostgreSQL")
    parser.add_argument("--per-second", type=float, default=None)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        if chosen.replicas or chosen.postgresql:
            from tests.fakes.databases import own_postgres_server

            address: str | Path = stack.enter_context(own_postgres_server(durable=True)).empty()
        else:
            address = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bench.db"
        engine = open_engine(address)
        migrate(engine)
        fill(engine, chosen.channels, datetime.now(UTC) - timedelta(minutes=2), chosen.notes)
        if chosen.replicas:
            run = run_cluster(str(address), engine, chosen.replicas, chosen.per_second)
        else:
            run = asyncio.run(run_local(engine, chosen.per_second))
        _report(engine, chosen, run)
        engine.dispose()


def _report(engine: Engine, chosen: argparse.Namespace, run: Run) -> None:
    with snapshot(engine) as connection:
        states = {
            row[0]: row[1] for row in connection.execute(select(deliveries.c.state, func.count()).group_by("state"))
        }
    messages = sum(states.values())
    runner = f"cluster x{chosen.replicas}" if chosen.replicas else "local"
    print(f"{runner} on {engine.dialect.name}: {chosen.channels} channels, messages by state {states}")
    print(
        f"  {run.took:.1f} s, {messages / run.took:.0f} messages/s; the runners' processor time {run.processor:.1f} s"
    )
    print(f"  resident memory {min(run.steady):.0f} to {max(run.steady):.0f} MB a process")
    if chosen.per_second:
        floor = messages / chosen.per_second
        print(f"  the cap's own floor is {floor:.1f} s: {100 * (run.took / floor - 1):+.1f} %")


if __name__ == "__main__":
    main()
