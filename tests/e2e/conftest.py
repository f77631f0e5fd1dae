"""A place of its own for each test: an empty data folder, the seeds as notes, no settings from outside."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.databases import PostgresServer, SqliteFiles, postgres_server

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working directory with a copy of the seeds in `seeds/`, in English."""
    for name in list(os.environ):
        if name.startswith(("PAPERBOY_", "SLACK_", "DISCORD_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shutil.copytree(SEEDS, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """Return a PostgreSQL server for whole processes."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Return a folder of SQLite files for whole processes."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))
