"""What was looked at outside: links over the network, and letters by SpamAssassin.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "link_checks",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("final_url", sa.String(), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_checks")),
    )
    op.create_index(op.f("ix_link_checks_asked_at"), "link_checks", ["asked_at"])
    op.create_table(
        "spam_checks",
        sa.Column("edition", sa.String(length=130), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("sources", sa.String(length=64), nullable=False),
        sa.Column("installed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("limit", sa.Float(), nullable=False),
        sa.Column("rules", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("edition", "language", name=op.f("pk_spam_checks")),
    )
