"""The log by who and by kind of act.

Revision: 0010, after 0009.
"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make an index for each way to look for lines."""
    op.create_index("ix_acts_staff_id", "acts", ["staff_id", "id"])
    op.create_index("ix_acts_act", "acts", ["act", "id"])
