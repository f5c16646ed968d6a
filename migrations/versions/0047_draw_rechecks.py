"""Keep what was drawn to be checked again after it was closed, and what the checks found."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recheck_plans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("share", sa.Numeric(6, 4), nullable=True),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("population_sha256", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_plans")),
        *_keys("recheck_plans", unit_id="units", drawn_by="users"),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_recheck_plans_days")),
    )
    op.create_index(op.f("ix_recheck_plans_unit_id"), "recheck_plans", ["unit_id"])
    op.create_index(
        "uq_recheck_plans_period",
        "recheck_plans",
        ["unit_id", "begins_on", "ends_on"],
        unique=True,
        postgresql_where=sa.text("level <> 'section'"),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("tax_before", sa.Numeric(18, 2), nullable=True),
        sa.Column("tax_after", sa.Numeric(18, 2), nullable=True),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("responsibility", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_case_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
        *_keys(
            "rechecks",
            plan_id="recheck_plans",
            case_id="cases",
            officer_id="users",
            assigned_by="users",
            task_id="tasks",
            reported_by="users",
            signed_by="users",
            document_id="documents",
            opened_case_id="cases",
        ),
        sa.UniqueConstraint("plan_id", "case_id", name=op.f("uq_rechecks_plan_id_case_id")),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_rechecks_{name}"))
            for name, rule in {
                "found": "(state IN ('reported', 'signed')) <= (result IS NOT NULL)",
                "signed": "(state = 'signed') = (signed_at IS NOT NULL)",
                "assigned": "(state <> 'drawn') <= (officer_id IS NOT NULL)",
                "two_people": "why = 'spot' OR officer_id <> signed_by",
            }.items()
        ),
    )
    op.create_index(op.f("ix_rechecks_case_id"), "rechecks", ["case_id"])
    op.create_index(op.f("ix_rechecks_officer_id"), "rechecks", ["officer_id"])
    op.execute("GRANT SELECT, INSERT ON recheck_plans TO caseflow_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON rechecks TO caseflow_app")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
