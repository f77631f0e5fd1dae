"""What adapters remember: small texts under keys, and the installations that a platform's own library keeps."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text

from bot.storage.tables.base import Instant, metadata

# One small text an adapter remembers: an event it has seen, a person's locale. `expires_at` is NULL for good.
memories = Table(
    "memories",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Instant, index=True),
)

_NAMES = (("enterprise_name", 200), ("team_name", 200))
_BOT = (("bot_token", 200), ("bot_id", 32), ("bot_user_id", 32), ("bot_scopes", 1000), ("bot_refresh_token", 200))

# The three tables of a platform library's installation store, column for column as that library writes them
# (local times without a zone among them); nothing of ours reads or writes them.
slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("team_id", String(32)),
    *(Column(name, String(length)) for name, length in (*_NAMES, *_BOT)),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)

_USER = (("user_token", 200), ("user_scopes", 1000), ("user_refresh_token", 200))
_WEBHOOK = tuple((f"incoming_webhook_{part}", 200) for part in ("url", "channel", "channel_id", "configuration_url"))

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_url", String(200)),
    Column("team_id", String(32)),
    *(Column(name, String(length)) for name, length in (*_NAMES, *_BOT)),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", String(32), nullable=False),
    *(Column(name, String(length)) for name, length in (*_USER, *_WEBHOOK)),
    Column("user_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("token_type", String(32)),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
)

slack_oauth_states = Table(
    "slack_oauth_states",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(200), nullable=False),
    Column("expire_at", DateTime, nullable=False),
)
