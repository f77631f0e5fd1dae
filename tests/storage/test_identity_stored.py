"""The identity of entries once more, with a real database between one refresh and the next."""

import tempfile
from collections.abc import Set
from functools import cache
from pathlib import Path

from hypothesis import settings
from sqlalchemy import event, select

from bot.model import Note
from bot.notes.plan import Plan, decide, gather, recognise
from bot.notes.records import KnownNote
from bot.notes.store import Changes, LookedAt
from bot.storage.engine import open_engine, snapshot
from bot.storage.entries import EntryStore
from bot.storage.tables import notes, places
from tests.fakes.databases import SqliteFiles
from tests.fakes.notes import Filed, Shelf
from tests.unit import test_plan_properties


@cache
def empty_database() -> bytes:
    """Return the content of a database with today's tables and nothing in them."""
    with tempfile.TemporaryDirectory() as folder:
        return SqliteFiles(Path(folder)).migrated().read_bytes()


class StoredShelf(Shelf):
    """A shelf that keeps nothing itself."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.engine = open_engine(file)
        # These databases outlive no power cut, and waiting for the disk would be most of the time.
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        self.store = EntryStore(self.engine)

    def refresh(self, notes: list[Note], gone: Set[str] = frozenset()) -> Plan:
        self.turn += 1
        fresh = gather(notes)
        affected = {*gone, *(note.path for note in notes)}
        seen = recognise(self.store.known_entries(affected, fresh), fresh, affected)
        plan = decide(seen, self.store.texts([old.id for old in seen.open_known]), self.store.ids())
        files = (KnownNote(note.path, 1, 1, "", 1, readable=True) for note in notes)
        looked_at = tuple(LookedAt(file, note.date, ()) for file, note in zip(files, notes, strict=True))
        self.store.apply(Changes(self.store.about().revision, looked_at, (), tuple(sorted(gone)), plan))
        return plan

    def at(self, path: str) -> list[str]:
        living = {one.id for one in self.store.all_entries()}
        with snapshot(self.engine) as connection:
            query = select(places.c.entry_id).join(notes).where(notes.c.path == path).order_by(places.c.position)
            return [identity for identity in connection.scalars(query) if identity in living]

    def living(self) -> list[Filed]:
        found = {one.id: one.entry for one in self.store.all_entries()}
        known = self.store.known_entries(set(self.store.recall().notes), ())
        return [Filed(one, found[one.id]) for one in known if not one.gone]


class StoredNotesFolder(test_plan_properties.NotesFolder):
    """The same folder, filed in a SQLite database."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        file = Path(self.temporary.name) / "paperboy.db"
        file.write_bytes(empty_database())
        self.shelf = self.stored = StoredShelf(file)

    def teardown(self) -> None:
        self.stored.engine.dispose()
        self.temporary.cleanup()


TestStoredNotesFolder = StoredNotesFolder.TestCase
TestStoredNotesFolder.settings = settings(max_examples=12, stateful_step_count=10, deadline=None)
