"""Subscribers by country, for the public holidays on a day and for segments.

Revision: 0014, after 0013.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_subscribers_country"), "subscribers", ["country"])
