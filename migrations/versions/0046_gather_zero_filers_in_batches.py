"""Keep which waiting cases of zero filers a batch holds."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("line_case_id", sa.BigInteger(), nullable=False),
        sa.Column("left_out_reason", sa.Text(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_reason", sa.Text(), nullable=True),
        sa.Column("is_sampled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("open_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_lines")),
        *(
            sa.ForeignKeyConstraint([name], ["cases.id"], name=op.f(f"fk_batch_lines_{name}_cases"))
            for name in ("case_id", "line_case_id")
        ),
        sa.UniqueConstraint("case_id", "line_case_id", name="uq_batch_lines_case_id_line_case_id"),
    )
    op.create_index(
        "uq_batch_lines_one_batch",
        "batch_lines",
        ["line_case_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL AND left_out_reason IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON batch_lines TO caseflow_app")
