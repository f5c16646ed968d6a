"""Tie what was done about a finding to that finding: its run, and what it said."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows from before know neither, and settle nothing any more: they are looked at anew.
    op.add_column("repairs", sa.Column("run_id", sa.BigInteger(), nullable=True))
    op.add_column("repairs", sa.Column("finding_sha256", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_repairs_run_id_self_checks"), "repairs", "self_checks", ["run_id"], ["id"]
    )
