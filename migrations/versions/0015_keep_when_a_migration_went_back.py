"""Keep when a migration had gone back, beside when it was done."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_migrations", sa.Column("reverted_at", sa.DateTime(timezone=True)))
