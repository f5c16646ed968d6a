"""Find the cases that somebody took part in: every list of an officer asks for them."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tasks_assignee_id_case_id", "tasks", ["assignee_id", "case_id"])
