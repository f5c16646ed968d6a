"""Take in results of the years before this house."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yearly_results",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.Numeric(18, 2), nullable=False),
        sa.Column("income_adjusted", sa.Numeric(18, 2), nullable=False),
        sa.Column("loss_offset", sa.Numeric(18, 2), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_results")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_yearly_results_unit_id_units")
        ),
        sa.UniqueConstraint("unit_id", "year", "kind", name=op.f("uq_yearly_results_unit_id")),
        sa.CheckConstraint("year BETWEEN 1949 AND 2100", name=op.f("ck_yearly_results_year")),
        sa.CheckConstraint("households >= 0", name=op.f("ck_yearly_results_households")),
        sa.CheckConstraint(
            "length(source) BETWEEN 1 AND 500", name=op.f("ck_yearly_results_source")
        ),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON yearly_results TO caseflow_app")
