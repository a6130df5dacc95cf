"""Segments, tags and the type of an organisation; whom a campaign was frozen for.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make two tables and four columns."""
    op.add_column(
        "subscribers",
        sa.Column("organisation_type", sa.String(length=64), nullable=False, server_default=""),
    )
    op.create_table(
        "subscriber_tags",
        sa.Column("subscriber_id", BigId, nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_subscriber_tags_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "tag", name=op.f("pk_subscriber_tags")),
    )
    op.create_index(op.f("ix_subscriber_tags_tag"), "subscriber_tags", ["tag"])
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("descriptions", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=4), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("slug", name=op.f("uq_segments_slug")),
    )
    op.add_column(
        "campaigns",
        sa.Column("segment_slug", sa.String(length=64), nullable=False, server_default=""),
    )
    op.add_column(
        "campaigns",
        sa.Column("segment_title", sa.String(length=300), nullable=False, server_default=""),
    )
    op.add_column("campaigns", sa.Column("segment_rule", sa.JSON(), nullable=True))
