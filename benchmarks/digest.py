"""Digests: channels due at the same minute, on each runner; a platform in memory, so that the bot's own work counts."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.digest_rate import Run, fill, run_cluster, run_local
from benchmarks.table import Figure, at_most
from bot.storage.engine import open_engine, snapshot
from bot.storage.migrate import migrate
from bot.storage.tables import deliveries
from tests.fakes.databases import own_postgres_server

_NOTES = 7
_CAP = 50.0


def figures(quick: bool) -> Iterator[Figure]:
    """Measure both runners without a limit, and the local one under a platform's cap of 50 messages a second."""
    channels, capped = (200, 50) if quick else (10_000, 1_000)
    local, _ = measured(channels)
    yield _in_time(f"{channels} channels posted, local runner on SQLite", local, channels)
    moved = max(local.steady) - min(local.steady)
    yield at_most("how far its memory moves meanwhile", moved, 40, "MB", digits=0)
    cluster, _ = measured(channels, replicas=3)
    yield _in_time(f"{channels} channels posted, three cluster replicas on PostgreSQL", cluster, channels)
    limited, messages = measured(capped, per_second=_CAP)
    over = 100 * (limited.took / (messages / _CAP) - 1)
    yield at_most(f"{capped} channels under a cap of {_CAP:.0f} a second, above the cap's own floor", over, 5, "%")


def measured(channels: int, *, replicas: int = 0, per_second: float | None = None) -> tuple[Run, int]:
    """Deliver to so many channels, on SQLite or with replicas on PostgreSQL; returns the run and its messages."""
    with ExitStack() as stack:
        if replicas:
            address: str | Path = stack.enter_context(own_postgres_server(durable=True)).empty()
        else:
            address = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bench.db"
        engine = open_engine(address)
        stack.callback(engine.dispose)
        migrate(engine)
        fill(engine, channels, datetime.now(UTC) - timedelta(minutes=2), _NOTES)
        if replicas:
            run = run_cluster(str(address), engine, replicas, per_second)
        else:
            run = asyncio.run(run_local(engine, per_second))
        with snapshot(engine) as connection:
            return run, connection.scalar(select(func.count()).select_from(deliveries)) or 0


def _in_time(what: str, run: Run, channels: int) -> Figure:
    spent = {"the runners' processor time": f"{run.processor:.1f} s"}
    return at_most(what, run.took, 60 * channels / 10_000, "s", peers=spent)
