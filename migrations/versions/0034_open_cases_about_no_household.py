"""Let a case be about something else than a household: a plan, a directive, a request."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("title", sa.Text(), nullable=True))
    op.alter_column("cases", "taxpayer_id", existing_type=sa.BigInteger(), nullable=True)
    op.create_check_constraint(
        op.f("ck_cases_about"), "cases", "(taxpayer_id IS NULL) = (title IS NOT NULL)"
    )
