"""Campaigns by everybody's own time, with a plan for missing languages and a first wave.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Widen campaigns."""
    op.add_column(
        "campaigns",
        sa.Column("local_time", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("campaigns", sa.Column("start_at", UtcDateTime(), nullable=True))
    op.add_column("campaigns", sa.Column("missing", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "campaigns",
        sa.Column("canary", sa.String(length=10), nullable=False, server_default="none"),
    )
    for name in ("canary_size", "canary_share"):
        op.add_column(
            "campaigns", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )
    op.add_column("campaigns", sa.Column("canary_at", UtcDateTime(), nullable=True))
