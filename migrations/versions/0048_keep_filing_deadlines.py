"""Keep the published filing deadlines, and make-up days on which no deadline ends."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# The lists known when the table was laid.
_KNOWN = (
    (2010, 2, date(2010, 2, 22), "2010 年征期安排"),
    (2024, 2, date(2024, 2, 23), "2024 年征期安排"),
    (2024, 5, date(2024, 5, 22), "2024 年征期安排"),
    (2024, 6, date(2024, 6, 19), "2024 年征期安排"),
    (2024, 10, date(2024, 10, 24), "2024 年征期安排"),
)


def upgrade() -> None:
    op.add_column(
        "working_days",
        sa.Column("may_end_deadline", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    table = op.create_table(
        "filing_deadlines",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", "month", name=op.f("pk_filing_deadlines")),
        sa.CheckConstraint(
            'extract(year FROM "on") = year AND extract(month FROM "on") = month',
            name=op.f("ck_filing_deadlines_in_its_month"),
        ),
        sa.CheckConstraint("notice <> ''", name=op.f("ck_filing_deadlines_notice")),
    )
    columns = ("year", "month", "on", "notice")
    op.bulk_insert(table, [dict(zip(columns, row, strict=True)) for row in _KNOWN])
    op.execute("GRANT SELECT, INSERT, UPDATE ON filing_deadlines TO caseflow_app")
