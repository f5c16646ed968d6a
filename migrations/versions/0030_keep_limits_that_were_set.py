"""Let the application add limits and change none: what was valid stays for the days it was."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("REVOKE UPDATE, DELETE ON parameters FROM caseflow_app")
