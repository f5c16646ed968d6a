"""Keep what the sealer finds; date the events of long transactions by when they were written."""

import sqlalchemy as sa
from alembic import op

from caseflow.database_roles import LEVELS, SEALER

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# As before; but an event is dated at most ten seconds before it is written. A checkpoint that
# was signed meanwhile would else be later than an event that it does not hold.
_CHAIN = r"""
CREATE OR REPLACE FUNCTION record_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    last record;
    leaf bytea;
    age interval;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.stream, 0));
    SELECT seq, at, hash INTO last FROM record_events
        WHERE stream = NEW.stream ORDER BY seq DESC LIMIT 1;
    age := clock_timestamp() - transaction_timestamp();
    IF age < interval '10 seconds' THEN
        age := interval '0';
    END IF;
    NEW.id := nextval('record_event_id');
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.at := greatest(bureau_now() + age, last.at);
    NEW.prev := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
    leaf := convert_to(concat_ws(E'\n', 'caseflow-record/v1', NEW.stream, NEW.seq,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.actor, NEW.action, NEW.idem,
        encode(NEW.sig, 'hex'), encode(NEW.prev, 'hex'), NEW.payload), 'UTF8');
    NEW.hash := sha256('\x00'::bytea || leaf);
    INSERT INTO record_pending (event_id) VALUES (NEW.id);
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "seal_findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_findings")),
    )
    op.create_index(
        "ix_seal_findings_open",
        "seal_findings",
        ["id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(f"GRANT SELECT, INSERT ON seal_findings TO {SEALER}")
    op.execute(f"GRANT UPDATE (ended_at) ON seal_findings TO {SEALER}")
    op.execute(f"GRANT USAGE ON SEQUENCE seal_findings_id_seq TO {SEALER}")
    op.execute(f"GRANT SELECT ON seal_findings TO caseflow_app, {', '.join(LEVELS)}")
    # Hashes do not shrink; uncompressed, one of them is read without the whole tile.
    op.execute("ALTER TABLE record_tiles ALTER hashes SET STORAGE EXTERNAL")
    op.execute(_CHAIN)
