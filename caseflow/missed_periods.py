"""The periods for which a household has filed nothing: verbs and pages count them alike."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, TaxWarning
from caseflow.models.base import Json


def of_case(session: Session, case: Case) -> list[Json]:
    """The missed periods of a case: as its order names them, else those of its doubts once each."""
    if "periods" in case.facts:
        return list(case.facts["periods"])
    rows = session.scalars(
        select(TaxWarning.period).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    )
    return [{"period": str(period)} for period in dict.fromkeys(rows)]
