"""Keep for whom a deputy holds a step, and who stood between when it was done."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("held_for", "done_through"):
        op.add_column("tasks", sa.Column(column, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_tasks_{column}_users"), "tasks", "users", [column], ["id"])
    op.create_check_constraint(op.f("ck_tasks_two_people"), "tasks", "assignee_id <> held_for")
    op.create_index(
        "ix_tasks_open_held_for",
        "tasks",
        ["held_for"],
        postgresql_where=sa.text("status = 'open' AND held_for IS NOT NULL"),
    )
