"""Name the file, paper or step of a reading and the reason of a refusal; keep the last look."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("file_reads", sa.Column("thing", sa.Text(), nullable=True))
    op.add_column("file_reads", sa.Column("why", sa.Text(), nullable=True))
    op.drop_constraint("uq_file_reads_case_id_user_id_what_on", "file_reads")
    op.create_unique_constraint(
        op.f("uq_file_reads_case_id_user_id_what_on_thing_why"),
        "file_reads",
        ["case_id", "user_id", "what", "on", "thing", "why"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_file_reads_case_id_id", "file_reads", ["case_id", "id"])
    op.create_table(
        "seen_cases",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_seen_cases_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_seen_cases_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "case_id", name=op.f("pk_seen_cases")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON seen_cases TO caseflow_app")
