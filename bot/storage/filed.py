"""Read entries back from their rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, select

from bot.model import Commentary, DateKind, Entry, FiledEntry, NoteDate
from bot.storage.chunks import portions
from bot.storage.tables import arxiv_ids, entries, links, notes, places, relations, tags

Strings = Mapping[str, tuple[str, ...]]


def read_filed(connection: Connection, ids: Iterable[str]) -> dict[str, FiledEntry]:
    """Return entries by id, living or dead, in the order asked for."""
    found: dict[str, FiledEntry] = {}
    for portion in portions(ids):
        here = _read_portion(connection, portion)
        found |= {identity: here[identity] for identity in portion if identity in here}
    return found


def read_date(row: RowMapping) -> NoteDate:
    """Return the date in a row of notes or entries."""
    return NoteDate(DateKind(row["kind"]), row["first_day"], row["last_day"])


def _read_portion(connection: Connection, ids: list[str]) -> dict[str, FiledEntry]:
    labels = {
        "links": _strings(connection, links, links.c.url, ids),
        "tags": _strings(connection, tags, tags.c.tag, ids),
        "relations": _strings(connection, relations, relations.c.target, ids),
        "arxiv_ids": _strings(connection, arxiv_ids, arxiv_ids.c.arxiv_id, ids, arxiv_ids.c.own),
        "mentioned_arxiv_ids": _strings(connection, arxiv_ids, arxiv_ids.c.arxiv_id, ids, ~arxiv_ids.c.own),
    }
    standing = _places(connection, ids)
    rows = connection.execute(select(entries).where(entries.c.id.in_(ids))).mappings()
    return {row["id"]: _build(row, labels, standing[row["id"]]) for row in rows}


def _strings(
    connection: Connection, table: Table, value: "Column[str]", ids: list[str], *only: ColumnElement[bool]
) -> Strings:
    query = select(table.c.entry_id, value).where(table.c.entry_id.in_(ids), *only)
    found: dict[str, list[str]] = defaultdict(list)
    for identity, string in connection.execute(query.order_by(table.c.entry_id, table.c.position)):
        found[identity].append(string)
    return {identity: tuple(strings) for identity, strings in found.items()}


def _places(connection: Connection, ids: list[str]) -> dict[str, list[tuple[str, int, int, int]]]:
    """Return path, position, first and last line of each place, sorted."""
    query = (
        select(places.c.entry_id, notes.c.path, places.c.position, places.c.first_line, places.c.last_line)
        .join(notes)
        .where(places.c.entry_id.in_(ids))
    )
    found = defaultdict(list)
    for identity, *place in connection.execute(query):
        found[identity].append(tuple(place))
    return {identity: sorted(standing) for identity, standing in found.items()}


def _build(row: RowMapping, labels: Mapping[str, Strings], standing: list[tuple[str, int, int, int]]) -> FiledEntry:
    source, _, first, last = standing[0]
    entry = Entry(
        title=row["title"],
        aliases=row["aliases"],
        authors=row["authors"],
        abstract=row["abstract"],
        commentary=Commentary(row["commentary_ko"], row["commentary_en"]),
        lines=(first, last),
        **{name: strings.get(row["id"], ()) for name, strings in labels.items()},
    )
    copies = sorted({path for path, *_ in standing} - {source})
    return FiledEntry(row["id"], source, read_date(row), entry, tuple(copies))
