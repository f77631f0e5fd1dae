"""Create what adapters remember."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NAMES = (("enterprise_name", 200), ("team_name", 200))
_BOT = (("bot_token", 200), ("bot_id", 32), ("bot_user_id", 32), ("bot_scopes", 1000), ("bot_refresh_token", 200))
_USER = (("user_token", 200), ("user_scopes", 1000), ("user_refresh_token", 200))
_WEBHOOK = tuple((f"incoming_webhook_{part}", 200) for part in ("url", "channel", "channel_id", "configuration_url"))


def upgrade() -> None:
    """Create the table of memories and those of the installation store."""
    op.create_table(
        "memories",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "key", "value")),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_memories"),
    )
    op.create_index("ix_memories_expires_at", "memories", ["expires_at"])
    _create_bots()
    _create_installations()
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("expire_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_oauth_states"),
    )


def _create_bots() -> None:
    op.create_table(
        "slack_bots",
        *_identity(),
        *_strings(*_NAMES, *_BOT),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_bots"),
    )
    op.create_index("slack_bots_idx", "slack_bots", ["client_id", "enterprise_id", "team_id", "installed_at"])


def _create_installations() -> None:
    op.create_table(
        "slack_installations",
        *_identity(),
        sa.Column("enterprise_url", sa.String(200)),
        *_strings(*_NAMES, *_BOT),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("user_id", sa.String(32), nullable=False),
        *_strings(*_USER, *_WEBHOOK),
        sa.Column("user_token_expires_at", sa.DateTime),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("token_type", sa.String(32)),
        sa.Column("installed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_installations"),
    )
    columns = ["client_id", "enterprise_id", "team_id", "user_id", "installed_at"]
    op.create_index("slack_installations_idx", "slack_installations", columns)


def _identity() -> "list[sa.Column[object]]":
    return [
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("app_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("team_id", sa.String(32)),
    ]


def _strings(*columns: tuple[str, int]) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.String(length)) for name, length in columns]
