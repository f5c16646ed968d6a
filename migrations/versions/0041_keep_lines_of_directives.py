"""Keep the lines of directives, and the parts that districts and sections have in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directive_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("measured", sa.Text(), nullable=True),
        sa.Column("threshold", sa.Text(), nullable=True),
        sa.Column("is_to_verify", sa.Boolean(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("district_id", sa.BigInteger(), nullable=True),
        sa.Column("section_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("second_officer_id", sa.BigInteger(), nullable=True),
        sa.Column("line_case_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("told", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_lines")),
        *_keys(
            "directive_lines",
            case_id="cases",
            taxpayer_id="taxpayers",
            district_id="units",
            section_id="units",
            officer_id="users",
            second_officer_id="users",
            line_case_id="cases",
        ),
        sa.UniqueConstraint("case_id", "number", name="uq_directive_lines_case_id_number"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_directive_lines_settled")
        ),
        sa.CheckConstraint(
            "officer_id <> second_officer_id", name=op.f("ck_directive_lines_two_officers")
        ),
    )
    op.create_index("ix_directive_lines_line_case_id", "directive_lines", ["line_case_id"])
    op.create_index(op.f("ix_directive_lines_taxpayer_id"), "directive_lines", ["taxpayer_id"])
    op.create_table(
        "directive_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=True),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("rounds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_parts")),
        *_keys("directive_parts", case_id="cases", unit_id="units", district_id="units"),
        sa.UniqueConstraint("case_id", "unit_id", name="uq_directive_parts_case_id_unit_id"),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'accepted', 'late')",
            name=op.f("ck_directive_parts_state"),
        ),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON directive_lines, directive_parts TO caseflow_app")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
