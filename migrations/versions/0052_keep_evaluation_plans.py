"""Keep evaluation plans with their candidates, and the special assessments of higher levels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_NO = sa.text("false")


def upgrade() -> None:
    op.create_table(
        "evaluation_plans",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("period_from", sa.Integer(), nullable=True),
        sa.Column("period_to", sa.Integer(), nullable=True),
        sa.Column("method_paper", sa.Text(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("quota_reasons", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("unlisted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_evaluation_plans")),
        *_keys("evaluation_plans", case_id="cases", district_id="units"),
        sa.CheckConstraint(
            "kind IN ('monthly', 'supplement', 'campaign')",
            name=op.f("ck_evaluation_plans_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'campaign') = (industry IS NOT NULL AND period_from IS NOT NULL"
            " AND period_to IS NOT NULL AND share IS NOT NULL)",
            name=op.f("ck_evaluation_plans_campaign"),
        ),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_evaluation_plans_share")),
    )
    op.create_index(
        "uq_evaluation_plans_monthly",
        "evaluation_plans",
        ["district_id", "month"],
        unique=True,
        postgresql_where=sa.text("kind = 'monthly'"),
    )
    op.create_table(
        "plan_objects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("score", sa.Numeric(6, 1), nullable=False),
        sa.Column("doubts", JSONB(), nullable=False),
        sa.Column("dropped", JSONB(), nullable=False),
        sa.Column("indicators", JSONB(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("is_key_source", sa.Boolean(), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("taxes", JSONB(), nullable=False),
        sa.Column("period_from", sa.Integer(), nullable=False),
        sa.Column("period_to", sa.Integer(), nullable=False),
        sa.Column("period_reason", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.Column("is_changed", sa.Boolean(), server_default=_NO, nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_objects")),
        *_keys(
            "plan_objects",
            case_id="cases",
            taxpayer_id="taxpayers",
            section_id="units",
            evaluation_id="cases",
        ),
        sa.UniqueConstraint("case_id", "number", name="uq_plan_objects_case_id_number"),
        sa.UniqueConstraint("case_id", "taxpayer_id", name="uq_plan_objects_case_id_taxpayer_id"),
        sa.CheckConstraint(
            "decision IN ('include', 'keep_in_pool', 'exclude')",
            name=op.f("ck_plan_objects_decision"),
        ),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_plan_objects_periods")),
        sa.CheckConstraint(
            "evaluation_id IS NULL OR decision = 'include'", name=op.f("ck_plan_objects_opened")
        ),
    )
    op.create_index(op.f("ix_plan_objects_taxpayer_id"), "plan_objects", ["taxpayer_id"])
    op.create_index(op.f("ix_plan_objects_evaluation_id"), "plan_objects", ["evaluation_id"])
    op.create_table(
        "higher_assessments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("period_from", sa.Integer(), nullable=False),
        sa.Column("period_to", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_higher_assessments")),
        *_keys("higher_assessments", taxpayer_id="taxpayers", noted_by="users"),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_higher_assessments_periods")),
    )
    op.create_index(
        op.f("ix_higher_assessments_taxpayer_id"), "higher_assessments", ["taxpayer_id"]
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON evaluation_plans, plan_objects TO caseflow_app")
    op.execute("GRANT SELECT, INSERT ON higher_assessments TO caseflow_app")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
