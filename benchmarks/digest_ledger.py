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
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, event, func, insert, select, text

from benchmarks.digest_rate import Clock, build, fill
from bot.digest.ledger import TakenUp
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.ledger import Ledger
from bot.storage.migrate import migrate
from bot.storage.tables import channels, deliveries

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


def claim(ledger: Ledger, clock: Clock, most: int) -> int:
    """Claim so many deliveries in a transaction of their own; returns how many there were."""
    (taken,) = ledger.together([lambda connection: ledger.take_up(connection, clock.now(), most)])
    assert isinstance(taken, TakenUp), taken
    return len(taken.claims)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--channels", type=int, default=2_000)
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        if chosen.postgresql:
            from tests.fakes.databases import postgres_server

            address: str | Path = stack.enter_context(postgres_server()).empty()
        else:
            address = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bench.db"
        engine = open_engine(address)
        migrate(engine)
        now = datetime.now(UTC)
        fill(engine, chosen.channels, now - timedelta(minutes=2), 7)
        fill_ledger(engine, chosen.rows, now)
        measure(engine, now)
        engine.dispose()


def measure(engine: Engine, now: datetime) -> None:
    """Plan one tick of a hundred channels, then ticks with nothing due, then claims."""
    with transaction(engine) as connection:
        later = select(channels.c.id).order_by(channels.c.id).offset(100)
        connection.execute(
            channels.update().where(channels.c.id.in_(later)).values(next_due_at=now + timedelta(days=1))
        )
    ledger, _, clock = build(engine, None)
    with recorded(engine) as statements:
        first, planned = timed(lambda: ledger.plan(clock.now()))
        idle = [timed(lambda: ledger.plan(clock.now()))[0] for _ in range(20)]
        took = [timed(partial(claim, ledger, clock, 1))[0] for _ in range(50)]
        together, claimed = timed(partial(claim, ledger, clock, 50))
    scans = full_scans(engine, statements)
    with snapshot(engine) as connection:
        rows = connection.scalar(select(func.count()).select_from(deliveries))
    print(f"{engine.dialect.name}, {rows} ledger rows")
    quiet = statistics.median(idle)
    print(f"  a tick that plans {len(planned)} channels: {first:.1f} ms; an idle one: {quiet:.1f} ms")
    print(f"  a claim: median {statistics.median(took):.1f}, worst {max(took):.1f} ms; {claimed}: {together:.1f} ms")
    print(f"  full scans of the ledger: {scans or 'none'} ({len(statements)} statements looked at)")


if __name__ == "__main__":
    main()
