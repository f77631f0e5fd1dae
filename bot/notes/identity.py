"""What an entry is known by: a digest of its content, its title as compared, and a lasting id for a new one."""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Container
from itertools import count

from bot.model import Entry, NoteDate

_LONGEST_KEY = 200  # letters of a title that are compared; PostgreSQL can't index a line of prose taken for one
_ID_LETTERS = 12  # 60 bits: among a million entries one collision in two million, and that one is stepped over


def content_digest(entry: Entry) -> str:
    """Return a digest of everything the writer wrote in an entry; where it stands and its file's name don't count."""
    content = (
        entry.title,
        entry.authors,
        entry.abstract,
        entry.commentary.ko,
        entry.commentary.en,
        entry.links,
        entry.arxiv_ids,
        entry.mentioned_arxiv_ids,
        entry.tags,
        entry.relations,
    )
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def title_key(title: str) -> str:
    """Return a title as compared: letters and digits alone, folded.

    It goes into ids and into the database, so it must never change; that is why it is not the search's analyser.
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    bare = "".join(letter for letter in folded if letter.isalnum())
    return (bare or folded.strip())[:_LONGEST_KEY]


def new_id(entry: Entry, date: NoteDate, taken: Container[str]) -> str:
    """Return an id for an entry never seen before, one that no other entry has or had.

    Two indexes of the same notes agree on it, since it comes from the paper and the day it was noted.
    """
    paper = entry.arxiv_ids[0] if entry.arxiv_ids else title_key(entry.title)
    day = date.start.isoformat() if date.start else ""
    return next(found for number in count() if (found := _spell(f"{paper}\n{day}\n{number}")) not in taken)


def _spell(key: str) -> str:
    return "e" + base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:_ID_LETTERS].lower()
