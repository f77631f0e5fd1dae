"""Write a filed entry, and its label, as compact JSON and read them back: an index answers without a database."""

import json
from datetime import date
from typing import Any

import orjson

from bot.model import Commentary, DateKind, Entry, FiledEntry, Label, NoteDate


def encode_entry(filed: FiledEntry) -> bytes:
    """Return an entry as UTF-8 JSON; lone surrogates survive as escapes."""
    entry = filed.entry
    fields: list[object] = [
        filed.id,
        filed.source,
        [filed.date.kind.value, _day_number(filed.date.start), _day_number(filed.date.end)],
        filed.copies,
        entry.title,
        entry.aliases,
        entry.authors,
        entry.abstract,
        entry.commentary.ko,
        entry.commentary.en,
        entry.links,
        entry.arxiv_ids,
        entry.mentioned_arxiv_ids,
        entry.tags,
        entry.relations,
        entry.lines,
    ]
    return _written(fields)


def decode_entry(encoded: bytes) -> FiledEntry:
    """Read an entry that `encode_entry` wrote; raises ValueError for anything else."""
    try:
        entry_id, source, (kind, start, end), copies, title, *rest = _loaded(encoded)
        return FiledEntry(
            id=entry_id,
            source=source,
            date=NoteDate(DateKind(kind), _day(start), _day(end)),
            entry=_entry(title, *rest),
            copies=tuple(copies),
        )
    except (TypeError, KeyError) as error:
        raise ValueError("not an encoded entry") from error


def label_of(filed: FiledEntry) -> Label:
    """Return the label of an entry."""
    entry, noted = filed.entry, filed.date
    return Label(
        filed.id, entry.title, entry.tags, next(iter(entry.authors), ""), len(entry.authors), noted.start, noted.end
    )


def encode_label(label: Label) -> bytes:
    """Return a label as UTF-8 JSON; lone surrogates survive as escapes."""
    days = _day_number(label.first_day), _day_number(label.last_day)
    return _written([label.id, label.title, label.tags, label.author, label.authors, *days])


def decode_label(encoded: bytes) -> Label:
    """Read a label that `encode_label` wrote; raises ValueError for anything else."""
    try:
        entry_id, title, tags, author, authors, first, last = _loaded(encoded)
        return Label(entry_id, title, tuple(tags), author, authors, _day(first), _day(last))
    except (TypeError, KeyError) as error:
        raise ValueError("not an encoded label") from error


def _written(fields: list[object]) -> bytes:
    try:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(fields, separators=(",", ":")).encode()


def _loaded(encoded: bytes) -> Any:
    try:
        return orjson.loads(encoded)
    except ValueError:  # an escaped lone surrogate
        return json.loads(encoded)


def _entry(
    title: str,
    aliases: list[str],
    authors: list[str],
    abstract: str | None,
    korean: list[str],
    english: list[str],
    links: list[str],
    arxiv_ids: list[str],
    mentioned_arxiv_ids: list[str],
    tags: list[str],
    relations: list[str],
    lines: list[int],
) -> Entry:
    first, last = lines
    return Entry(
        title=title,
        aliases=tuple(aliases),
        authors=tuple(authors),
        abstract=abstract,
        commentary=Commentary(ko=tuple(korean), en=tuple(english)),
        links=tuple(links),
        arxiv_ids=tuple(arxiv_ids),
        mentioned_arxiv_ids=tuple(mentioned_arxiv_ids),
        tags=tuple(tags),
        relations=tuple(relations),
        lines=(first, last),
    )


def _day_number(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)
