"""What the tests of platforms share: the real core over the seeds, opened once."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.answering import answering
from bot.core import Core
from bot.ports import Handle
from bot.settings import Settings
from bot.suggestions import LibrarySuggestions
from tests.fakes.databases import SqliteFiles
from tests.fakes.slack import bot as slack_bot

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    """Return the core over a copy of the seeds."""
    data = tmp_path_factory.mktemp("core")
    shutil.copytree(SEEDS, data / "seeds")
    opened = Core(Settings.model_validate({"notes": data / "seeds", "data": data}))
    opened.open_library()
    yield opened
    opened.engine.dispose()


@pytest.fixture
def handle(core: Core) -> Handle:
    """Return the adapters' one door into the core."""
    return answering(core.service())


@pytest.fixture(scope="session")
def suggestions(core: Core) -> LibrarySuggestions:
    """Return type-ahead over the seeds."""
    return LibrarySuggestions(core.library, core.local_date)


@pytest.fixture(scope="session")
def database_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Return the folder of SQLite files of this test session."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def database(database_files: SqliteFiles) -> Path:
    """Return a database of its own for one test."""
    return database_files.migrated()


@pytest.fixture
def run_slack(handle: Handle, suggestions: LibrarySuggestions, database: Path) -> slack_bot.Run:
    """Return what runs the Slack adapter over the real core: `async with run_slack(slack) as bot`."""
    return partial(slack_bot.running, handle=handle, suggestions=suggestions, database=database)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's tokens and `.env` out of the tests."""
    for name in list(os.environ):
        if name.startswith(("PAPERBOY_", "SLACK_", "DISCORD_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
