"""Let colleagues ask each other for opinions, copies and help inside a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("asked_kind", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("asked_for_id", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("asked_by", sa.BigInteger(), nullable=True))
    op.add_column("tasks", sa.Column("asked_text", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("asked_then", JSONB(), nullable=True))
    op.add_column("tasks", sa.Column("asked_answer", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_tasks_asked_for_id_tasks"), "tasks", "tasks", ["asked_for_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_tasks_asked_by_users"), "tasks", "users", ["asked_by"], ["id"])
    op.create_check_constraint(
        op.f("ck_tasks_asked"), "tasks", "(asked_kind IS NULL) = (asked_by IS NULL)"
    )
    op.create_index(
        "ix_tasks_asked", "tasks", ["case_id"], postgresql_where=sa.text("asked_kind IS NOT NULL")
    )
