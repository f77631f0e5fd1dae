"""Plan and claim beside 1,000,000 ledger rows, and show that no query walks through them all.

uv run python -m benchmarks.digest_ledger                 SQLite
uv run python -m benchmarks.digest_ledger --postgresql    PostgreSQL
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, event, func, insert, select, text

from benchmarks.digest_rate import Clock, build, fill
from benchmarks.table import Figure, at_most
from bot.digest.ledger import TakenUp
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.ledger import Ledger
from bot.storage.migrate import migrate
from bot.storage.tables import channels, deliveries
from tests.fakes.databases import own_postgres_server

_BATCH = 20_000
Result = TypeVar("Result")


def fill_ledger(engine: Engine, rows: int, now: datetime) -> None:
    """Write posted deliveries of earlier dates, as many for each channel."""
    with snapshot(engine) as connection:
        ids = connection.scalars(select(channels.c.id)).all()
    made = (_row(ids[number % len(ids)], 2 + number // len(ids), number, now) for number in range(rows))
    while batch := list(itertools.islice(made, _BATCH)):
        with transaction(engine) as connection:
            connection.execute(insert(deliveries), batch)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _row(channel_id: int, days: int, number: int, now: datetime) -> dict[str, object]:
    at = now - timedelta(days=days)
    return {
        "id": f"d{number:024}",
        "channel_id": channel_id,
        "local_date": at.date(),
        "edition": 0,
        "part": 0,
        "due_at": at,
        "state": "posted",
        "attempt": 1,
        "payload": "📰",
        "entries": (),
        "revision": 1,
        "settled_at": at,
        "platform_message_id": "m",
    }


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return (time.perf_counter() - started) * 1000, result


def spending(work: Callable[[], int]) -> tuple[float, float]:
    """Return how long work took and the processor time it spent, in milliseconds."""
    before = time.process_time()
    took, done = timed(work)
    assert done > 0
    return took, (time.process_time() - before) * 1000


@contextmanager
def recorded(engine: Engine) -> Iterator[list[tuple[str, object]]]:
    """Keep the statements that run meanwhile, with their parameters."""
    kept: list[tuple[str, object]] = []

    def keep(_: object, __: object, statement: str, parameters: object, ___: object, many: bool) -> None:
        if not many and statement.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            kept.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    yield kept
    event.remove(engine, "before_cursor_execute", keep)


def full_scans(engine: Engine, statements: list[tuple[str, object]]) -> list[str]:
    """Return the steps of query plans that walk through all deliveries."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    scans: list[str] = []
    with snapshot(engine) as connection:
        for statement, parameters in dict(statements).items():
            for row in connection.exec_driver_sql(explain + statement, parameters):  # type: ignore[arg-type]
                step = str(row[-1])
                if ("SCAN deliveries" in step and "USING" not in step) or "Seq Scan on deliveries" in step:
                    scans.append(f"{step.strip()}: {' '.join(statement.split())[:120]}")
    return scans


@dataclass(frozen=True, slots=True)
class Measured:
    """What the ledger took, in milliseconds, beside so many rows; `scans` are the steps that walk through them all."""

    rows: int
    planning: float
    idle: float
    claim: float
    worst_claim: float
    claim_processor: float
    fifty_claims: float
    fifty_processor: float
    scans: list[str]


def figures(quick: bool) -> Iterator[Figure]:
    """Measure both databases."""
    rows = 20_000 if quick else 1_000_000
    for postgresql in (False, True):
        done = run(rows, 200 if quick else 2_000, postgresql=postgresql)
        beside = f"beside {done.rows} rows on {'PostgreSQL' if postgresql else 'SQLite'}"
        spent = {"processor time": f"{done.claim_processor:.1f} ms"}
        spent_together = {"processor time": f"{done.fifty_processor / 50:.1f} ms"}
        yield at_most(f"a plan tick of 100 channels {beside}", done.planning, 200, "ms")
        yield at_most(f"a claim alone, {beside}, median", done.claim, 10, "ms", peers=spent)
        yield at_most(f"a claim in a batch of 50, {beside}", done.fifty_claims / 50, 10, "ms", peers=spent_together)
        found = "; ".join(done.scans) or "none"
        yield Figure(f"full scans of the ledger {beside}", found, "none", not done.scans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=2_000)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    done = run(chosen.rows, chosen.channels, postgresql=chosen.postgresql)
    print(f"{'PostgreSQL' if chosen.postgresql else 'SQLite'}, {done.rows} ledger rows")
    print(f"  a tick that plans 100 channels: {done.planning:.1f} ms; an idle one: {done.idle:.1f} ms")
    print(
        f"  a claim alone: median {done.claim:.1f}, worst {done.worst_claim:.1f} ms;"
        f" processor time, median {done.claim_processor:.1f} ms"
    )
    print(f"  50 claims at once: {done.fifty_claims:.1f} ms; processor time {done.fifty_processor:.1f} ms")
    print(f"  full scans of the ledger: {done.scans or 'none'}")


def run(rows: int, channel_count: int, *, postgresql: bool) -> Measured:
    """Fill a database with settled deliveries and measure beside them."""
    with ExitStack() as stack:
        if postgresql:
            address: str | Path = stack.enter_context(own_postgres_server(durable=True)).empty()
        else:
            address = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bench.db"
        engine = open_engine(address)
        stack.callback(engine.dispose)
        migrate(engine)
        now = datetime.now(UTC)
        fill(engine, channel_count, now - timedelta(minutes=2), 7)
        fill_ledger(engine, rows, now)
        return measure(engine, now)


def measure(engine: Engine, now: datetime) -> Measured:
    """Plan one tick of a hundred channels, then ticks with nothing due, then claims."""
    with transaction(engine) as connection:
        later = select(channels.c.id).order_by(channels.c.id).offset(100)
        connection.execute(
            channels.update().where(channels.c.id.in_(later)).values(next_due_at=now + timedelta(days=1))
        )
    ledger, _, clock = build(engine, None)
    with recorded(engine) as statements:
        planning, planned = timed(lambda: ledger.plan(clock.now()))
        idle = [timed(lambda: ledger.plan(clock.now()))[0] for _ in range(20)]
        alone = [spending(partial(claim, ledger, clock, 1)) for _ in range(50)]
        together = spending(partial(claim, ledger, clock, 50))
    assert len(planned) == 100
    with snapshot(engine) as connection:
        rows = connection.scalar(select(func.count()).select_from(deliveries)) or 0
    scans = full_scans(engine, statements)
    took, spent = ([one[part] for one in alone] for part in (0, 1))
    claims = statistics.median(took), max(took), statistics.median(spent)
    return Measured(rows, planning, statistics.median(idle), *claims, *together, scans)


def claim(ledger: Ledger, clock: Clock, most: int) -> int:
    """Claim so many deliveries in a transaction of their own; returns how many there were."""
    (taken,) = ledger.together([lambda connection: ledger.take_up(connection, clock.now(), most)])
    assert isinstance(taken, TakenUp), taken
    return len(taken.claims)


if __name__ == "__main__":
    main()
