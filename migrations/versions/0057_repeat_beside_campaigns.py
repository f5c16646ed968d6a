"""Repeat answers in cases of no campaign."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("repeated_answers", "campaign_id", nullable=True)
