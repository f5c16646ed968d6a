"""Keep of each event that waits for the sealer which transaction wrote it.

By it the guards of ``caseflow.database_roles.guards`` know an event of their own transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Of the whole transaction: savepoints have numbers of their own.
_MINE = "pg_current_xact_id()::text::bigint"


def upgrade() -> None:
    # Events that wait already are of no transaction that is still open; without a default first,
    # so that they are not written again.
    op.add_column("record_pending", sa.Column("written_in", sa.BigInteger(), nullable=True))
    op.execute(f"ALTER TABLE record_pending ALTER written_in SET DEFAULT {_MINE}")
