"""Run each storage test twice: on a SQLite file and on a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.storage.engine import open_engine
from tests.fakes.cluster import ReplicaLoop
from tests.fakes.databases import PostgresServer, SqliteFiles, postgres_server
from tests.fakes.digests import DigestLoop


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """Return the PostgreSQL server of this test session."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Return the folder of SQLite files of this test session."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> SqliteFiles | PostgresServer:
    """Return each kind of database in turn."""
    found: SqliteFiles | PostgresServer = request.getfixturevalue(request.param)
    return found


@contextmanager
def migrated(databases: SqliteFiles | PostgresServer) -> Iterator[str | Path]:
    """Yield the address of a database with today's tables and nothing in them, for as long as the block lasts."""
    address = databases.migrated()
    yield address
    match databases, address:
        case PostgresServer(), str():
            databases.drop(address)
        case SqliteFiles(), Path():
            databases.drop(address)


@pytest.fixture
def address(databases: SqliteFiles | PostgresServer) -> Iterator[str | Path]:
    """Return the address of a database with today's tables and nothing in them, for as long as a test lasts."""
    with migrated(databases) as address:
        yield address


@pytest.fixture
def engine(address: str | Path) -> Iterator[Engine]:
    """Open a database with today's tables and nothing in them."""
    engine = open_engine(address)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_engine(databases: SqliteFiles | PostgresServer) -> Iterator[Engine]:
    """Open a database without any tables."""
    engine = open_engine(databases.empty())
    yield engine
    engine.dispose()


@pytest.fixture(params=["local on sqlite", "local on postgresql", "cluster"])
def every_runner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DigestLoop]:
    """Return the daily loop of each runner in turn; the cluster is three replicas."""
    databases = request.getfixturevalue("sqlite" if request.param == "local on sqlite" else "postgresql")
    with migrated(databases) as address:
        engine = open_engine(address)
        loop = ReplicaLoop(engine, tmp_path) if request.param == "cluster" else DigestLoop(engine, tmp_path)
        yield loop
        loop.close()
        engine.dispose()
