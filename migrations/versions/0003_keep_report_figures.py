"""Keep the rates of a month by section, so that no page reads the facts for them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_figures",
        sa.Column("period", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("whole > 0", name=op.f("ck_report_figures_whole")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["units.id"], name=op.f("fk_report_figures_section_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["screening_runs.id"], name=op.f("fk_report_figures_run_id_screening_runs")
        ),
        sa.PrimaryKeyConstraint("period", "rate", "section_id", name=op.f("pk_report_figures")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON report_figures TO caseflow_app")
