"""Insert rows unless they are there already, in the words of each database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    DialectInsert = postgresql.Insert | sqlite.Insert


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows that break no unique key; the others are left as they are."""
    if rows:
        connection.execute(_insert_or_ignore(connection.dialect.name, table), rows)


def insert_into(dialect: str, table: Table) -> "DialectInsert":
    """Return an insert that knows what to do on conflict; PostgreSQL's costs a start time, so SQLite goes without."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)


@cache
def _insert_or_ignore(dialect: str, table: Table) -> "DialectInsert":
    return insert_into(dialect, table).on_conflict_do_nothing()


def insert_or_update(connection: Connection, table: Table, row: Mapping[str, object], key: Sequence[str]) -> None:
    """Insert a row, or make the row with the same key like it."""
    statement = insert_into(connection.dialect.name, table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(row)))
