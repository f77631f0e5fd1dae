"""The export file: JSON lines, a header, one line a row, and an end with the count and hash of each table."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, String, Table, Text
from sqlalchemy.types import TypeEngine

from bot.errors import UsageError
from bot.sentences import Sentence, sentence
from bot.storage.tables.base import Instant, Said, Strings, as_said, written

FORMAT = 1
_MOST = 2**63
_REVISION = re.compile("(?!0000)[0-9]{4}")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: the revision of the tables it was written from. `exported_at` is UTC, as ISO 8601."""

    revision: str
    version: str
    exported_at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table as it stands in the file, not yet decoded; `number` is 1-based."""

    number: int
    table: str
    row: Mapping[str, Any]


@dataclass
class Tally:
    """Count rows and hash them in their order."""

    rows: int = 0
    _hash: Any = field(default_factory=sha256)

    def add(self, row: Row) -> None:
        """Take one encoded row into account."""
        self.rows += 1
        self._hash.update(_canonical(row))

    def document(self) -> dict[str, object]:
        """Return what the end of the file says of a table."""
        return {"rows": self.rows, "sha256": self._hash.hexdigest()}


class Reader:
    """Read an export line by line; after the last one the file is known to be whole, and `end` is what it promised.

    `tallies` counts what was read of each table.
    """

    def __init__(self, lines: Iterable[str | bytes], name: str) -> None:
        self._lines = enumerate(lines, start=1)
        self._name = name
        self.tallies: dict[str, Tally] = {}
        self.end: Mapping[str, object] = {}
        self.header = self._read_header()

    def rows(self) -> Iterator[Line]:
        """Yield the rows. Raises UsageError for a line that is none, and for a file that isn't as it was written."""
        for number, text in self._lines:
            document = self._parse(number, text)
            if "end" in document:
                self._check_end(document["end"])
                return
            match document:
                case {"table": str(table), "row": dict(row)}:
                    self.tallies.setdefault(table, Tally()).add(row)
                    yield Line(number, table, row)
                case _:
                    raise self.refuse(number, sentence("it is not a row of a table"))
        raise UsageError(sentence("{file} ends too early. Export again; nothing was changed.", file=self._name))

    def refuse(self, number: int, reason: Sentence) -> UsageError:
        """Return the error that names a line."""
        return UsageError(
            sentence(
                "{file}, line {line}, can't be imported: {reason}. Nothing was changed.",
                file=self._name,
                line=number,
                reason=reason,
            )
        )

    def _read_header(self) -> Header:
        number, text = next(self._lines, (1, ""))
        match self._parse(number, text):
            case {"paperboy": "export", "format": 1, "revision": str(revision), "version": str(version), **rest}:
                if _REVISION.fullmatch(revision):
                    return Header(revision, version, str(rest.get("exported_at")))
            case {"paperboy": "export", "version": version}:
                raise UsageError(
                    sentence(
                        "{file} was written by Paperboy {version}. Update Paperboy first.",
                        file=self._name,
                        version=version,
                    )
                )
        raise self._no_export()

    def _parse(self, number: int, text: str | bytes) -> dict[str, Any]:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return document
        raise self._no_export() if number == 1 else self.refuse(number, sentence("it is not a JSON object"))

    def _no_export(self) -> UsageError:
        return UsageError(
            sentence("{file} is not an export of Paperboy. Make one with `paperboy export`.", file=self._name)
        )

    def _check_end(self, end: object) -> None:
        read = {table: tally.document() for table, tally in self.tallies.items()}
        promised = _promised(end)
        if promised != read:
            raise UsageError(
                sentence(
                    "{file} isn't as it was written: a count or a hash differs. Export again; nothing was changed.",
                    file=self._name,
                )
            )
        if next(self._lines, None) is not None:
            raise UsageError(
                sentence("{file} goes on after its end. Export again; nothing was changed.", file=self._name)
            )
        self.end = promised


def _promised(end: object) -> Mapping[str, object]:
    """Return what the end says of the tables that have rows; empty where it says nothing sensible."""
    named = end.items() if isinstance(end, dict) else ()
    return {table: each for table, each in named if not (isinstance(each, dict) and each.get("rows") == 0)}


def header_line(header: Header) -> str:
    """Write the first line."""
    named = {"revision": header.revision, "version": header.version, "exported_at": header.exported_at}
    return _dump({"paperboy": "export", "format": FORMAT, **named})


def row_line(table: str, row: Row) -> str:
    """Write a row."""
    return _dump({"table": table, "row": row})


def end_line(tallies: Mapping[str, Tally]) -> str:
    """Write the last line."""
    return _dump({"end": {table: tally.document() for table, tally in tallies.items()}})


def encode(row: Row) -> Row:
    """Turn a row of the database into what JSON has: instants with `Z`, dates, lists."""
    return {name: _encoded(value) for name, value in row.items()}


def decode(table: Table, omitted: frozenset[str], row: Row) -> dict[str, object]:
    """Turn a row of a file into values of a table's columns; raises ValueError naming the column."""
    columns = {column.name: column for column in table.columns if column.name not in omitted}
    if columns.keys() != row.keys():
        raise ValueError(", ".join(sorted(columns.keys() ^ row.keys())))
    return {name: _decoded(column, row[name]) for name, column in columns.items()}


def _encoded(value: object) -> object:
    match value:
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return moment.isoformat(timespec="microseconds") + ("Z" if value.tzinfo else "")
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case Sentence():
            return written(value)
        case _:
            return value


def _decoded(column: Column[Any], value: object) -> object:
    if value is None and column.nullable:
        return None
    try:
        return _fitting(column.type, value)
    except (ValueError, TypeError):
        raise ValueError(column.name) from None


def _fitting(kind: TypeEngine[Any], value: object) -> object:
    match kind, value:
        case Boolean(), bool():
            return value
        case Integer(), int() if not isinstance(value, bool) and -_MOST <= value < _MOST:
            return value
        case ((Instant() | DateTime()), str()):
            return _moment(kind, datetime.fromisoformat(value))
        case Date(), str():
            return date.fromisoformat(value)
        case Strings(), list() if all(isinstance(each, str) for each in value):
            return tuple(_storable(each) for each in value)
        case Said(), str():
            return as_said(_storable(value))
        case ((Text() | String()), str()):
            return _storable(value)
        case Text(), list():  # a list of strings in the tables of an older version, as they were found there
            return json.dumps(value, ensure_ascii=False)
    raise ValueError(value)


def _moment(kind: TypeEngine[Any], moment: datetime) -> datetime:
    """Fit an instant to a column: the plain DateTime of SQLite's own catalogue takes no zone."""
    keeps_zone = isinstance(kind, Instant) or bool(getattr(kind, "timezone", False))
    if moment.tzinfo is None:
        if keeps_zone:
            raise ValueError(moment)
        return moment
    return moment if keeps_zone else moment.astimezone(UTC).replace(tzinfo=None)


def _storable(text: str) -> str:
    text.encode()  # raises for half a surrogate pair, which no database takes
    return text


def _canonical(row: Row) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _dump(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"
