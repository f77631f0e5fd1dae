"""Databases for whole processes."""

from collections.abc import Iterator

import pytest

from tests.fakes.databases import PostgresServer, SqliteFiles, postgres_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))
