"""What the papers of a transfer to inspection say beyond its forms: doubts by name, what it is on.

The inspection bureau answers a proposal of a district, so that its papers name both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from caseflow.models import Attachment, Unit
from caseflow.models.base import Json, among
from caseflow.services.papers import doubts, issued
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import CaseKind, PaperKind
from caseflow.vocabulary.choices.transfer import TiFinding

_PAID = ("tax_paid", "surcharge_paid", "fine_paid")
_THE_CASE_BEFORE = "原任务查明的事项"


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with what the case knows for this paper; other cases: unchanged."""
    make = _TOLD.get(kind)
    if work.case.kind != CaseKind.TI or make is None:
        return arguments
    return {**arguments, **make(Subject.of(work))}


def _proposal(subject: Subject) -> Json:
    said = subject.answers("ti_proposal")
    names = doubts.names(subject)
    given = said.get("doubts") or []
    files = _files(subject, (each for line in given for each in line.get("evidence") or []))
    attempt = int(subject.work.case.facts.get("attempt") or 1)
    return {
        "doubts": [
            {
                **{name: line.get(name) for name in ("tax", "period", "facts", "estimated_tax")},
                "doubt": names.get(str(line["row"]), _THE_CASE_BEFORE),
                "zero_reason": line.get("zero_reason"),
                "proof": "、".join(
                    files[each] for each in line.get("evidence") or [] if each in files
                ),
            }
            for line in given
        ],
        "attempt": f"第{attempt}次移送",
        # Nothing is new the first time.
        "news_since": said.get("news") if attempt > 1 else None,
    }


def _list(subject: Subject) -> Json:
    case, payer = subject.work.case, subject.household
    papers = subject.answers("ti_handover").get("papers") or []
    proposal = issued.number(subject.work, PaperKind.TRANSFER_PROPOSAL)
    return {
        "cases": [
            {
                "number": case.number,
                "name": payer.name,
                "tin": payer.tin,
                "proposal": proposal,
                "papers": len(papers),
            }
        ],
        "papers": [{"at": at, **paper} for at, paper in enumerate(papers, 1)],
    }


def _answered(subject: Subject) -> Json:
    """Of whose proposal the inspection bureau speaks."""
    district = subject.work.session.get_one(Unit, subject.work.case.district_id)
    proposal = issued.name(subject.work, PaperKind.TRANSFER_PROPOSAL)
    return {"proposal": proposal or None, "transferred_by": district.name}


def _feedback(subject: Subject) -> Json:
    said = subject.answers("ti_feedback")
    found = {str(line["row"]): line["finding"] for line in said.get("doubts") or []}
    names = doubts.names(subject)
    advice, unit = said.get("advice"), said.get("advice_unit")
    return {
        **_answered(subject),
        "advice": f"建议{unit}：{advice}" if advice and unit else advice,
        "findings": [
            {"doubt": names.get(row, _THE_CASE_BEFORE), "finding": TiFinding(finding).zh}
            for row, finding in found.items()
        ],
        "taxes": [
            {**line, "paid": str(sum(Decimal(str(line.get(name) or 0)) for name in _PAID))}
            for line in said.get("taxes") or []
        ],
    }


_TOLD: Mapping[PaperKind, Callable[[Subject], Json]] = {
    PaperKind.TRANSFER_PROPOSAL: _proposal,
    PaperKind.TRANSFER_LIST: _list,
    PaperKind.SOURCE_ACCEPTANCE: _answered,
    PaperKind.SOURCE_RETURN: _answered,
    PaperKind.INSPECTION_FEEDBACK: _feedback,
}


def _files(subject: Subject, ids: Iterable[object]) -> Mapping[object, str]:
    """The names of attached files by what forms call them."""
    wanted = {str(each): int(str(each)) for each in ids if str(each).isdigit()}
    rows = subject.work.session.execute(
        select(Attachment.id, Attachment.name).where(among(Attachment.id, list(wanted.values())))
    )
    return {str(row.id): doubts.titled(row.name) for row in rows}
