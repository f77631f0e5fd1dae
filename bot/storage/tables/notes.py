"""The notes family: note files, entries with what identifies and labels them, and the row about the whole."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from bot.storage.tables.base import Instant, Strings, metadata

# One row. `revision` counts the changes to entries: what a derived index compares itself with.
meta = Table(
    "meta",
    metadata,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("database_id", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("analyser_version", Text),
)

# A file of the notes folder. `mtime_ns` is NULL while an edit could still hide in the same tick of the clock.
# A file that is gone keeps its row, so that its entries can still be told from where they came.
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("sha256", Text),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger),
    Column("parser_version", Integer, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("gone_at", Instant),
)

# What was wrong with a file or odd about it when it was last read; `template` and `values` are a Sentence.
problems = Table(
    "problems",
    metadata,
    Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line", Integer),
    Column("template", Text, nullable=False),
    Column("sentence_values", Text, nullable=False),
    Column("notice", Boolean, nullable=False),
)

# An entry outlives its text, its file and, as a tombstone with `gone_at`, its own absence.
# `digest` stands for its content and date, `title_key` for its title as compared; a tombstone that has faded has no
# digest and no words any more.
# `born` and `changed` are revisions.
entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False, index=True),
    Column("aliases", Strings, nullable=False),
    Column("authors", Strings, nullable=False),
    Column("abstract", Text),
    Column("commentary_ko", Strings, nullable=False),
    Column("commentary_en", Strings, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date, index=True),
    Column("first_seen_at", Instant, nullable=False),
    Column("born", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False, index=True),
    Column("gone_at", Instant),
)

# Where an entry is (or, for a tombstone, was last): in more than one file if they hold the very same entry.
places = Table(
    "places",
    metadata,
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, primary_key=True),
    Column("first_line", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
)

# Tags as written, and as compared.
tags = Table(
    "tags",
    metadata,
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("tag", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index(None, "folded", "entry_id"),
)

links = Table(
    "links",
    metadata,
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("url", Text, nullable=False),
)

# arXiv ids: the paper's own, and those its text mentions.
arxiv_ids = Table(
    "arxiv_ids",
    metadata,
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("own", Boolean, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("arxiv_id", Text, nullable=False, index=True),
)

# Targets of wiki links, as written.
relations = Table(
    "relations",
    metadata,
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("target", Text, nullable=False),
)
