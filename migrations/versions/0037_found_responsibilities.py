"""Keep by what, by whom and in which section an administrator came to manage a household."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("responsibilities", sa.Column("section_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "responsibilities",
        sa.Column("basis", sa.Text(), server_default=sa.text("'file'"), nullable=False),
    )
    op.add_column("responsibilities", sa.Column("set_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_responsibilities_section_id_units"),
        "responsibilities",
        "units",
        ["section_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("fk_responsibilities_set_by_users"), "responsibilities", "users", ["set_by"], ["id"]
    )
    # What is known: today's section, and whoever is named on a household without a dated row.
    op.execute(
        "UPDATE responsibilities r SET section_id = t.section_id FROM taxpayers t"
        " WHERE t.id = r.taxpayer_id AND r.valid_to IS NULL"
    )
    op.execute(
        "INSERT INTO responsibilities (taxpayer_id, user_id, section_id, valid_from)"
        " SELECT t.id, t.administrator_id, t.section_id,"
        " coalesce((SELECT max(taken_at AT TIME ZONE 'Asia/Shanghai')::date FROM import_batches),"
        " current_date)"
        " FROM taxpayers t WHERE t.administrator_id IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM responsibilities r WHERE r.taxpayer_id = t.id AND r.valid_to IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_responsibilities_dates"), "responsibilities", "valid_to >= valid_from"
    )
