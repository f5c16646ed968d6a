"""Cases found by their numbers, as people type them: whole, or how they begin."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseflow.models import Case

# District and kind at least: shorter, and it would list the cases of a district.
_BEGINS = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{0,10}")


def named(text: str) -> ColumnElement[bool]:
    """The case of this number, or those whose numbers begin so; by the index on the number."""
    typed = text.strip().upper()
    return Case.number.startswith(typed) if _BEGINS.fullmatch(typed) else Case.number == typed


def of(session: Session, case_id: int) -> str | None:
    """The number of a case, if there is such a case in sight."""
    return session.scalar(select(Case.number).where(Case.id == case_id))
