"""Made-up rows for any tables: every column has a value that fits its type, every foreign key points to a row."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    select,
)

from bot.sentences import Sentence
from bot.storage.migrations import VERSION_TABLE
from bot.storage.tables.base import Instant, Said, Strings

START = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)
# What databases and files like to get wrong.
TEXTS = ("plain", "한글 “quoted” \\ \n\t line", "emoji 📰 e\u0301 \u2028 \x7f")


def fill(connection: Connection, tables: MetaData, rows: int) -> None:
    """Insert this many rows into every table, those that others point to first; the row about the whole stays one."""
    for table in tables.sorted_tables:
        if table.name in (VERSION_TABLE, "meta"):
            continue
        start = connection.scalar(select(func.count()).select_from(table)) or 0
        connection.execute(insert(table), [_row(table, number) for number in range(start + 1, start + rows + 1)])


def _row(table: Table, number: int) -> dict[str, object]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[object], number: int) -> object:
    if column.nullable and not column.primary_key and number % 3 == 0:
        return None
    match column.type:
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number
        case Date():
            return date(2024, 2, 29) + timedelta(days=number)
        case DateTime():
            moment = START + timedelta(hours=number)
            return moment if column.type.timezone else moment.replace(tzinfo=None)
        case Instant():
            return START + timedelta(hours=number)
        case Strings():
            return tuple(f"{text} {number}" for text in TEXTS[: number % 4])
        case Said():
            return Sentence("{reason} at {place}", {"reason": TEXTS[number % 3], "place": Sentence(f"here {number}")})
        case _:
            return _text(column, number)


def _text(column: Column[object], number: int) -> str:
    if column.foreign_keys or column.name == "id":
        return f"id{number}"
    short = getattr(column.type, "length", None) or 100
    return f"{number} {TEXTS[number % len(TEXTS)]}"[:short]
