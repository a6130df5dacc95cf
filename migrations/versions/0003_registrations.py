"""Registrations, what registrants are told together, who took part in what, what was purged.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId, UtcDateTime

revision = "0003"
down_revision = "0002"

LIVE = sa.text("state <> 'cancelled'")
OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make the four tables."""
    _make_registrations()
    _make_notices()
    _make_purges()
    op.create_table(
        "involvements",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_involvements_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "event", "on", name=op.f("pk_involvements")),
    )


def _make_registrations() -> None:
    numbers = ("sequence", "response_sequence", "wording_id")
    moments = (
        "held_until",
        "waiting_since",
        "confirmed_at",
        "cancelled_at",
        "joined_at",
        "responded_at",
        "purged_at",
    )
    op.create_table(
        "registrations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("join_number", sa.Integer(), nullable=False),
        sa.Column("response", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in numbers),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in moments),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrences.id"],
            name=op.f("fk_registrations_occurrence_id_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_registrations_subscriber_id_subscribers"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["wordings.id"], name=op.f("fk_registrations_wording_id_wordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    op.create_index("ix_registrations_subscriber_id", "registrations", ["subscriber_id"])
    op.create_index("ix_registrations_seats", "registrations", ["occurrence_id", "state"])
    op.create_index(
        "uq_registrations_live",
        "registrations",
        ["occurrence_id", "subscriber_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _make_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_notices_occurrence_id_occurrences")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["event_changes.id"], name=op.f("fk_notices_change_id_event_changes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index("ix_notices_occurrence_id", "notices", ["occurrence_id"])
    op.create_index(
        "ix_notices_open", "notices", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def _make_purges() -> None:
    op.create_table(
        "purges",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrences.id"], name=op.f("fk_purges_occurrence_id_occurrences")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_purges")),
    )
