"""Build the bot: the one place where core, database, index and adapters meet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.indexing import Feeder, Progress, open_if_current
from bot.library import Library
from bot.message import Reply
from bot.model import ChannelAddress
from bot.search.index import IndexUnusable, SearchIndex
from bot.service import Service
from bot.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.notes.report import RefreshReport
    from bot.storage.entries import EntryStore


class SystemClock:
    """Tell the time of this machine."""

    def now(self) -> datetime:
        """Return this instant, with zone UTC."""
        return datetime.now(UTC)


class Core:
    """Everything of one process that the settings determine, each part built when it is first needed.

    Importing SQLAlchemy alone costs more time than answering a lookup, so the database is opened only for
    what needs it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    @cached_property
    def engine(self) -> "Engine":
        """Open the database and bring it to this version's tables. Raises StorageError."""
        from bot.storage.engine import open_engine
        from bot.storage.migrate import migrate

        address = self.settings.database_url
        engine = open_engine(address.get_secret_value() if address else self.settings.data / "paperboy.db")
        migrate(engine)
        return engine

    @cached_property
    def store(self) -> "EntryStore":
        """Return the entries in the database."""
        from bot.storage.entries import EntryStore

        return EntryStore(self.engine)

    @cached_property
    def feeder(self) -> Feeder:
        """Return what keeps the index in step."""
        return Feeder(self.settings.index_folder, self.store)

    def open_library(self, progress: Progress | None = None) -> Library:
        """Return the library, up to date with the notes folder."""
        file = self.settings.database_file
        if file is not None and file.exists():
            index = open_if_current(self.settings.index_folder, self.settings.notes)
            if index is not None:
                return Library(index, lambda: self.store)
        return self.refresh_library(progress)[0]

    def refresh_library(
        self, progress: Progress | None = None, *, rebuild: bool = False
    ) -> "tuple[Library, RefreshReport]":
        """Read what changed in the notes folder, feed the index, and say what changed.

        `rebuild` builds the index anew, and takes an empty notes folder for meant.
        """
        from bot.notes.refresh import refresh

        report = refresh(self.settings.notes, self.store, progress=progress, accept_empty=rebuild)
        index = None if rebuild else self._open_index()
        return Library(self.feeder.feed(index, report.fingerprint, progress), lambda: self.store), report

    def service(self, library: Library) -> Service:
        """Return the service over a library."""
        return Service(library, today=self._today)

    def _open_index(self) -> SearchIndex | None:
        try:
            return SearchIndex.open(self.settings.index_folder)
        except IndexUnusable:
            return None

    def _today(self, _: ChannelAddress) -> date:
        return self.clock.now().astimezone(ZoneInfo(self.settings.timezone)).date()


def console_drawing() -> Callable[[Reply], None]:
    """Return what draws a reply on this terminal."""
    from rich.console import Console

    from adapters.console.render import draw

    console = Console(highlight=False)
    return lambda reply: console.print(draw(reply))
