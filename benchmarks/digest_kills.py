"""Kill runners with SIGKILL at random moments; count what was lost, what came twice and what was looked up.

uv run python -m benchmarks.digest_kills                  200 kills of a local runner on SQLite
uv run python -m benchmarks.digest_kills --postgresql     200 kills of a local runner on PostgreSQL
uv run python -m benchmarks.digest_kills --replicas 3     200 kills among three replicas on PostgreSQL
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Figure
from bot.digest.ledger import State
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from tests.e2e.test_delivery_kills import due_now
from tests.fakes.databases import postgres_server
from tests.fakes.digest_worker import Worker, kill, start
from tests.fakes.digests import DigestLoop

MESSAGES_A_KILL = 12  # for each runner, so that work is left for the last kill on a quick machine too
PATIENCE = 120.0


def figures(quick: bool) -> Iterator[Figure]:
    """Kill both runners again and again. A look-up says that a kill fell between a send and its record."""
    kills = 8 if quick else 200
    for replicas in (0, 3):
        done = run(kills, replicas)
        runner = "three replicas on PostgreSQL" if replicas else "the local runner on SQLite"
        asked = f"{done.lookups} look-ups"
        yield Figure(
            f"{kills} × kill -9 of {runner}, {done.digests} digests: lost, twice",
            f"{done.lost}, {done.twice}; {asked}",
            "0, 0",
            done.lost == done.twice == 0,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What became of all messages when the last runner was done."""

    digests: int
    stored: int
    lost: int
    twice: int
    lookups: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=0, help="replicas on PostgreSQL; 0: one runner on SQLite")
    parser.add_argument("--postgresql", action="store_true", help="one runner on PostgreSQL")
    chosen = parser.parse_args()
    done = run(chosen.kills, chosen.replicas, postgresql=chosen.postgresql)
    alone = "local on PostgreSQL" if chosen.postgresql else "local on SQLite"
    runner = f"cluster x{chosen.replicas} on PostgreSQL" if chosen.replicas else alone
    print(
        f"{runner}: {chosen.kills} kills, {done.digests} digests, {done.stored} of {2 * done.digests} messages stored"
    )
    print(f"  lost {done.lost}, twice {done.twice}, look-ups {done.lookups}")


def run(kills: int, replicas: int, *, postgresql: bool = False) -> Done:
    """Deliver while runners are killed, and count."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if replicas or postgresql:
            address: str | Path = stack.enter_context(postgres_server()).empty()
        else:
            address = folder / "bench.db"
        engine = open_engine(address)
        migrate(engine)
        engine.dispose()
        channels = kills * MESSAGES_A_KILL * max(1, replicas) // 2
        loop = due_now(address, folder, channels)
        kill_again_and_again(loop, address, kills, replicas)
        done = count(loop, channels)
        loop.engine.dispose()
        return done


def kill_again_and_again(loop: DigestLoop, address: str | Path, kills: int, replicas: int) -> None:
    """Kill one of the runners at a time, start another in its place, and let the last ones finish."""
    worker = Worker(address, loop.platform.file, jitter=0.02, at_once=4, cluster=replicas > 0)
    running = [start(worker) for _ in range(replicas or 1)]
    try:
        for _ in range(kills):
            loop.platform.wait_for_more(loop.platform.size())
            time.sleep(random.uniform(0, 0.15))
            victim = random.randrange(len(running))
            kill(running[victim])
            running[victim] = start(worker)
        deadline = time.monotonic() + PATIENCE
        while loop.ledger.has_open() and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        for process in running:
            kill(process)


def count(loop: DigestLoop, channels: int) -> Done:
    """Count what was lost and what came twice, with the look-ups beside it."""
    stored = Counter(message["delivery"] for message in loop.platform.messages())
    lost = [one.id for one in loop.ledger_rows() if one.state is not State.POSTED or one.id not in stored]
    twice = [name for name, count in stored.items() if count > 1]
    return Done(channels, len(stored), len(lost), len(twice), len(loop.platform.looked()))


if __name__ == "__main__":
    main()
