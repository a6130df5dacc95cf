"""What each translation of an edition is based on; what an edition said when it was scheduled.

Revision: 0011, after 0010.

Hashes are of smaller pieces than before: `[]` lets the next sync of an edition count them anew, and
`{}` takes each translation as up to date with its source until then.
"""

import sqlalchemy as sa
from alembic import op

from outreach.db.rows import BigId

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Widen the translations of editions, and make the table of snapshots."""
    op.add_column(
        "edition_translations",
        sa.Column("based_on", sa.JSON(), nullable=False, server_default="{}"),
    )
    op.execute(sa.text("UPDATE edition_translations SET block_hashes = '[]'"))
    op.create_table(
        "edition_snapshots",
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("preheader", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_edition_snapshots_campaign_id_campaigns"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "language", name=op.f("pk_edition_snapshots")),
    )
