"""How many a cancelled campaign had yet to plan.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Widen campaigns."""
    op.add_column(
        "campaigns", sa.Column("never_planned", sa.Integer(), nullable=False, server_default="0")
    )
