"""Find the steps that wait on nobody's desk for a post of a unit."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_tasks_waiting ON tasks (unit_id, roles, case_id)"
        " WHERE status = 'open' AND assignee_id IS NULL AND relation IS NULL"
    )
