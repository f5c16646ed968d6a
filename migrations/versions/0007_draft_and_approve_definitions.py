"""Keep drafts of the next version of a process, and who approved a version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definitions", sa.Column("approved_by", sa.BigInteger(), nullable=True))
    for name in ("title", "reason", "note"):
        op.add_column("definitions", sa.Column(name, sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_definitions_approved_by_users"), "definitions", "users", ["approved_by"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_definitions_two_people"), "definitions", "approved_by <> deployed_by"
    )
    # A bureau may go back to what an older version said: the same files, as a version of its own.
    op.drop_constraint("uq_definitions_process_sha256", "definitions")
    op.create_index("ix_definitions_process_sha256", "definitions", ["process", "sha256"])
    _drafts()
    op.execute("GRANT SELECT, INSERT, UPDATE ON definition_drafts TO caseflow_app")
    op.execute("GRANT USAGE ON SEQUENCE definition_drafts_id_seq TO caseflow_app")


def _drafts() -> None:
    op.create_table(
        "definition_drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("based_on_id", sa.BigInteger(), nullable=False),
        sa.Column("files", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("editors", JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("definition_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'rejected')"
            " OR decided_by <> author_id AND decided_by <> submitted_by",
            name=op.f("ck_definition_drafts_two_people"),
        ),
        sa.CheckConstraint(
            "(status = 'approved') = (definition_id IS NOT NULL)",
            name=op.f("ck_definition_drafts_deployed"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_definition_drafts_{column}_{table}"),
            )
            for column, table in (
                ("based_on_id", "definitions"),
                ("author_id", "users"),
                ("submitted_by", "users"),
                ("decided_by", "users"),
                ("definition_id", "definitions"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_drafts")),
    )
    op.create_index(
        "uq_definition_drafts_one_open",
        "definition_drafts",
        ["process"],
        unique=True,
        postgresql_where=sa.text("status IN ('draft', 'submitted')"),
    )
