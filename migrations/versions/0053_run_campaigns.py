"""Keep campaigns with their lists, marks of households, and answers given for many cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_EMPTY = sa.text("'{}'::jsonb")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("asked", JSONB(), server_default=_EMPTY, nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_campaigns")),
        *_keys("campaigns", case_id="cases", unit_id="units", approved_by="users"),
    )
    op.create_table(
        "campaign_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tin", sa.Text(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("line_case_id", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_lines")),
        *_keys("campaign_lines", case_id="cases", taxpayer_id="taxpayers", line_case_id="cases"),
        sa.UniqueConstraint("case_id", "number", name="uq_campaign_lines_case_id_number"),
        sa.CheckConstraint(
            "verdict IN ('opens', 'joins', 'left_out')", name=op.f("ck_campaign_lines_verdict")
        ),
        sa.CheckConstraint(
            "(verdict = 'left_out') = (left_out IS NOT NULL)",
            name=op.f("ck_campaign_lines_left_out"),
        ),
        sa.CheckConstraint(
            "verdict = 'left_out' OR taxpayer_id IS NOT NULL",
            name=op.f("ck_campaign_lines_household"),
        ),
    )
    for column in ("taxpayer_id", "line_case_id"):
        op.create_index(op.f(f"ix_campaign_lines_{column}"), "campaign_lines", [column])
    op.create_index(
        "uq_campaign_lines_one_row",
        "campaign_lines",
        ["case_id", "taxpayer_id"],
        unique=True,
        postgresql_where=sa.text("verdict <> 'left_out'"),
    )
    op.create_index(
        "ix_campaign_lines_to_open",
        "campaign_lines",
        ["case_id", "number"],
        postgresql_where=sa.text(
            "verdict <> 'left_out' AND line_case_id IS NULL AND problem IS NULL"
        ),
    )
    op.create_table(
        "household_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_marks")),
        *_keys("household_marks", case_id="cases", taxpayer_id="taxpayers"),
        sa.CheckConstraint(
            "mark IN ('local_tax_only', 'below_threshold')", name=op.f("ck_household_marks_mark")
        ),
    )
    op.create_index(op.f("ix_household_marks_case_id"), "household_marks", ["case_id"])
    op.create_index(
        "ix_household_marks_taxpayer_id_mark_id", "household_marks", ["taxpayer_id", "mark", "id"]
    )
    op.create_table(
        "repeated_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", JSONB(), nullable=False),
        sa.Column("done", JSONB(), nullable=False),
        sa.Column("failed", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeated_answers")),
        *_keys("repeated_answers", user_id="users", task_id="tasks", campaign_id="cases"),
    )
    for column in ("user_id", "campaign_id"):
        op.create_index(op.f(f"ix_repeated_answers_{column}"), "repeated_answers", [column])
    # The cases of a campaign as whoever works on them finds them, without its list.
    op.create_index(
        "ix_cases_campaign",
        "cases",
        [sa.text("(facts ->> 'campaign_case')"), "id"],
        postgresql_where=sa.text("facts ? 'campaign_case'"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON campaigns, repeated_answers TO caseflow_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_lines TO caseflow_app")
    op.execute("GRANT SELECT, INSERT ON household_marks TO caseflow_app")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
