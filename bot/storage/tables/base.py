"""What all tables share: one catalogue with named constraints, and column types that both databases keep alike."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, Text
from sqlalchemy.types import TypeDecorator

from bot.sentences import Sentence

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: an aware datetime, stored and returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware datetime to UTC; SQLite keeps it as sortable text without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Strings(TypeDecorator[tuple[str, ...]]):
    """An ordered list of strings that is only ever read whole, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Write the strings as a JSON list."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Read the JSON list back."""
        return None if value is None else tuple(json.loads(value))


class Said(TypeDecorator[Sentence]):
    """A sentence, kept so that it can still be put in any language: its template, with its values as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sentence | None, dialect: Dialect) -> str | None:
        """Write the sentence as text."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sentence | None:
        """Read the sentence back."""
        return None if value is None else as_said(value)


def written(said: Sentence) -> str:
    """Write a sentence as text: its template alone where it has no values, else JSON."""
    return json.dumps(_described(said), ensure_ascii=False) if said.values else said.template


def as_said(text: str) -> Sentence:
    """Read a sentence as `written` wrote it; any other text is a sentence without values."""
    try:
        found = json.loads(text) if text.startswith("{") else None
    except ValueError:
        found = None
    return _sentence(found) if _is_described(found) else Sentence(text)


def _described(said: Sentence) -> dict[str, object]:
    return {"template": said.template, "values": {name: _kept(value) for name, value in said.values.items()}}


def _kept(value: object) -> object:
    match value:
        case Sentence():
            return _described(value)
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _is_described(found: object) -> bool:
    return isinstance(found, dict) and found.keys() == {"template", "values"} and isinstance(found["values"], dict)


def _sentence(found: Any) -> Sentence:
    values = {name: _sentence(value) if _is_described(value) else value for name, value in found["values"].items()}
    return Sentence(str(found["template"]), values)
