"""Find events by how their hash begins; tell papers kept while typing from those saved."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_events_hash", "record_events", [sa.text("substring(hash, 1, 3)")])
    op.add_column(
        "working_paper_versions",
        sa.Column("is_auto", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
