"""What rules of a table leave open or answer twice."""

from __future__ import annotations

from caseflow.engine.decisions.tables import Table
from caseflow.engine.findings import Finding


def judge(file: str, table: Table) -> list[Finding]:
    """Find overlaps and gaps."""
    return []
