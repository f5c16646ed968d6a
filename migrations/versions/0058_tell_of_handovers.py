"""Tell people of handovers of households, with how many open cases went along."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handover_takers", sa.Column("cases", sa.Integer(), nullable=True))
    op.add_column("notices", sa.Column("handover_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_handover_id_handovers"), "notices", "handovers", ["handover_id"], ["id"]
    )
    op.alter_column("notices", "case_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_notices_about"), "notices", "(case_id IS NULL) <> (handover_id IS NULL)"
    )
