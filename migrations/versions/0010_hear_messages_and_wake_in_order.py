"""Note what cases wait for, keep messages, wake in one order, chain the record by index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A plan made while the table was small reads all of it for each event of a later bulk act.
_BY_INDEX = ("record_chain", "case_must_be_recorded", "case_revision_must_rise")


def upgrade() -> None:
    for function in _BY_INDEX:
        op.execute(f"ALTER FUNCTION {function}() SET enable_seqscan = off")
    _note_what_cases_wait_for()
    # Thousands of limits end at the same midnight: the id makes the order of waking total.
    op.drop_index("ix_cases_wake_at", "cases")
    op.create_index(
        "ix_cases_wake_at_id",
        "cases",
        ["wake_at", "id"],
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    _keep_messages()


def _note_what_cases_wait_for() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "awaits",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
    )
    op.add_column(
        "cases",
        sa.Column(
            "waits_by",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_cases_awaits",
        "cases",
        ["awaits"],
        postgresql_using="gin",
        postgresql_where=sa.text("awaits <> '{}'::text[]"),
    )
    op.create_index(
        "ix_cases_waits_by",
        "cases",
        ["waits_by"],
        postgresql_using="gin",
        postgresql_where=sa.text("waits_by <> '{}'::jsonb"),
    )


def _keep_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("correlation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("idem", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "heard_by",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("receivers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'kept') = (next_try_at IS NOT NULL)", name=op.f("ck_messages_kept")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["cases.id"], name=op.f("fk_messages_sender_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("idem", name=op.f("uq_messages_idem")),
    )
    op.create_index(
        "ix_messages_kept",
        "messages",
        ["next_try_at", "id"],
        postgresql_where=sa.text("status = 'kept'"),
    )
    op.create_index(
        "ix_messages_kept_event",
        "messages",
        ["event"],
        postgresql_where=sa.text("status = 'kept'"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON messages TO caseflow_app")
    op.execute("GRANT USAGE ON SEQUENCE messages_id_seq TO caseflow_app")
