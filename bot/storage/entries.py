"""Keep notes and entries in the database: what a refresh reads and writes, and the entries one by one or all."""

from collections.abc import Callable, Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine, func, select, update

from bot.model import Entry, FiledEntry, TagCount
from bot.notes.problems import Problem
from bot.notes.records import FreshEntry, KnownEntry
from bot.notes.store import Changes, Memory
from bot.storage import browse, recall
from bot.storage.engine import snapshot, transaction
from bot.storage.filed import read_filed
from bot.storage.filing import write_changes
from bot.storage.tables import entries, meta, notes

_PAGE = 500


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """The entries that changed up to a revision: those to be found now, and the ids of those that are gone."""

    revision: int
    changed: tuple[FiledEntry, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the database says of itself: its identity, the revision of its notes, and how many there are.

    `analyser_version` is the one the search index was last built with, None before the first time.
    """

    database_id: str
    revision: int
    analyser_version: str | None
    notes: int
    entries: int


def _now() -> datetime:
    return datetime.now(UTC)


class EntryStore:
    """Answer about entries and write what a refresh decided; each method is one transaction. Raises StorageError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._now = now

    def about(self) -> About:
        """Return what the database says of itself."""
        with snapshot(self._engine) as connection:
            row = connection.execute(select(meta)).one()
            living = [
                connection.scalar(select(func.count()).select_from(table).where(table.c.gone_at.is_(None))) or 0
                for table in (notes, entries)
            ]
        return About(row.database_id, row.revision, row.analyser_version, *living)

    def standing(self) -> tuple[str, int]:
        """Return the database's identity and the revision of its notes: `about` without counting anything."""
        with snapshot(self._engine) as connection:
            row = connection.execute(select(meta.c.database_id, meta.c.revision)).one()
        return row.database_id, row.revision

    def remember_analyser(self, version: str) -> None:
        """Write down which analyser version the search index was built with."""
        with transaction(self._engine) as connection:
            connection.execute(update(meta).values(analyser_version=version))

    def entry(self, entry_id: str) -> FiledEntry | None:
        """Return an entry by its id, None when there is none (any more)."""
        return next(iter(self.entries([entry_id])), None)

    def entries(self, ids: Collection[str]) -> tuple[FiledEntry, ...]:
        """Return the entries with these ids that are there, in the order of the ids."""
        with snapshot(self._engine) as connection:
            return browse.read_living(connection, ids)

    def all_entries(self) -> Iterator[FiledEntry]:
        """Yield every entry in the order of ids, as of the first one; little is held in memory at a time."""
        with snapshot(self._engine) as connection:
            last = ""
            page = select(entries.c.id).where(entries.c.gone_at.is_(None)).order_by(entries.c.id).limit(_PAGE)
            while ids := connection.scalars(page.where(entries.c.id > last)).all():
                yield from read_filed(connection, ids).values()
                last = ids[-1]

    def changes_since(self, revision: int) -> EntryChanges:
        """Return what happened to the entries after a revision."""
        with snapshot(self._engine) as connection:
            rows = connection.execute(select(entries.c.id, entries.c.gone_at).where(entries.c.changed > revision)).all()
            changed = read_filed(connection, sorted(row.id for row in rows if row.gone_at is None))
            gone = sorted(row.id for row in rows if row.gone_at is not None)
            return EntryChanges(recall.read_revision(connection), tuple(changed.values()), tuple(gone))

    def entries_between(self, first: date, last: date) -> tuple[FiledEntry, ...]:
        """Return the entries whose days overlap these, both included, in the order of dates and notes."""
        with snapshot(self._engine) as connection:
            return browse.read_between(connection, first, last)

    def latest_date(self, until: date) -> date | None:
        """Return the last day on or before `until` that has entries, None where there is none."""
        with snapshot(self._engine) as connection:
            return browse.read_latest_date(connection, until)

    def tag_counts(self, text: str = "") -> tuple[TagCount, ...]:
        """Return the tags whose folded spelling holds `text`, most used first."""
        with snapshot(self._engine) as connection:
            return browse.read_tag_counts(connection, text)

    def same_paper(self, entry_id: str) -> tuple[FiledEntry, ...]:
        """Return the other entries on an entry's paper (same arXiv id, or same title), oldest first."""
        with snapshot(self._engine) as connection:
            return browse.read_same_paper(connection, entry_id)

    def recall(self) -> Memory:
        """Return every note that is not gone, and the revision."""
        with snapshot(self._engine) as connection:
            return recall.recall(connection)

    def known_entries(self, paths: Set[str], fresh: Sequence[FreshEntry]) -> list[KnownEntry]:
        """Return the entries of these files, those word for word like a fresh one, and the dead that name its paper."""
        with snapshot(self._engine) as connection:
            return recall.known_entries(connection, paths, fresh)

    def texts(self, ids: Collection[str]) -> dict[str, Entry]:
        """Return the content of entries, living or dead, by id."""
        with snapshot(self._engine) as connection:
            return {identity: filed.entry for identity, filed in read_filed(connection, ids).items()}

    def ids(self) -> frozenset[str]:
        """Return every id that an entry has or had."""
        with snapshot(self._engine) as connection:
            return frozenset(connection.scalars(select(entries.c.id)))

    def problems(self) -> list[Problem]:
        """Return what was wrong or odd when each file was last read."""
        with snapshot(self._engine) as connection:
            return recall.read_problems(connection)

    def apply(self, changes: Changes) -> int:
        """Write all changes of a refresh or none; return the revision. Raises Outrun where another came between."""
        if not (changes.looked_at or changes.touched or changes.gone or changes.plan.entries):
            return changes.base
        with transaction(self._engine) as connection:
            return write_changes(connection, changes, self._now())
