"""Campaigns about an event: who takes part in it is left out; only who was invited is told.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let a campaign be for fewer than all who have its topic."""
    op.add_column("campaigns", sa.Column("without_event", sa.String(length=64), nullable=True))
    op.add_column("campaigns", sa.Column("without_on", sa.Date(), nullable=True))
    op.add_column(
        "campaigns", sa.Column("reached_by", sa.JSON(), nullable=False, server_default="[]")
    )
