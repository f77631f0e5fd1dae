"""Read what a refresh decides from: files and entries in light form, and the entries a fresh one may carry on."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from sqlalchemy import ColumnElement, Connection, Select, select

from bot.notes.identity import title_key
from bot.notes.problems import Problem
from bot.notes.records import FreshEntry, KnownEntry, KnownNote, Place
from bot.notes.store import Memory
from bot.sentences import Sentence
from bot.storage.chunks import portions
from bot.storage.filed import read_date
from bot.storage.tables import arxiv_ids, entries, meta, notes, places, problems


def recall(connection: Connection) -> Memory:
    """Return every note that is not gone, and the revision."""
    columns = (notes.c.path, notes.c.size, notes.c.mtime_ns, notes.c.sha256, notes.c.parser_version, notes.c.readable)
    rows = connection.execute(select(*columns).where(notes.c.gone_at.is_(None)))
    return Memory(read_revision(connection), {row.path: KnownNote(*row) for row in rows})


def read_revision(connection: Connection) -> int:
    """Return how often the notes have changed in this database."""
    return int(connection.execute(select(meta.c.revision)).scalar_one())


def read_problems(connection: Connection) -> list[Problem]:
    """Return what was wrong or odd when each file was last read."""
    query = (
        select(notes.c.path, problems)
        .join(notes)
        .where(notes.c.gone_at.is_(None))
        .order_by(notes.c.path, problems.c.position)
    )
    return [
        Problem(row.path, row.line, Sentence(row.template, json.loads(row.sentence_values)), row.notice)
        for row in connection.execute(query)
    ]


def known_entries(connection: Connection, paths: Set[str], fresh: Sequence[FreshEntry]) -> list[KnownEntry]:
    """Return the entries of these files, those word for word like a fresh one, and the dead that name its paper."""
    if connection.scalar(select(entries.c.id).limit(1)) is None:
        return []
    dead = entries.c.gone_at.is_not(None)
    by_paper = select(arxiv_ids.c.entry_id).join(entries).where(arxiv_ids.c.own, dead)
    found = _ids(connection, select(places.c.entry_id).join(notes), notes.c.path, paths)
    found |= _ids(connection, select(entries.c.id), entries.c.digest, (new.digest for new in fresh))
    titles = {title_key(new.entry.title) for new in fresh}
    found |= _ids(connection, select(entries.c.id).where(dead), entries.c.title_key, titles)
    papers = {arxiv_id for new in fresh for arxiv_id in new.entry.arxiv_ids}
    found |= _ids(connection, by_paper, arxiv_ids.c.arxiv_id, papers)
    return _read_known(connection, sorted(found))


def _ids(
    connection: Connection, query: "Select[tuple[str]]", column: ColumnElement[str], values: Iterable[str]
) -> set[str]:
    found: set[str] = set()
    for portion in portions(values):
        found.update(connection.scalars(query.where(column.in_(portion))))
    return found


def _read_known(connection: Connection, ids: Sequence[str]) -> list[KnownEntry]:
    found = []
    for portion in portions(ids):
        standing = _places(connection, portion)
        rows = connection.execute(select(entries).where(entries.c.id.in_(portion)).order_by(entries.c.id)).mappings()
        found += [
            KnownEntry(
                id=row["id"],
                digest=row["digest"],
                title_key=row["title_key"],
                date=read_date(row),
                places=tuple(sorted(standing[row["id"]])),
                born=row["born"],
                gone=row["gone_at"] is not None,
                aliases=row["aliases"],
            )
            for row in rows
        ]
    return found


def _places(connection: Connection, ids: Sequence[str]) -> dict[str, list[Place]]:
    query = select(places, notes.c.path).join(notes).where(places.c.entry_id.in_(ids))
    standing = defaultdict(list)
    for row in connection.execute(query):
        standing[row.entry_id].append(Place(row.path, row.position, (row.first_line, row.last_line)))
    return standing
