"""Keep where the files of closed cases lie, how long, and to whom they are lent."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("retention_reason", sa.Text(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("papers", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("archived_by", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived_files")),
        *_keys("archived_files", case_id="cases", archived_by="users"),
        sa.UniqueConstraint("case_id", name=op.f("uq_archived_files_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_archived_files_number")),
        sa.UniqueConstraint(
            "series", "year", "serial", name=op.f("uq_archived_files_series_year_serial")
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_archived_files_{name}"))
            for name, rule in {
                "kept": "(retention = 'permanent') = (keep_until IS NULL)",
                "changed_for_a_reason": "retention = proposed OR retention_reason IS NOT NULL",
                "place": "length(place) BETWEEN 1 AND 100",
            }.items()
        ),
    )
    op.create_table(
        "archive_loans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("borrower_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("lent_by", sa.BigInteger(), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_to", sa.BigInteger(), nullable=True),
        sa.Column("returned_note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_loans")),
        *_keys(
            "archive_loans",
            case_id="cases",
            borrower_id="users",
            lent_by="users",
            returned_to="users",
        ),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (returned_to IS NULL)",
            name=op.f("ck_archive_loans_returned"),
        ),
    )
    op.create_index("ix_archive_loans_case_id", "archive_loans", ["case_id"])
    op.create_index(
        "uq_archive_loans_out",
        "archive_loans",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT ON archived_files TO caseflow_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON archive_loans TO caseflow_app")
    op.drop_constraint(op.f("ck_tasks_asked"), "tasks")
    op.create_check_constraint(
        op.f("ck_tasks_asked"),
        "tasks",
        "(asked_kind IS NULL OR asked_kind = 'archive') = (asked_by IS NULL)",
    )
    op.create_index(
        "uq_tasks_to_archive",
        "tasks",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("asked_kind = 'archive'"),
    )
    op.create_index(
        "ix_cases_to_archive", "cases", ["id"], postgresql_where=sa.text("status = 'closed'")
    )


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
