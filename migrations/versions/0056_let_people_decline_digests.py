"""Let people decline the daily digest of notices, and hold it to one for a person and day."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column("wants_digest", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.create_index(
        "uq_outbox_digest",
        "outbox",
        [sa.text("(payload ->> 'user')"), sa.text("(payload ->> 'on')")],
        unique=True,
        postgresql_where=sa.text("topic = 'digest'"),
    )
