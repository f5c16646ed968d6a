"""Remember which doubts a case handed on to a case that it opened, and what it had found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_doubts",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("warning_id", sa.BigInteger(), nullable=False),
        sa.Column("next_case_id", sa.BigInteger(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "warning_id", name=op.f("pk_former_doubts")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_former_doubts_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["warning_id"],
            ["tax_warnings.id"],
            name=op.f("fk_former_doubts_warning_id_tax_warnings"),
        ),
        sa.ForeignKeyConstraint(
            ["next_case_id"], ["cases.id"], name=op.f("fk_former_doubts_next_case_id_cases")
        ),
    )
    op.create_index(op.f("ix_former_doubts_warning_id"), "former_doubts", ["warning_id"])
    op.execute("GRANT SELECT, INSERT ON former_doubts TO caseflow_app")
    op.add_column(
        "referrals",
        sa.Column("said", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
