"""Tests of editions: to whom, as whom, and what the texts were.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId, UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "edition_tests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("occasion_id", BigId, nullable=False),
        sa.Column("batch_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("reader", sa.String(length=20), nullable=False),
        sa.Column("subscriber", BigId, nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("mails", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_edition_tests_occasion_id_occasions")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_edition_tests_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_tests")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_edition_tests_batch_id")),
    )
    op.create_index(op.f("ix_edition_tests_occasion_id"), "edition_tests", ["occasion_id"])
