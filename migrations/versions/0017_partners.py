"""Partners, and by whose embed somebody signed up or registered.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table, and widen sign-ups and registrations."""
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.UniqueConstraint("slug", name=op.f("uq_partners_slug")),
    )
    for table in ("signups", "registrations"):
        op.add_column(table, sa.Column("partner", sa.String(64), nullable=False, server_default=""))
