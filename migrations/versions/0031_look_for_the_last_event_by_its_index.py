"""Look for the last event of a stream by its index, however few there were when it was planned.

The plan of a trigger's query is made at its first call on a connection and kept: made in a young
house, it read the whole record for every event of the first ten thousand cases.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_LOOKING = ("record_chain", "case_must_be_recorded", "case_revision_must_rise")


def upgrade() -> None:
    for name in _LOOKING:
        op.execute(f"ALTER FUNCTION {name}() SET enable_seqscan = off")
