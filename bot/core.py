"""Everything of one process that the settings determine, each part built when it is first needed."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.indexing import Feeder, Progress, open_if_current
from bot.library import Library
from bot.permalinks import Permalinks
from bot.ports import Clock
from bot.search.index import IndexUnusable, SearchIndex
from bot.service import Service
from bot.settings import Settings
from bot.tags import fold_tag
from bot.web.address import read_public_url

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.digest.service import DigestService
    from bot.notes.report import RefreshReport
    from bot.storage.digests import DigestStore
    from bot.storage.entries import EntryStore


class SystemClock:
    """Tell the time of this machine."""

    def now(self) -> datetime:
        """Return this instant, with zone UTC."""
        return datetime.now(UTC)


class Core:
    """Build the parts. Importing SQLAlchemy alone takes longer than answering a lookup, so the database is opened
    only for what needs it.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self._library: Library | None = None
        self._turn = threading.Lock()

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

    def open_library(self, progress: Progress | None = None) -> Library:
        """Return the library, up to date with the notes folder."""
        file = self.settings.database_file
        if self._library is None and file is not None and file.exists():
            index = open_if_current(self.settings.index_folder, self.settings.notes)
            if index is not None:
                self._library = self._library_over(index)
        if self._library is None:
            self.refresh(progress)
        return self.library

    @property
    def library(self) -> Library:
        """Return the library that was opened; there is one for as long as the process lives."""
        if self._library is None:
            raise AssertionError("the library is opened first")
        return self._library

    def refresh(self, progress: Progress | None = None, *, rebuild: bool = False) -> "RefreshReport":
        """Read what changed in the notes folder, feed the index, and say what changed.

        `rebuild` builds the index anew, and takes an empty notes folder for meant.
        """
        from bot.notes.refresh import refresh

        with self._turn:
            feeder, old = Feeder(self.settings.index_folder, self.store), None if rebuild else self._index()
            if old is not None and not feeder.could_feed(old):
                old = None
            report = refresh(self.settings.notes, self.store, progress=progress, accept_empty=rebuild)
            index = feeder.feed(old, report.fingerprint, progress)
            if self._library is None:
                self._library = self._library_over(index)
            self._library.index = index
        return report

    def service(self) -> Service:
        """Return the service over the library."""
        return Service(
            self.library,
            today=self.local_date,
            digests=lambda: self.digests,
            aliases=self.tag_aliases,
            permalinks=self.permalinks,
        )

    @cached_property
    def digests(self) -> "DigestService":
        """Return what answers the digest verbs."""
        from bot.digest.service import DigestService, schedule_from

        defaults = schedule_from(self.settings.digest.at, self.settings.timezone)
        return DigestService(self.digest_store, self.clock, defaults=defaults, aliases=self.tag_aliases)

    @cached_property
    def digest_store(self) -> "DigestStore":
        """Return the channels and deliveries in the database."""
        from bot.digest.composer import Composer
        from bot.storage.digests import DigestStore

        return DigestStore(self.engine, Composer({}, self.tag_aliases, self.clock, self.permalinks), self.clock)

    @cached_property
    def tag_aliases(self) -> Mapping[str, str]:
        """Return the tags that mean another one, both folded."""
        return {fold_tag(alias): fold_tag(tag) for alias, tag in self.settings.tag_aliases.items()}

    @property
    def permalinks(self) -> Permalinks:
        """Return where notes are in the archive; nowhere, as long as nobody outside reaches it."""
        url = self.settings.public_url
        return Permalinks(str(read_public_url(url)) if url else None)

    def local_date(self) -> date:
        """Return the date where the installation is."""
        return self.clock.now().astimezone(ZoneInfo(self.settings.timezone)).date()

    def _library_over(self, index: SearchIndex) -> Library:
        return Library(index, lambda: self.store)

    def _index(self) -> SearchIndex | None:
        if self._library is not None:
            return self._library.index
        try:
            return SearchIndex.open(self.settings.index_folder)
        except IndexUnusable:
            return None
