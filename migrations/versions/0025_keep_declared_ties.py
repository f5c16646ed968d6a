"""Keep the ties to a case that people declare at any time, and who steps in for one recused."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recusals", sa.Column("replaced_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_recusals_replaced_by_users"), "recusals", "users", ["replaced_by"], ["id"]
    )
    op.create_check_constraint(op.f("ck_recusals_two_people"), "recusals", "user_id <> replaced_by")
    op.create_index(op.f("ix_recusals_replaced_by"), "recusals", ["replaced_by"])
    op.create_table(
        "recusal_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tie", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.BigInteger(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'recused', 'kept')", name=op.f("ck_recusal_requests_status")
        ),
        sa.CheckConstraint(
            "decided_by <> user_id", name=op.f("ck_recusal_requests_not_self_decided")
        ),
        sa.CheckConstraint(
            "(status = 'waiting') = (decided_at IS NULL)", name=op.f("ck_recusal_requests_decided")
        ),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 500", name=op.f("ck_recusal_requests_note")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_recusal_requests_{column}_{table}")
            )
            for column, table in (
                ("case_id", "cases"),
                ("user_id", "users"),
                ("declared_by", "users"),
                ("decided_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal_requests")),
    )
    op.create_index(op.f("ix_recusal_requests_case_id"), "recusal_requests", ["case_id"])
    op.create_index(op.f("ix_recusal_requests_user_id"), "recusal_requests", ["user_id"])
    op.create_index(
        "uq_recusal_requests_waiting",
        "recusal_requests",
        ["case_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON recusal_requests TO caseflow_app")
    op.execute("GRANT USAGE ON SEQUENCE recusal_requests_id_seq TO caseflow_app")
