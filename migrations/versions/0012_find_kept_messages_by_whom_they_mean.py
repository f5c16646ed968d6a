"""Find the kept messages that mean a case by index, however many are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_messages_kept_correlation",
        "messages",
        ["correlation"],
        postgresql_using="gin",
        postgresql_ops={"correlation": "jsonb_path_ops"},
        postgresql_where=sa.text("status = 'kept'"),
    )
