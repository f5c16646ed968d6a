"""Keep plans to carry running cases to another version, and moves to another step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _migrations()
    _lines()
    _moves()
    for table in ("case_migrations", "case_migration_lines", "case_moves"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO caseflow_app")
    for table in ("case_migrations", "case_moves"):
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO caseflow_app")


def _migrations() -> None:
    op.create_table(
        "case_migrations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("mapping", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverted_by", sa.BigInteger(), nullable=True),
        sa.Column("revert_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("decided_by <> planned_by", name=op.f("ck_case_migrations_two_people")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_case_migrations_two_versions")),
        *_keys(
            "case_migrations",
            ("from_id", "definitions"),
            ("to_id", "definitions"),
            ("planned_by", "users"),
            ("decided_by", "users"),
            ("reverted_by", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_migrations")),
    )
    op.create_index(
        "uq_case_migrations_one_open",
        "case_migrations",
        ["from_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('planned', 'running', 'reverting')"),
    )


def _lines() -> None:
    op.create_table(
        "case_migration_lines",
        sa.Column("migration_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("why", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lost", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_keys("case_migration_lines", ("migration_id", "case_migrations"), ("case_id", "cases")),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name=op.f("pk_case_migration_lines")),
    )
    op.create_index(
        "ix_case_migration_lines_status",
        "case_migration_lines",
        ["migration_id", "status", "case_id"],
    )


def _moves() -> None:
    op.create_table(
        "case_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("dropped", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_name", sa.Text(), nullable=False),
        sa.Column("target_name_en", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_case_moves_two_people")),
        *_keys("case_moves", ("case_id", "cases"), ("asked_by", "users"), ("decided_by", "users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_moves")),
    )
    op.create_index(op.f("ix_case_moves_case_id"), "case_moves", ["case_id"])
    op.create_index(
        "uq_case_moves_one_open",
        "case_moves",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in columns
    ]
