"""Digests: channels due at the same minute, on each runner; a platform in memory, so that the bot's own work counts."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.digest_rate import fill, run_cluster, run_local
from benchmarks.table import Figure, at_most
from bot.storage.engine import open_engine, snapshot
from bot.storage.migrate import migrate
from bot.storage.tables import deliveries

_NOTES = 7
_CAP = 50.0


def figures(quick: bool) -> Iterator[Figure]:
    """Measure both runners without a limit, and the local one under a platform's cap of 50 messages a second."""
    channels, capped = (200, 50) if quick else (10_000, 1_000)
    took, memory, _ = _run(channels, replicas=0, per_second=None)
    yield _in_time(f"{channels} channels posted, local runner on SQLite", took, channels)
    steady = memory[len(memory) // 4 :] or [0.0]
    yield at_most("how far its memory moves meanwhile", max(steady) - min(steady), 40, "MB", digits=0)
    took, _, _ = _run(channels, replicas=3, per_second=None)
    yield _in_time(f"{channels} channels posted, three cluster replicas on PostgreSQL", took, channels)
    took, _, messages = _run(capped, replicas=0, per_second=_CAP)
    over = 100 * (took / (messages / _CAP) - 1)
    yield at_most(f"{capped} channels under a cap of {_CAP:.0f} a second, above the cap's own floor", over, 5, "%")


def _in_time(what: str, took: float, channels: int) -> Figure:
    return at_most(what, took, 60 * channels / 10_000, "s")


def _run(channels: int, *, replicas: int, per_second: float | None) -> tuple[float, list[float], int]:
    with ExitStack() as stack:
        if replicas:
            from tests.fakes.databases import postgres_server

            address: str | Path = stack.enter_context(postgres_server()).empty()
        else:
            address = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bench.db"
        engine = open_engine(address)
        stack.callback(engine.dispose)
        migrate(engine)
        fill(engine, channels, datetime.now(UTC) - timedelta(minutes=2), _NOTES)
        if replicas:
            took, memory = run_cluster(str(address), engine, replicas, per_second)
        else:
            took, memory = asyncio.run(run_local(engine, per_second))
        with snapshot(engine) as connection:
            messages = connection.scalar(select(func.count()).select_from(deliveries)) or 0
    return took, memory, messages
