"""Campaigns for fewer than a topic; what each registrant knows of when their event takes place.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen campaigns and registrations."""
    op.add_column("campaigns", sa.Column("without_event", sa.String(length=64), nullable=True))
    op.add_column("campaigns", sa.Column("without_on", sa.Date(), nullable=True))
    op.add_column(
        "registrations",
        sa.Column("known", sa.String(length=100), nullable=False, server_default=""),
    )
    op.add_column(
        "campaigns", sa.Column("reached_by", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "occurrences",
        sa.Column("in_series", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        sa.text(
            "UPDATE occurrences SET in_series = (SELECT CAST(recurrence AS TEXT) <> '{}'"
            " FROM events WHERE events.id = occurrences.event_id)"
        )
    )
