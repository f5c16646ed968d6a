"""Keep for which trades the holder of a post is certified."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("trades", JSONB(), nullable=True))
