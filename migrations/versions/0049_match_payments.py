"""Keep payments as their receipts say, and what of them was matched to sums of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("tax", sa.Text(), nullable=True),
        sa.Column("period", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(18, 2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("names", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched", sa.Numeric(18, 2), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        *_keys("payments", taxpayer_id="taxpayers"),
        sa.UniqueConstraint("receipt", "line", name=op.f("uq_payments_receipt_line")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("matched BETWEEN 0 AND amount", name=op.f("ck_payments_matched")),
    )
    op.create_index(op.f("ix_payments_taxpayer_id"), "payments", ["taxpayer_id"])
    op.create_index(
        "ix_payments_left", "payments", ["id"], postgresql_where=sa.text("matched < amount")
    )
    op.create_table(
        "payment_matches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("tax", sa.Text(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(18, 2), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_matches")),
        *_keys(
            "payment_matches",
            payment_id="payments",
            case_id="cases",
            undoes_id="payment_matches",
            matched_by="users",
        ),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_payment_matches_undoes_id")),
        sa.CheckConstraint(
            "(amount < 0) = (undoes_id IS NOT NULL) AND amount <> 0",
            name=op.f("ck_payment_matches_undoes"),
        ),
        sa.CheckConstraint(
            "(undoes_id IS NULL) OR (reason IS NOT NULL)", name=op.f("ck_payment_matches_reason")
        ),
    )
    for column in ("payment_id", "case_id"):
        op.create_index(op.f(f"ix_payment_matches_{column}"), "payment_matches", [column])
    op.execute("GRANT SELECT, INSERT, UPDATE ON payments TO caseflow_app")
    op.execute("GRANT SELECT, INSERT ON payment_matches TO caseflow_app")


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in columns.items()
    ]
