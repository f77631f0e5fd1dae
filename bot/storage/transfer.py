"""Move everything a database holds into a file and back, between SQLite and PostgreSQL: nothing lost, or nothing done.

What is derived or passing stays behind: the search index, and who was running. The new database gets an id of its
own, so that an index fed from the old one is built anew.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError

from bot import __version__
from bot.errors import StorageError, UsageError
from bot.sentences import sentence
from bot.storage.backup import back_up
from bot.storage.chunks import portions
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import migrate, migrate_to
from bot.storage.migrations import HEAD
from bot.storage.tables import heartbeats, meta, metadata
from bot.storage.transfer_file import Header, Line, Reader, Row, Tally, decode, encode, end_line, header_line, row_line

LEFT_BEHIND = frozenset({heartbeats.name})
_OMITTED = {meta.name: frozenset({meta.c.database_id.name})}

Counts = Mapping[str, int]


def transferred() -> list[Table]:
    """Return the tables that are moved, those that others point to first."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND]


def export_lines(engine: Engine, now: datetime) -> Iterator[str]:
    """Yield the lines of an export, all of one moment of the database. Raises StorageError."""
    yield header_line(Header(HEAD, __version__, now.astimezone(UTC).isoformat()))
    tallies = {table.name: Tally() for table in transferred()}
    with snapshot(engine) as connection:
        for table in transferred():
            for row in _encoded_rows(connection, table):
                tallies[table.name].add(row)
                yield row_line(table.name, row)
    yield end_line(tallies)


def import_lines(engine: Engine, lines: Iterable[str | bytes], name: str, *, replace: bool = False) -> Counts:
    """Load an export into a database with today's tables and return the rows of each table.

    All of it in one transaction, compared with the file's hashes before it counts. A database that holds anything is
    refused unless `replace` says to empty it first; SQLite is copied before. An export of older tables is brought up
    to date on the way. Raises UsageError for a file that can't be imported, StorageError for a database that can't.
    """
    reader = Reader(lines, name)
    if reader.header.revision > HEAD:
        raise UsageError(
            sentence(
                "{file} was written by Paperboy {version}. Update Paperboy first.",
                file=name,
                version=reader.header.version,
            )
        )
    if reader.header.revision == HEAD:
        return _load_all(engine, reader, replace=replace)
    with _brought_up_to_date(reader) as newer:
        return _load_all(engine, Reader(newer, name), replace=replace)


def _load_all(engine: Engine, reader: Reader, *, replace: bool) -> Counts:
    with transaction(engine) as connection:
        if not _is_empty(connection):
            if not replace:
                raise UsageError(
                    sentence(
                        "The database holds something already. Import into an empty one, or add --replace to have"
                        " its contents replaced."
                    )
                )
            back_up(engine, "before-import")
        _empty(connection)
        _load(connection, metadata, reader)
        _set_sequences(connection)
        _compare(connection, reader)
    return {table: tally.rows for table, tally in reader.tallies.items()}


def _is_empty(connection: Connection) -> bool:
    tables = [table for table in transferred() if table is not meta]
    return not any(connection.scalar(select(exists(select(text("1")).select_from(table)))) for table in tables)


def _empty(connection: Connection) -> None:
    for table in reversed(transferred()):
        connection.execute(delete(table))


def _load(connection: Connection, tables: MetaData, reader: Reader) -> None:
    for table, lines in groupby(reader.rows(), key=lambda line: line.table):
        if table not in tables.tables:
            raise reader.refuse(next(lines).number, sentence("there is no table “{table}”", table=table))
        for portion in portions(lines):
            _insert(connection, tables.tables[table], portion, reader)


def _insert(connection: Connection, table: Table, lines: list[Line], reader: Reader) -> None:
    rows = [_decoded(table, line, reader) for line in lines]
    try:
        connection.execute(insert(table), rows)
    except (IntegrityError, DataError):
        # The driver's own words quote the row, which may hold a token.
        raise reader.refuse(
            lines[0].number,
            sentence("a row of “{table}” here or shortly after doesn't fit the database", table=table.name),
        ) from None


def _decoded(table: Table, line: Line, reader: Reader) -> dict[str, object]:
    try:
        row = decode(table, _OMITTED.get(table.name, frozenset()), line.row)
    except ValueError as error:
        reason = sentence("“{column}” of “{table}” doesn't fit", column=str(error), table=table.name)
        raise reader.refuse(line.number, reason) from None
    return row | {name: secrets.token_hex(8) for name in _OMITTED.get(table.name, ())}


def _compare(connection: Connection, reader: Reader) -> None:
    """Read everything back: what the database holds must be what the file says."""
    for table in transferred():
        tally = Tally()
        for row in _encoded_rows(connection, table):
            tally.add(row)
        if tally.rows and tally.document() != reader.end.get(table.name):
            raise StorageError(
                sentence(
                    "The rows of “{table}” didn't arrive as they are in the file. Nothing was changed.",
                    table=table.name,
                )
            )
    if connection.scalar(select(func.count()).select_from(meta)) != 1:
        raise reader.refuse(1, sentence("it says nothing about the whole (“meta”)"))


def _encoded_rows(connection: Connection, table: Table) -> Iterator[Row]:
    omitted = _OMITTED.get(table.name, frozenset())
    columns = [column for column in table.columns if column.name not in omitted]
    query = select(*columns).order_by(*_in_byte_order(table, connection.dialect.name))
    result = connection.execution_options(yield_per=1000).execute(query)
    for row in result.mappings():
        yield encode(dict(row))


def _in_byte_order(table: Table, dialect: str) -> list[ColumnElement[Any]]:
    """Order by the key as SQLite does: PostgreSQL would follow its locale."""
    return [
        column.collate("C") if dialect == "postgresql" and isinstance(column.type, String) else column
        for column in table.primary_key
    ]


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the loaded ones."""
    if connection.dialect.name != "postgresql":
        return
    for table in transferred():
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            last = select(func.max(column)).scalar_subquery()
            connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


@contextmanager
def _brought_up_to_date(reader: Reader) -> Iterator[Iterator[str]]:
    """Load an export of older tables into a passing SQLite database, migrate that, and export it again."""
    with TemporaryDirectory(prefix="paperboy-") as folder:
        staging = open_engine(Path(folder) / "staging.db")
        try:
            migrate_to(staging, reader.header.revision)
            older = MetaData()
            older.reflect(staging)
            with transaction(staging) as connection:
                connection.execute(delete(older.tables[meta.name]))
                _load(connection, older, reader)
            migrate(staging)
            yield export_lines(staging, datetime.now(UTC))
        finally:
            staging.dispose()
