"""Note who looked into a case, keep the views people name, find acts across streams."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No release ever wrote a row into the table as it was laid first.
    op.drop_table("file_reads")
    op.create_table(
        "file_reads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("idem", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_file_reads_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_file_reads_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_reads")),
        sa.UniqueConstraint(
            "case_id", "user_id", "what", "on", name=op.f("uq_file_reads_case_id_user_id_what_on")
        ),
        sa.UniqueConstraint("idem", name=op.f("uq_file_reads_idem")),
    )
    op.create_index(op.f("ix_file_reads_user_id"), "file_reads", ["user_id"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 20", name=op.f("ck_saved_views_name")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_index("ix_record_events_actor_id", "record_events", ["actor", "id"])
    op.create_index("ix_record_events_action_id", "record_events", ["action", "id"])
    op.create_index("ix_record_events_at", "record_events", ["at"])
    op.execute("GRANT SELECT, INSERT ON file_reads TO caseflow_app")
    op.execute("GRANT SELECT, INSERT, DELETE ON saved_views TO caseflow_app")
    op.execute("GRANT USAGE ON SEQUENCE file_reads_id_seq, saved_views_id_seq TO caseflow_app")
