"""Find the lines of directives by the officers that they were given to."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("officer_id", "second_officer_id"):
        op.create_index(f"ix_directive_lines_{column}", "directive_lines", [column])
