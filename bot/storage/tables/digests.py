"""The digest family: configured channels and what they want, the ledger of deliveries, who changed what."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import Instant, Said, Strings, metadata

# A channel with its schedule. `planned_through` is the last local date that has its row in the ledger;
# `next_due_at` is when the date after it is due, NULL while nothing is owed (no subscription, or a pause).
# `resting_since` is set while the platform refuses the channel, for `resting_reason`; `tried_at` is the last such
# refusal, NULL where it is to be tried again at once. `version` counts the changes to the channel or its rule, so that
# a reader knows whether what it has is today's.
channels = Table(
    "channels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("weekdays", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("style", Text, nullable=False),
    Column("previews", Boolean, nullable=False),
    Column("post_empty", Boolean, nullable=False),
    Column("on_this_day", Boolean, nullable=False),
    Column("crosspost", Boolean, nullable=False),
    Column("corrections", Boolean, nullable=False),
    Column("first_date", Date, nullable=False),
    Column("planned_through", Date),
    Column("next_due_at", Instant, index=True),
    Column("paused", Boolean, nullable=False),
    Column("paused_until", Date),
    Column("resting_since", Instant),
    Column("resting_reason", Said),
    Column("tried_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("platform", "workspace", "channel"),
)

# One term of a channel's rule, as it is typed: `all`, `#llm`, `#a+#b`, `-#survey`. `origin` is `person` or `settings`.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
    Column("term", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

# The ledger: one row for each message owed, before it is posted. `edition` is 0 for the daily digest and counts the
# extra ones an operator asks for; `part` is 0 for the message and counts its thread. Nobody touches an open row before
# `wake_at`: the due instant, the end of a wait, or the lease of whoever is sending; a settled row has none. `due_at` is
# the moment of the schedule, or that at which somebody asked for the date: from then on it may grow too old.
# `revision` is the revision of the notes it was composed from, `corrected` the one its message was last compared with
# after that; `entries` are the ids it holds, in order; `frame` is what its heading was made of (`bot.digest.frame`).
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("edition", SmallInteger, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("wake_at", Instant, index=True),
    Column("attempt", Integer, nullable=False),
    Column("payload", Text),
    Column("payload_hash", Text),
    Column("entries", Strings),
    Column("frame", Text),
    Column("revision", BigInteger),
    Column("corrected", BigInteger),
    Column("first_sent_at", Instant),
    Column("last_sent_at", Instant),
    Column("settled_at", Instant, index=True),
    Column("platform_message_id", Text),
    Column("error_class", Text),
    Column("error", Said),
    UniqueConstraint("channel_id", "local_date", "edition", "part"),
    Index(None, "channel_id", "wake_at"),
)

# An entry that a channel has been promised, written with the claim: a second delivery can't choose it again.
delivery_entries = Table(
    "delivery_entries",
    metadata,
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", Text, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Who changed what, when: rule and settings before and after, in the words of the commands.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)

# A workspace whose credentials the platform refuses: nothing is sent there until they are mended.
blocks = Table(
    "blocks",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("reason", Said, nullable=False),
)

# What is broken and has to be told to somebody, once: a row a workspace and cause, written before the message. Nobody
# touches it before `wake_at`, which is NULL once it has been told; the row goes when the cause is healed. `destination`
# is the address of the channel where it is told.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("destination", Text),
    Column("payload", Text),
    Column("attempt", Integer, nullable=False),
    Column("wake_at", Instant),
    Column("first_sent_at", Instant),
    Column("last_sent_at", Instant),
    Column("message_id", Text),
    UniqueConstraint("platform", "workspace", "cause"),
)

# When each runner last looked, so that `/digest status` can say whether anybody does.
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("runner", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
