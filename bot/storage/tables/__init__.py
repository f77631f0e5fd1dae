"""The tables, one module a family; importing this package makes `metadata` complete."""

from bot.storage.tables.base import metadata
from bot.storage.tables.digests import (
    alerts,
    audit,
    blocks,
    channels,
    deliveries,
    delivery_entries,
    heartbeats,
    subscriptions,
)
from bot.storage.tables.notes import arxiv_ids, entries, links, meta, notes, places, problems, relations, tags
from bot.storage.tables.remembered import memories, slack_bots, slack_installations, slack_oauth_states

__all__ = [
    "alerts",
    "arxiv_ids",
    "audit",
    "blocks",
    "channels",
    "deliveries",
    "delivery_entries",
    "entries",
    "heartbeats",
    "links",
    "memories",
    "meta",
    "metadata",
    "notes",
    "places",
    "problems",
    "relations",
    "slack_bots",
    "slack_installations",
    "slack_oauth_states",
    "subscriptions",
    "tags",
]
