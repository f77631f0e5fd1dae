"""Let entries fade that have been gone for long: their words go, what tells them from others stays.

A tombstone is never deleted. Its id, title, date and arXiv ids are what a note that comes back is known by, so that
no channel gets it again; the search index learns from it that an entry is gone.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.storage.chunks import portions
from bot.storage.tables import arxiv_ids, entries, links, relations, tags

# Whoever moves a folder away for a season gets it back as it was.
WORDS_KEPT = timedelta(days=180)
# The digest of no content: nothing is word for word like a faded entry, so what comes back is written anew.
FADED = ""


def fade(connection: Connection, now: datetime) -> int:
    """Take the words of entries that have been gone for half a year; returns how many."""
    old = entries.c.gone_at < now - WORDS_KEPT
    ids = connection.scalars(select(entries.c.id).where(old, entries.c.digest != FADED)).all()
    bare = {"digest": FADED, "aliases": (), "authors": (), "abstract": None, "commentary_ko": (), "commentary_en": ()}
    for portion in portions(ids):
        connection.execute(update(entries).where(entries.c.id.in_(portion)).values(bare))
        for table in (tags, links, relations):
            connection.execute(delete(table).where(table.c.entry_id.in_(portion)))
        mentioned = delete(arxiv_ids).where(~arxiv_ids.c.own, arxiv_ids.c.entry_id.in_(portion))
        connection.execute(mentioned)
    return len(ids)
