"""The state of each subscription in an index, to count a topic without its rows.

Revision: 0016, after 0015.
"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_subscriptions_states", "subscriptions", ["topic_id", "subscriber_id", "state"]
    )
