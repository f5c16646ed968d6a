"""Let heads hand over households, with the open cases that go along and who has confirmed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def _tied(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("giver_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.Column("loads", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        _tied("handovers", "unit_id", "units"),
        _tied("handovers", "giver_id", "users"),
        _tied("handovers", "done_by", "users"),
    )
    op.create_index(op.f("ix_handovers_unit_id"), "handovers", ["unit_id"])
    op.create_index(op.f("ix_handovers_giver_id"), "handovers", ["giver_id"])
    op.create_table(
        "handover_takers",
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("handover_id", "user_id", name=op.f("pk_handover_takers")),
        _tied("handover_takers", "handover_id", "handovers"),
        _tied("handover_takers", "user_id", "users"),
    )
    op.create_index(
        "ix_handover_takers_unconfirmed",
        "handover_takers",
        ["user_id"],
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_table(
        "handover_cases",
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("taker_id", sa.BigInteger(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("handover_id", "case_id", name=op.f("pk_handover_cases")),
        _tied("handover_cases", "handover_id", "handovers"),
        _tied("handover_cases", "case_id", "cases"),
        _tied("handover_cases", "taker_id", "users"),
    )
    op.create_index(op.f("ix_handover_cases_case_id"), "handover_cases", ["case_id"])
    op.add_column("responsibilities", sa.Column("handover_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_responsibilities_handover_id_handovers"),
        "responsibilities",
        "handovers",
        ["handover_id"],
        ["id"],
    )
    op.create_index(op.f("ix_responsibilities_handover_id"), "responsibilities", ["handover_id"])
    op.execute("GRANT SELECT, INSERT ON handovers, handover_takers, handover_cases TO caseflow_app")
    op.execute("GRANT UPDATE (confirmed_at) ON handover_takers TO caseflow_app")
