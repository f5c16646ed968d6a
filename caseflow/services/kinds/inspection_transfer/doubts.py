"""The doubts of a transfer: those of the case, or the matter of the case that called for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import added_doubts, duty_lines
from caseflow.models import Case, TaxWarning
from caseflow.models.base import Json
from caseflow.services.kinds.desk import Desk, refuse


def of(session: Session, case: Case) -> list[TaxWarning]:
    """The warnings of the case, in order."""
    found = select(TaxWarning).where(TaxWarning.case_id == case.id).order_by(TaxWarning.id)
    return list(session.scalars(found))


def by_row(desk: Desk, answers: Json) -> dict[str, Json]:
    """The answers by doubt; refused unless each doubt of the case has one."""
    given = answers.get("doubts") or []
    if sorted(each["row"] for each in given) != sorted(_rows(desk)):
        refuse("doubts", "every_doubt")
    return {each["row"]: each for each in given}


def _rows(desk: Desk) -> list[str]:
    """The warnings of the case, then what officers added to the evaluation before."""
    hits = [str(warning.id) for warning in of(desk.session, desk.case)]
    added = [doubt.row for doubt in added_doubts.of_case(desk.session, desk.case)]
    return hits + added or [duty_lines.ORIGIN]
