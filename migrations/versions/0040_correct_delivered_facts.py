"""Let batches supersede others, and several corrections of a household be open at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "import_batches",
        sa.Column(
            "supersedes",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
    )
    op.drop_index("uq_cases_one_open", table_name="cases")
    op.create_index(
        "uq_cases_one_open",
        "cases",
        ["taxpayer_id", "kind"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL AND kind <> 'DC'"),
    )
