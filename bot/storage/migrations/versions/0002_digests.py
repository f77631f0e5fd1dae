"""Create the digest family."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of channels, subscriptions and deliveries."""
    _create_channels()
    _create_subscriptions()
    _create_deliveries()
    _create_delivery_entries()
    _create_audit()
    _create_blocks()
    op.create_table(
        "heartbeats",
        sa.Column("runner", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("runner", name="pk_heartbeats"),
    )


def _create_channels() -> None:
    texts = ("platform", "workspace", "channel", "at", "zone", "weekdays", "language", "style")
    switches = ("previews", "post_empty", "on_this_day", "crosspost", "corrections")
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in switches),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("first_date", sa.Date, nullable=False),
        sa.Column("planned_through", sa.Date),
        sa.Column("next_due_at", _MOMENT),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("paused_until", sa.Date),
        sa.Column("resting_since", _MOMENT),
        sa.Column("tried_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("platform", "workspace", "channel", name="uq_channels_platform_workspace_channel"),
    )
    op.create_index("ix_channels_next_due_at", "channels", ["next_due_at"])


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "term", name="pk_subscriptions"),
        _of_channel("subscriptions"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("edition", sa.SmallInteger, nullable=False),
        sa.Column("part", sa.SmallInteger, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("wake_at", _MOMENT),
        sa.Column("attempt", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("payload", "payload_hash", "entries")),
        sa.Column("revision", sa.BigInteger),
        sa.Column("corrected", sa.BigInteger),
        *(sa.Column(name, _MOMENT) for name in ("first_sent_at", "last_sent_at", "settled_at")),
        *(sa.Column(name, sa.Text) for name in ("platform_message_id", "error_class", "error")),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "channel_id", "local_date", "edition", "part", name="uq_deliveries_channel_id_local_date_edition_part"
        ),
        _of_channel("deliveries"),
    )
    for column in ("state", "wake_at", "settled_at"):
        op.create_index(f"ix_deliveries_{column}", "deliveries", [column])
    op.create_index("ix_deliveries_channel_id_wake_at", "deliveries", ["channel_id", "wake_at"])


def _create_delivery_entries() -> None:
    op.create_table(
        "delivery_entries",
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "entry_id", name="pk_delivery_entries"),
        _of_channel("delivery_entries"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_entries_delivery_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_delivery_entries_delivery_id", "delivery_entries", ["delivery_id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("person", "action", "before", "after")),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        _of_channel("audit"),
    )
    op.create_index("ix_audit_channel_id", "audit", ["channel_id"])


def _create_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_blocks"),
    )


def _of_channel(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=f"fk_{table}_channel_id", ondelete="CASCADE")
