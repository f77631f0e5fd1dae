"""Remember with which revision of the notes a posted digest was last compared."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nothing posted so far has been compared."""
    op.add_column("deliveries", sa.Column("corrected", sa.BigInteger))
