"""Reports of campaigns as rows; where the deliveries of a batch begin and end.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId, UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables of reports, and tell each batch where its deliveries are."""
    op.add_column("batches", sa.Column("first_delivery", BigId, nullable=True))
    op.add_column("batches", sa.Column("last_delivery", BigId, nullable=True))
    _find_deliveries()
    op.create_index(
        "ix_deliveries_trouble",
        "deliveries",
        ["batch_id", "id"],
        sqlite_where=sa.text("state IN (5, 6, 7, 10)"),
        postgresql_where=sa.text("state IN (5, 6, 7, 10)"),
    )
    _report_table(
        "reports",
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("domains", sa.Integer(), nullable=False),
    )
    _report_table(
        "report_domains",
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        key=("position", "state"),
    )
    _report_table(
        "report_times",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        key=("at",),
    )
    _report_table(
        "report_failures",
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.SmallInteger(), nullable=True),
        sa.Column("enhanced", sa.String(length=11), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        key=("position",),
    )
    _report_table(
        "report_exclusions",
        sa.Column("reason", sa.SmallInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        key=("reason",),
    )


def _report_table(name: str, *columns: sa.Column[object], key: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("campaign_id", BigId, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f(f"fk_{name}_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("campaign_id", *key, name=op.f(f"pk_{name}")),
    )


def _find_deliveries() -> None:
    """Read all deliveries once, rather than once for each batch."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT batch_id, min(id), max(id) FROM deliveries WHERE stream = 1 GROUP BY batch_id"
        )
    ).all()
    for batch_id, first, last in found:
        connection.execute(
            sa.text("UPDATE batches SET first_delivery = :first WHERE id = :batch"),
            {"first": first, "batch": batch_id},
        )
        connection.execute(
            sa.text("UPDATE batches SET last_delivery = :last WHERE id = :batch AND planned_final"),
            {"last": last, "batch": batch_id},
        )
