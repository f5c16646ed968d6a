"""Keep of which unit a paper is, where several answer side by side in one case."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("unit_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_documents_unit_id_units"), "documents", "units", ["unit_id"], ["id"]
    )
