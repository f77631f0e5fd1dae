"""What adapters remember: once for each key, until its time is over, whoever asks."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from bot.errors import StorageError
from bot.storage.engine import open_engine, snapshot
from bot.storage.memory import SWEEP_INTERVAL, LentDatabase, StoredMemory
from bot.storage.tables import memories
from tests.fakes.asynchronous import asynchronous

HOUR = timedelta(hours=1)


@dataclass
class TurnedClock:
    time: datetime = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def memory(engine: Engine, clock: TurnedClock) -> StoredMemory:
    return StoredMemory(engine, clock)


@asynchronous
async def test_a_key_is_new_once_and_again_after_its_time(memory: StoredMemory, clock: TurnedClock) -> None:
    assert await memory.first_time("event", "Ev1", HOUR)
    assert not await memory.first_time("event", "Ev1", HOUR)
    assert await memory.first_time("event", "Ev2", HOUR)
    assert await memory.first_time("other", "Ev1", HOUR)
    clock.time += HOUR
    assert await memory.first_time("event", "Ev1", HOUR)
    assert not await memory.first_time("event", "Ev1", HOUR)


@asynchronous
async def test_of_callers_at_once_one_is_told_yes(memory: StoredMemory) -> None:
    told = await asyncio.gather(*(memory.first_time("event", "Ev1", HOUR) for _ in range(8)))
    assert sorted(told) == [False] * 7 + [True]


@asynchronous
async def test_a_text_is_recalled_until_its_time_is_over(memory: StoredMemory, clock: TurnedClock) -> None:
    await memory.remember("locale", "T1/U1", "ko", HOUR)
    await memory.remember("locale", "T1/U1", "en", HOUR)
    await memory.remember("locale", "T1/U2", "ko")
    assert await memory.recall("locale", "T1/U1") == "en"
    clock.time += HOUR
    assert await memory.recall("locale", "T1/U1") is None
    assert await memory.recall("locale", "T1/U2") == "ko"


@asynchronous
async def test_forgetting_takes_a_prefix_literally(memory: StoredMemory) -> None:
    for key in ("T1/U1", "T1/U2", "T_/U1", "T10/U1"):
        await memory.remember("locale", key, "ko")
    await memory.forget("locale", "T_/")
    assert await memory.recall("locale", "T1/U1") == "ko"
    await memory.forget("locale", "T1/")
    assert [await memory.recall("locale", key) for key in ("T1/U1", "T1/U2", "T10/U1")] == [None, None, "ko"]


@asynchronous
async def test_expired_rows_are_swept_away(memory: StoredMemory, clock: TurnedClock, engine: Engine) -> None:
    for number in range(5):
        await memory.first_time("event", f"Ev{number}", timedelta(minutes=1))
    clock.time += SWEEP_INTERVAL
    await memory.first_time("event", "Ev9", HOUR)
    with snapshot(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(memories)) == 1


@asynchronous
async def test_a_lent_database_says_what_is_wrong_with_it(engine: Engine, tmp_path: Path) -> None:
    assert await LentDatabase(engine).run(_one) == 1
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is not a database, and long enough to be taken for a file of something else" * 20)
    damaged = open_engine(broken)
    with pytest.raises(StorageError, match="damaged"):
        await LentDatabase(damaged).run(_one)
    damaged.dispose()


def _one(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT 1"))
