"""Keep the records of third-party batches and to whom they were matched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_T = "third_party_records"


def upgrade() -> None:
    op.create_table(
        _T,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("score", sa.Numeric(3, 2), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_party_records")),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{_T}_{name}_{other}"))
            for name, other in (
                ("case_id", "cases"),
                ("taxpayer_id", "taxpayers"),
                ("decided_by", "users"),
            )
        ),
        sa.UniqueConstraint("case_id", "number", name="uq_third_party_records_case_id_number"),
        sa.CheckConstraint(
            "(taxpayer_id IS NOT NULL) = (match_key IS NOT NULL)",
            name=op.f("ck_third_party_records_matched_by_a_key"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_third_party_records_decided_by_a_person"),
        ),
    )
    op.create_index(op.f(f"ix_{_T}_taxpayer_id"), _T, ["taxpayer_id"])
    op.create_index(op.f(f"ix_{_T}_decided_by"), _T, ["decided_by"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {_T} TO caseflow_app")
