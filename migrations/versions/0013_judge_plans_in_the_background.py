"""Count a plan that is still being judged among the open ones of its version."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_case_migrations_one_open", "case_migrations")
    op.create_index(
        "uq_case_migrations_one_open",
        "case_migrations",
        ["from_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('judging', 'planned', 'running', 'reverting')"),
    )
