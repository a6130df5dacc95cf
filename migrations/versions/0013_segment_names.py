"""The name of a campaign's segment in every language, as it was when the campaign was frozen.

Revision: 0013, after 0012.

What was scheduled before keeps the one name that was frozen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Widen the campaigns."""
    op.add_column(
        "campaigns",
        sa.Column("segment_names", sa.JSON(), nullable=False, server_default="{}"),
    )
