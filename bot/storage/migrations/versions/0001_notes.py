"""Create the notes family."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables of notes and entries, and name this database."""
    _create_meta()
    _create_notes()
    _create_entries()
    _create_places()
    _create_labels()


def _create_meta() -> None:
    meta = op.create_table(
        "meta",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("database_id", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("analyser_version", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_meta"),
        sa.CheckConstraint("id = 1", name=op.f("ck_meta_one_row")),
    )
    op.bulk_insert(meta, [{"id": 1, "database_id": secrets.token_hex(8), "revision": 0, "analyser_version": None}])


def _create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("sha256", sa.Text),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger),
        sa.Column("parser_version", sa.Integer, nullable=False),
        sa.Column("readable", sa.Boolean, nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.UniqueConstraint("path", name="uq_notes_path"),
    )
    op.create_table(
        "problems",
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("sentence_values", sa.Text, nullable=False),
        sa.Column("notice", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("note_id", "position", name="pk_problems"),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name="fk_problems_note_id", ondelete="CASCADE"),
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_key", sa.Text, nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("abstract", sa.Text),
        sa.Column("commentary_ko", sa.Text, nullable=False),
        sa.Column("commentary_en", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("born", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    for column in ("digest", "title_key", "last_day", "changed"):
        op.create_index(f"ix_entries_{column}", "entries", [column])


def _create_places() -> None:
    op.create_table(
        "places",
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("first_line", sa.Integer, nullable=False),
        sa.Column("last_line", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "note_id", "position", name="pk_places"),
        _of_entry("places"),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name="fk_places_note_id", ondelete="CASCADE"),
    )
    op.create_index("ix_places_note_id", "places", ["note_id"])


def _create_labels() -> None:
    _create_label("tags", sa.Column("tag", sa.Text, nullable=False), sa.Column("folded", sa.Text, nullable=False))
    op.create_index("ix_tags_folded_entry_id", "tags", ["folded", "entry_id"])
    _create_label("links", sa.Column("url", sa.Text, nullable=False))
    _create_label("relations", sa.Column("target", sa.Text, nullable=False))
    op.create_table(
        "arxiv_ids",
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("arxiv_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "own", "position", name="pk_arxiv_ids"),
        _of_entry("arxiv_ids"),
    )
    op.create_index("ix_arxiv_ids_arxiv_id", "arxiv_ids", ["arxiv_id"])


def _create_label(name: str, *columns: sa.Column[str]) -> None:
    op.create_table(
        name,
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("entry_id", "position", name=f"pk_{name}"),
        _of_entry(name),
    )


def _of_entry(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=f"fk_{table}_entry_id", ondelete="CASCADE")
