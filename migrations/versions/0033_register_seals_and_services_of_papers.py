"""Register the use of seals and the service of papers; a paper names the one it cancels."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_BEFORE = sa.text("""
    INSERT INTO paper_services
        (case_id, document_id, method, served_on, receiver, refusal, recorded_at)
    SELECT case_id, id, coalesce(service ->> 'method', 'direct'), served_on,
        service ->> 'receiver', service ->> 'left_note', issued_at
    FROM documents WHERE status = 'served' AND served_on IS NOT NULL AND issued_at IS NOT NULL
""")


def upgrade() -> None:
    op.add_column("documents", sa.Column("cancels_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_documents_cancels_id_documents"), "documents", "documents", ["cancels_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_documents_cancels_id"), "documents", ["cancels_id"])
    op.create_table(
        "seal_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_for", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        *_of_a_paper("seal_uses"),
        _of_a_user("seal_uses", "used_by"),
        _of_a_user("seal_uses", "used_for"),
    )
    op.create_index(op.f("ix_seal_uses_case_id"), "seal_uses", ["case_id"])
    op.create_index("ix_seal_uses_used_at_id", "seal_uses", ["used_at", "id"])
    op.create_table(
        "paper_services",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        *_of_a_paper("paper_services"),
        _of_a_user("paper_services", "recorded_by"),
    )
    op.create_index(op.f("ix_paper_services_case_id"), "paper_services", ["case_id"])
    op.execute(_BEFORE)
    op.execute("GRANT SELECT, INSERT ON seal_uses, paper_services TO caseflow_app")


def _of_a_paper(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("document_id", name=op.f(f"uq_{table}_document_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f(f"fk_{table}_document_id_documents")
        ),
    )


def _of_a_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"], name=op.f(f"fk_{table}_{column}_users"))
