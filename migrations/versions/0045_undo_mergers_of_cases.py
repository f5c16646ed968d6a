"""Keep what a merged case was, so that merging can be undone; a doubt may go on more than once."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_links", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "mergers",
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_mergers")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["case_links.id"], name=op.f("fk_mergers_link_id_case_links")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_mergers_case_id_cases")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_mergers_task_id_tasks")),
    )
    op.create_index(op.f("ix_mergers_case_id"), "mergers", ["case_id"])
    op.execute("GRANT SELECT, INSERT ON mergers TO caseflow_app")
    op.drop_constraint("pk_former_doubts", "former_doubts")
    op.add_column(
        "former_doubts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
    )
    op.create_primary_key("pk_former_doubts", "former_doubts", ["id"])
    op.create_index(op.f("ix_former_doubts_case_id"), "former_doubts", ["case_id"])
