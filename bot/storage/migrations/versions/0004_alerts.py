"""Keep why a channel rests, what a digest's heading was made of, and what somebody has been told of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table of alerts, and the columns of reasons and frames."""
    op.add_column("channels", sa.Column("resting_reason", sa.Text))
    op.add_column("deliveries", sa.Column("frame", sa.Text))
    op.create_table(
        "alerts",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "platform", "workspace", "cause")),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("destination", sa.Text),
        sa.Column("payload", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False),
        *(sa.Column(name, _MOMENT) for name in ("wake_at", "first_sent_at", "last_sent_at")),
        sa.Column("message_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("platform", "workspace", "cause", name="uq_alerts_platform_workspace_cause"),
    )
