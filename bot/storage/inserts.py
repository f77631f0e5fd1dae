"""Insert rows unless they are there already, in the words of each database."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows that break no unique key; the others are left as they are."""
    if rows:
        connection.execute(_insert_or_ignore(connection.dialect.name, table), rows)


@cache
def _insert_or_ignore(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_or_update(connection: Connection, table: Table, row: Mapping[str, object], key: Sequence[str]) -> None:
    """Insert a row, or make the row with the same key like it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(row)))
