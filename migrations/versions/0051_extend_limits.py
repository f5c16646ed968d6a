"""Keep who asked for a longer limit, why, and who granted or refused it."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_for", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.UniqueConstraint("request_id", name=op.f("uq_extensions_request_id")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_extensions_{column}_{table}")
            )
            for column, table in (
                ("case_id", "cases"),
                ("task_id", "tasks"),
                ("request_id", "tasks"),
                ("asked_by", "users"),
                ("asked_for", "users"),
                ("decided_by", "users"),
            )
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_extensions_longer")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_extensions_two_people")),
        sa.CheckConstraint(
            "(is_granted IS NULL) = (decided_by IS NULL)", name=op.f("ck_extensions_decided")
        ),
    )
    op.create_index(op.f("ix_extensions_case_id"), "extensions", ["case_id"])
    op.create_index(
        "uq_extensions_step",
        "extensions",
        ["task_id"],
        unique=True,
        postgresql_where=sa.text("is_granted AND NOT is_whole"),
    )
    op.create_index(
        "uq_extensions_whole",
        "extensions",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("is_granted AND is_whole"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON extensions TO caseflow_app")
