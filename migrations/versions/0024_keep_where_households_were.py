"""Keep where households were before, so that row security lets their old cases name them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOVED = """
CREATE FUNCTION household_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO former_units (taxpayer_id, unit_id)
        SELECT OLD.id, unit_id FROM unnest(ARRAY[OLD.district_id, OLD.section_id]) unit_id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER household_moved AFTER UPDATE OF district_id, section_id ON taxpayers FOR EACH ROW
WHEN (OLD.district_id <> NEW.district_id OR OLD.section_id <> NEW.section_id)
EXECUTE FUNCTION household_moved()
"""
_SINCE_BEFORE = """
INSERT INTO former_units (taxpayer_id, unit_id)
SELECT DISTINCT taxpayers.id, unit_id FROM taxpayers JOIN cases ON cases.taxpayer_id = taxpayers.id,
    unnest(ARRAY[cases.district_id, cases.section_id]) unit_id
WHERE unit_id NOT IN (taxpayers.district_id, taxpayers.section_id)
"""


def upgrade() -> None:
    op.create_table(
        "former_units",
        sa.Column("taxpayer_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["taxpayer_id"], ["taxpayers.id"], name=op.f("fk_former_units_taxpayer_id_taxpayers")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_former_units_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("taxpayer_id", "unit_id", name=op.f("pk_former_units")),
    )
    op.create_index(op.f("ix_former_units_unit_id"), "former_units", ["unit_id"])
    for statement in (_MOVED, _TRIGGER, _SINCE_BEFORE):
        op.execute(statement)
    op.execute("GRANT SELECT ON former_units TO caseflow_app")
