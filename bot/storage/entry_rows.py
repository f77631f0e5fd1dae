"""Write entries as rows: their content, their places and their labels."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, insert, update

from bot.model import NoteDate
from bot.notes.identity import title_key
from bot.notes.plan import Outcome, Plan, PlannedEntry
from bot.notes.records import FreshEntry
from bot.storage.chunks import portions
from bot.storage.tables import arxiv_ids, entries, links, places, relations, tags
from bot.tags import fold_tag

Row = dict[str, object]
_LONGEST_TAG = 200  # letters that are compared; PostgreSQL can't index much more


def write_entries(
    connection: Connection, plan: Plan, note_ids: Mapping[str, int], revision: int, now: datetime
) -> None:
    """File the planned entries and mark those that are gone; `note_ids` are the notes' row ids by path."""
    for portion in portions(plan.entries):
        _write_portion(connection, portion, note_ids, revision, now)
    _mark(connection, plan.gone, {"changed": revision, "gone_at": now})


def _write_portion(
    connection: Connection, planned: Sequence[PlannedEntry], note_ids: Mapping[str, int], revision: int, now: datetime
) -> None:
    added = [one for one in planned if one.outcome is Outcome.ADDED]
    known = [one for one in planned if one.outcome is not Outcome.ADDED]
    _insert(connection, added, revision, now)
    _update(connection, known, revision)
    moved = [one.id for one in known if one.outcome is Outcome.MOVED and one.content is None]
    _mark(connection, moved, {"changed": revision})
    _write_labels(connection, added, known)
    _delete(connection, places, [one.id for one in known])
    _insert_rows(connection, places, (row for one in planned for row in _place_rows(one, note_ids)))


def date_row(date: NoteDate) -> Row:
    """Return the columns of a date."""
    return {"kind": date.kind.value, "first_day": date.start, "last_day": date.end}


def _insert(connection: Connection, added: Iterable[PlannedEntry], revision: int, now: datetime) -> None:
    rows = [
        {"id": one.id, **_content_row(one.content), "first_seen_at": now, "born": revision, "changed": revision}
        for one in added
        if one.content
    ]
    _insert_rows(connection, entries, rows)


def _update(connection: Connection, known: Iterable[PlannedEntry], revision: int) -> None:
    rows = [
        {"at_id": one.id, **_content_row(one.content), "changed": revision, "gone_at": None}
        for one in known
        if one.content
    ]
    if rows:
        connection.execute(update(entries).where(entries.c.id == bindparam("at_id")), rows)


def _content_row(new: FreshEntry) -> Row:
    entry = new.entry
    return date_row(new.date) | {
        "digest": new.digest,
        "title": entry.title,
        "title_key": title_key(entry.title),
        "aliases": entry.aliases,
        "authors": entry.authors,
        "abstract": entry.abstract,
        "commentary_ko": entry.commentary.ko,
        "commentary_en": entry.commentary.en,
    }


def _write_labels(connection: Connection, added: Iterable[PlannedEntry], known: Sequence[PlannedEntry]) -> None:
    rewritten = [one.id for one in known if one.content]
    for table in (tags, links, arxiv_ids, relations):
        _delete(connection, table, rewritten)
    filed = [(one.id, one.content.entry) for one in (*added, *known) if one.content]
    rows: dict[Table, list[Row]] = {tags: [], links: [], arxiv_ids: [], relations: []}
    for identity, entry in filed:
        rows[tags] += _numbered(identity, ({"tag": tag, "folded": fold_tag(tag)[:_LONGEST_TAG]} for tag in entry.tags))
        rows[links] += _numbered(identity, ({"url": url} for url in entry.links))
        rows[relations] += _numbered(identity, ({"target": target} for target in entry.relations))
        rows[arxiv_ids] += _numbered(identity, ({"own": True, "arxiv_id": found} for found in entry.arxiv_ids))
        mentioned = ({"own": False, "arxiv_id": found} for found in entry.mentioned_arxiv_ids)
        rows[arxiv_ids] += _numbered(identity, mentioned)
    for table, label_rows in rows.items():
        _insert_rows(connection, table, label_rows)


def _numbered(identity: str, rows: Iterable[Row]) -> list[Row]:
    return [{"entry_id": identity, "position": position, **row} for position, row in enumerate(rows)]


def _place_rows(one: PlannedEntry, note_ids: Mapping[str, int]) -> list[Row]:
    return [
        {
            "entry_id": one.id,
            "note_id": note_ids[place.path],
            "position": place.position,
            "first_line": place.lines[0],
            "last_line": place.lines[1],
        }
        for place in one.places
    ]


def _mark(connection: Connection, ids: Iterable[str], values: Mapping[str, object]) -> None:
    for portion in portions(ids):
        connection.execute(update(entries).where(entries.c.id.in_(portion)).values(values))


def _delete(connection: Connection, table: Table, ids: Iterable[str]) -> None:
    for portion in portions(ids):
        connection.execute(delete(table).where(table.c.entry_id.in_(portion)))


def _insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    listed = list(rows)
    if listed:
        connection.execute(insert(table), listed)
