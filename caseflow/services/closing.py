"""What a case still lacks before it may be closed; each item knows where to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import added_doubts, assessed
from caseflow.documents import PAPERS, PaperKind, Sheet
from caseflow.documents.catalogue.shapes import Shape
from caseflow.models import AssessedAmount, Case, Document, Task, TaxWarning
from caseflow.vocabulary import AskedKind, CaseKind, DocumentStatus, TaskStatus

# Papers that go out and count only once served (documents.md section 3): notices to a taxpayer,
# and the letter that asks another office to act. Announcements run; letters of inquiry to
# other offices and feedback to sources oblige nobody.
OUTWARD = frozenset(
    kind.value
    for kind, paper in PAPERS.items()
    if kind is PaperKind.OFFICIAL_LETTER
    or (
        paper.is_outward
        and paper.is_numbered
        and (paper.data is not Sheet or paper.shape is Shape.NOTICE)
    )
)
# A household that cannot be found is told by the announcement (abnormal-household.md 7a, 7e).
_TOLD_BY_ANNOUNCEMENT = {CaseKind.AB: {PaperKind.INVOICE_STOP.value}}

# A copy that somebody has not read yet holds nothing up, nor does a wish for more time.
_FALLING = (AskedKind.COPY, AskedKind.EXTENSION)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a case open; ``anchor`` is the place on the case page."""

    code: str
    anchor: str
    subject: str


def missing(session: Session, case: Case, *, but: int) -> list[Missing]:
    """List what is missing, the closing step itself (``but``) left aside; empty: may close."""
    found = [
        Missing("doubt_without_finding", f"doubt-{warning.id}", warning.indicator)
        for warning in session.scalars(
            select(TaxWarning)
            .where(TaxWarning.case_id == case.id, TaxWarning.finding.is_(None))
            .order_by(TaxWarning.id)
        )
    ]
    found += [
        Missing("added_doubt_without_finding", "course", doubt.text)
        for doubt in added_doubts.unconcluded(session, case)
    ]
    found += [
        Missing("paper_not_served", f"paper-{paper.id}", paper.number or paper.kind)
        for paper in session.scalars(
            select(Document)
            .where(
                Document.case_id == case.id,
                Document.kind.in_(OUTWARD - _TOLD_BY_ANNOUNCEMENT.get(case.kind, set())),
                Document.status.in_([DocumentStatus.DRAFT, DocumentStatus.ISSUED]),
            )
            .order_by(Document.id)
        )
    ]
    found += [
        Missing("open_task", f"task-{task.id}", task.name)
        for task in session.scalars(
            select(Task)
            .where(
                Task.case_id == case.id,
                Task.status == TaskStatus.OPEN,
                or_(Task.asked_kind.is_(None), Task.asked_kind.not_in(_FALLING)),
                Task.id != but,
            )
            .order_by(Task.id)
        )
    ]
    if case.facts.get("outcome") in {"self_corrected", "determined"}:
        rows = session.scalars(
            select(AssessedAmount)
            .where(AssessedAmount.case_id == case.id)
            .order_by(AssessedAmount.id)
        ).all()
        found += [
            Missing("tax_unpaid", "amounts", f"{row.tax} {row.period}")
            for row, due in zip(rows, assessed.to_pay(rows), strict=True)
            if row.tax_paid < due
        ]
    if not case.facts.get("outcome"):
        found.append(Missing("no_outcome", "course", case.number))
    return found
