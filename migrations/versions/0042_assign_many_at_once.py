"""Keep what a head has assigned at once, so that it can be taken back at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", JSONB(), nullable=False),
        sa.Column("failed", JSONB(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_assignments")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_bulk_assignments_user_id_users")
        ),
    )
    op.create_index(op.f("ix_bulk_assignments_user_id"), "bulk_assignments", ["user_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON bulk_assignments TO caseflow_app")
