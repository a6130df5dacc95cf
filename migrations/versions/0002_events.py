"""Events: status, series, registration, and changes that wait for their release.

Revision: 0002, after 0001.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId, UtcDateTime

revision = "0002"
down_revision = "0001"

OPEN = "released_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    """Widen events, and give each that is there its one occurrence."""
    _widen_events()
    _make_occurrences()
    _make_changes()
    op.execute(
        sa.text(
            "INSERT INTO occurrences"
            " (event_id, original, first_start, day, starts_at, ends_at, status, sequence)"
            " SELECT id, date, starts_at, date, starts_at, ends_at, 'confirmed', 0 FROM events"
        )
    )
    op.execute(sa.text("UPDATE events SET registration = 'external' WHERE registration_url <> ''"))


def _widen_events() -> None:
    words = {"online_url": "", "recording_url": "", "slides_url": ""}
    values = {"recurrence": "{}", "announced": "{}", "interpretation": "[]", "questions": "[]"}
    numbers = {"closes_minutes": "0", "sequence": "0"}
    columns: list[sa.Column[Any]] = [
        sa.Column("status", sa.String(10), nullable=False, server_default="confirmed"),
        sa.Column("registration", sa.String(10), nullable=False, server_default="none"),
        sa.Column("wait_list", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("reminders", sa.JSON(), nullable=False, server_default="[1440, 60]"),
        *(sa.Column(n, sa.String(), nullable=False, server_default=v) for n, v in words.items()),
        *(sa.Column(n, sa.JSON(), nullable=False, server_default=v) for n, v in values.items()),
        *(sa.Column(n, sa.Integer(), nullable=False, server_default=v) for n, v in numbers.items()),
        *(sa.Column(n, sa.Integer(), nullable=True) for n in ("capacity", "retention_days")),
        *(
            sa.Column(n, UtcDateTime(), nullable=True)
            for n in ("previous_start", "expanded_until", "changed_at")
        ),
    ]
    for column in columns:
        op.add_column("events", column)


def _make_occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", BigId, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("original", sa.Date(), nullable=False),
        sa.Column("first_start", UtcDateTime(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_occurrences_event_id_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("event_id", "original", name=op.f("uq_occurrences_event_id_original")),
    )
    op.create_index(op.f("ix_occurrences_day"), "occurrences", ["day"], unique=False)


def _make_changes() -> None:
    op.create_table(
        "event_changes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_changes_event_id_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_changes")),
    )
    op.create_index(op.f("ix_event_changes_event_id"), "event_changes", ["event_id"], unique=False)
    op.create_index(
        "uq_event_changes_open",
        "event_changes",
        ["event_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
