"""Read the entries as an archive shows them: which dates there are, and a tag's entries page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from bot.model import DateCount, FiledEntry, NoteDate
from bot.storage.engine import snapshot
from bot.storage.filed import read_date, read_filed
from bot.storage.tables import entries, notes, places, tags
from bot.tags import fold_tag

_LIVING = entries.c.gone_at.is_(None)


class ArchiveStore:
    """Answer the archive's questions; each method is one transaction. Raises StorageError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def dates(self) -> Sequence[DateCount]:
        """Return the dates of the entries, newest first; of two with the same last day the longer one first.

        Entries without a date are counted in the end.
        """
        columns = (entries.c.kind, entries.c.first_day, entries.c.last_day)
        query = select(*columns, func.count().label("number")).where(_LIVING).group_by(*columns)
        with snapshot(self._engine) as connection:
            counts = [DateCount(read_date(row), row["number"]) for row in connection.execute(query).mappings()]
        dated = [(one.date.end, one.date.start, one) for one in counts if one.date.end and one.date.start]
        dated.sort(key=lambda item: (-item[0].toordinal(), item[1].toordinal()))
        return (*(one for *_, one in dated), *(one for one in counts if one.date.end is None))

    def tagged(self, tag: str, first: int, limit: int) -> Sequence[FiledEntry]:
        """Return the entries that carry a tag, newest first, from `first` (0-based) on; undated ones come last."""
        carrying = select(tags.c.entry_id).where(tags.c.folded == fold_tag(tag))
        return self._newest(first, limit, entries.c.id.in_(carrying))

    def titles_on(self, when: NoteDate) -> Sequence[tuple[str, str]]:
        """Return id and title of the entries with exactly this date, in the order of the notes."""
        same = (entries.c.kind == when.kind.value, entries.c.first_day == when.start, entries.c.last_day == when.end)
        query = _in_order(select(entries.c.id, entries.c.title), *same)
        with snapshot(self._engine) as connection:
            return tuple((row.id, row.title) for row in connection.execute(query))

    def newest(self, limit: int) -> Sequence[FiledEntry]:
        """Return the newest entries that have a date."""
        days = select(entries.c.last_day).where(_LIVING, entries.c.last_day.is_not(None))
        with snapshot(self._engine) as connection:
            # Whatever is older than the last day of so many entries needn't be put in order at all.
            since = connection.scalar(days.order_by(entries.c.last_day.desc()).offset(limit - 1).limit(1))
        return self._newest(0, limit, entries.c.last_day >= since if since else entries.c.last_day.is_not(None))

    def arrivals(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return when entries were first seen, in UTC."""
        query = select(entries.c.id, entries.c.first_seen_at).where(entries.c.id.in_(ids))
        with snapshot(self._engine) as connection:
            return {row.id: row.first_seen_at for row in connection.execute(query)}

    def undated(self, limit: int) -> Sequence[FiledEntry]:
        """Return the entries without a date, the one that came last first."""
        return self._newest(0, limit, entries.c.last_day.is_(None))

    def _newest(self, first: int, limit: int, *where: ColumnElement[bool]) -> Sequence[FiledEntry]:
        """Return entries by falling date, those of one date in the order of the notes."""
        found = _in_order(select(entries.c.id), *where).offset(first).limit(limit)
        with snapshot(self._engine) as connection:
            return tuple(read_filed(connection, connection.scalars(found).all()).values())


def _in_order(query: Select[Any], *where: ColumnElement[bool]) -> Select[Any]:
    """Choose living entries, by falling date, those of one date in the order of the notes.

    Places are looked up entry by entry: a join lets SQLite begin with all of them, however few entries are wanted.
    """
    own = places.c.entry_id == entries.c.id
    path = select(func.min(notes.c.path)).select_from(notes.join(places)).where(own).correlate(entries)
    standing = select(func.min(places.c.position)).where(own).correlate(entries)
    return query.where(_LIVING, *where).order_by(
        entries.c.last_day.desc().nulls_last(), path.scalar_subquery(), standing.scalar_subquery(), entries.c.id
    )
