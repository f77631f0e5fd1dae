"""Seats on PostgreSQL: one holder a name, and free again when its session ends, however it ends."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from bot.storage.engine import open_engine
from bot.storage.seats import StoredSeats
from tests.fakes.asynchronous import asynchronous
from tests.fakes.databases import PostgresServer


@pytest.fixture
def engines(postgresql: PostgresServer) -> Iterator[tuple[Engine, Engine]]:
    address = postgresql.migrated()
    pair = (open_engine(address), open_engine(address))
    yield pair
    for engine in pair:
        engine.dispose()


@asynchronous
async def _one_holder(first: StoredSeats, second: StoredSeats) -> None:
    assert await first.take("shard 0")
    assert await first.take("shard 0")
    assert not await second.take("shard 0")
    assert await second.take("shard 1")
    await first.leave()
    assert await second.take("shard 0")
    assert not await first.take("shard 1")
    await first.leave()
    await second.leave()


def test_a_name_has_one_holder_until_it_lets_go(engines: tuple[Engine, Engine]) -> None:
    _one_holder(*(StoredSeats(engine) for engine in engines))


@asynchronous
async def test_whoever_took_nothing_may_leave(engines: tuple[Engine, Engine]) -> None:
    first, second = (StoredSeats(engine) for engine in engines)
    await first.leave()
    assert await second.take("shard 0")
    await second.leave()


def test_a_session_that_ends_frees_its_names_and_its_owner_notices(engines: tuple[Engine, Engine]) -> None:
    @asynchronous
    async def scenario() -> None:
        first, second = (StoredSeats(engine) for engine in engines)
        assert await first.take("shard 0")
        with engines[1].connect() as connection:
            holders = "FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) {holders}"))
        assert await second.take("shard 0")
        assert not await first.take("shard 0")
        await second.leave()
        assert await first.take("shard 0")
        await first.leave()

    scenario()
