"""Fill the lines of cases, and let grants and marks change in nothing but their end."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The lines as they were when cases began to keep them (indicators/lines.yaml).
_LINES = {
    "vat_division": ("VAT", "INV", "TIC", "CTX"),
    "income_tax_division": ("CIT",),
    "export_tax_division": ("EXP",),
    "legal_division": ("ENF",),
    "revenue_division": ("COL", "STR", "CON"),
    "service_division": ("FIL",),
}

_FILL = """
UPDATE cases SET lines = found.lines
FROM (
    SELECT case_id, array_agg(DISTINCT line ORDER BY line) AS lines
    FROM tax_warnings
    JOIN unnest(CAST(:groups AS text[]), CAST(:lines AS text[])) AS told (group_key, line)
        ON told.group_key = split_part(indicator, '-', 1)
    WHERE case_id IS NOT NULL
    GROUP BY case_id
) AS found
WHERE cases.id = found.case_id
"""

# What the application may change of a row once it is there: that it ended, and by whom.
_ENDS = {
    "grants": "revoked_by, revoked_at",
    "sensitive_files": "lifted_by, lifted_at",
    "sensitive_readers": "ended_at",
}


def upgrade() -> None:
    pairs = [(group, line) for line, groups in _LINES.items() for group in groups]
    # What a case is about has not changed, so its revision stays: the guards are told nothing.
    for guard in ("case_must_be_recorded", "case_revision_must_rise"):
        op.execute(f"ALTER TABLE cases DISABLE TRIGGER {guard}")
    op.get_bind().execute(
        sa.text(_FILL),
        {"groups": [group for group, _ in pairs], "lines": [line for _, line in pairs]},
    )
    for guard in ("case_must_be_recorded", "case_revision_must_rise"):
        op.execute(f"ALTER TABLE cases ENABLE ALWAYS TRIGGER {guard}")
    op.create_index("ix_cases_lines", "cases", ["lines"], postgresql_using="gin")
    op.create_check_constraint(
        op.f("ck_sensitive_files_lifted"),
        "sensitive_files",
        "(lifted_by IS NULL) = (lifted_at IS NULL)",
    )
    op.create_check_constraint(
        op.f("ck_sensitive_files_two_people"), "sensitive_files", "lifted_by <> marked_by"
    )
    for table, columns in _ENDS.items():
        op.execute(f"REVOKE UPDATE ON {table} FROM caseflow_app")
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO caseflow_app")
