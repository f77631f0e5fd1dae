"""Write what a refresh decided about the note files: what is there, what is gone, what was wrong with it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.model import NoteDate
from bot.notes.records import KnownNote
from bot.notes.store import Changes, LookedAt, Outrun
from bot.storage.chunks import portions
from bot.storage.entry_rows import Row, date_row, write_entries
from bot.storage.tables import meta, notes, problems
from bot.storage.tombstones import fade


def write_changes(connection: Connection, changes: Changes, now: datetime) -> int:
    """Write the changes and return the new revision; raises Outrun where they were decided on another one.

    `now` is when what is gone went, and when what is new was first seen. New time stamps alone make no revision.
    """
    _update_notes(connection, [_stamp_row(file) for file in changes.touched])
    if not (changes.looked_at or changes.gone or changes.plan.entries):
        return changes.base
    revision = _next_revision(connection, changes.base)
    _write_notes(connection, changes.looked_at)
    _mark_gone(connection, changes.gone, now)
    ids = _note_ids(connection, {place.path for entry in changes.plan.entries for place in entry.places})
    write_entries(connection, changes.plan, ids, revision, now)
    if changes.plan.gone:
        fade(connection, now)
    return revision


def _next_revision(connection: Connection, base: int) -> int:
    """Take the next revision; whoever comes second waits here for the first one's commit, and is told."""
    taken = connection.execute(update(meta).where(meta.c.revision == base).values(revision=base + 1))
    if taken.rowcount != 1:
        raise Outrun
    return base + 1


def _write_notes(connection: Connection, looked_at: Sequence[LookedAt]) -> None:
    known = _note_ids(connection, (one.file.path for one in looked_at))
    new = [_note_row(one.file, one.date or NoteDate()) for one in looked_at if one.file.path not in known]
    if new:
        connection.execute(insert(notes), new)
    again = [one for one in looked_at if one.file.path in known]
    _update_notes(connection, [_note_row(one.file, one.date) for one in again if one.date])
    # What can't be read keeps the date of what it held before, as it keeps its entries.
    _update_notes(connection, [_note_row(one.file, None) for one in again if not one.date])
    _write_problems(connection, looked_at)


def _write_problems(connection: Connection, looked_at: Sequence[LookedAt]) -> None:
    ids = _note_ids(connection, (one.file.path for one in looked_at))
    for portion in portions(ids.values()):
        connection.execute(delete(problems).where(problems.c.note_id.in_(portion)))
    rows = [row for one in looked_at for row in _problem_rows(ids[one.file.path], one)]
    if rows:
        connection.execute(insert(problems), rows)


def _mark_gone(connection: Connection, paths: Iterable[str], now: datetime) -> None:
    for portion in portions(paths):
        connection.execute(update(notes).where(notes.c.path.in_(portion)).values(gone_at=now))


def _update_notes(connection: Connection, rows: Sequence[Row]) -> None:
    """Update the notes at these paths; all rows name the same columns."""
    if rows:
        statement = update(notes).where(notes.c.path == bindparam("at_path"))
        connection.execute(statement, [{"at_path": row["path"], **row} for row in rows])


def _note_ids(connection: Connection, paths: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for portion in portions(paths):
        rows = connection.execute(select(notes.c.path, notes.c.id).where(notes.c.path.in_(portion)))
        found |= {row.path: row.id for row in rows}
    return found


def _stamp_row(file: KnownNote) -> Row:
    return {"path": file.path, "size": file.size, "mtime_ns": file.mtime_ns}


def _note_row(file: KnownNote, date: NoteDate | None) -> Row:
    row = _stamp_row(file) | {
        "sha256": file.sha256,
        "parser_version": file.parser_version,
        "readable": file.readable,
        "gone_at": None,
    }
    return row | date_row(date) if date else row


def _problem_rows(note_id: int, one: LookedAt) -> Iterator[Row]:
    for position, problem in enumerate(one.problems):
        yield {
            "note_id": note_id,
            "position": position,
            "line": problem.line,
            "template": problem.reason.template,
            "sentence_values": json.dumps(dict(problem.reason.values), ensure_ascii=False, default=str),
            "notice": problem.notice,
        }
