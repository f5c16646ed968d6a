"""Note who opened the file of a household by other than the own scope."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household_reads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("idem", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["taxpayer_id"], ["taxpayers.id"], name=op.f("fk_household_reads_taxpayer_id_taxpayers")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_household_reads_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_reads")),
        sa.UniqueConstraint("idem", name=op.f("uq_household_reads_idem")),
        sa.UniqueConstraint(
            "taxpayer_id", "user_id", "on", name=op.f("uq_household_reads_taxpayer_id_user_id_on")
        ),
    )
    op.create_index(op.f("ix_household_reads_user_id"), "household_reads", ["user_id"])
    op.execute(
        "CREATE TRIGGER household_reads_refuse BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON household_reads FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()"
    )
    op.execute("ALTER TABLE household_reads ENABLE ALWAYS TRIGGER household_reads_refuse")
    op.execute("GRANT SELECT, INSERT ON household_reads TO caseflow_app")
    op.execute("GRANT USAGE ON SEQUENCE household_reads_id_seq TO caseflow_app")
