"""The tables, one module a family; importing this package makes `metadata` complete."""

from bot.storage.tables.base import metadata
from bot.storage.tables.notes import arxiv_ids, entries, links, meta, notes, places, problems, relations, tags

__all__ = [
    "arxiv_ids",
    "entries",
    "links",
    "meta",
    "metadata",
    "notes",
    "places",
    "problems",
    "relations",
    "tags",
]
