"""The taxpayer of a case as papers show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from caseflow import clock, documents, missed_periods
from caseflow.documents import PaperKind, TaxpayerFacts
from caseflow.lake import batches, corrections, fields
from caseflow.masking import masked
from caseflow.models import Answer, Case, Document, Task, Taxpayer, User
from caseflow.models.base import Json
from caseflow.services import place
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import DocumentStatus
from caseflow.vocabulary.choices.abnormal import AbReleaseReason
from caseflow.vocabulary.choices.correction import Duty

_KINDS = {"enterprise": "企业", "individual": "个体工商户", "institution": "事业单位、社会团体"}

# Announcements that list households: a case has the one that it is about.
_LISTS = frozenset({PaperKind.ABNORMAL_ANNOUNCEMENT, PaperKind.CERTIFICATE_INVALIDATION})


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with the household that an announcement names."""
    payer = work.session.get(Taxpayer, work.case.taxpayer_id) if work.case.taxpayer_id else None
    if payer is not None and (tell := _TOLD.get(kind)):
        return {**arguments, **tell(work, payer)}
    if kind not in _LISTS or payer is None or arguments.get("households"):
        return arguments
    named = {
        "name": payer.name,
        # The number of an individual household is that of its person.
        "tin": masked(payer.tin) if payer.kind == "individual" else payer.tin,
        "legal_rep": payer.legal_rep,
        "identity_number": masked(_identity_number(work, payer)),
        "identified_on": _identified_on(work, payer),
        "address": payer.address,
    }
    return {**arguments, "households": [named]}


def _missing(work: Work, payer: Taxpayer) -> Mapping[str, object]:
    """The missed periods of the case, each a row with the household and who manages it."""
    administrator = (
        work.session.get(User, payer.administrator_id) if payer.administrator_id else None
    )
    of_household = {
        "name": payer.name,
        "tin": payer.tin,
        "administrator": administrator.name if administrator else "",
    }
    lines = [{**each, **of_household} for each in _ordered(work)]
    return {"lines": lines, "count": len(lines), "listed_on": work.times.today}


def _periods(work: Work, _payer: Taxpayer) -> Mapping[str, object]:
    return {"periods": _ordered(work)}


def _listed(work: Work, _payer: Taxpayer) -> Mapping[str, object]:
    return {"reported_on": work.times.today}


def _released(work: Work, _payer: Taxpayer) -> Mapping[str, object]:
    """Who took the application and when, or why the identification was wrong."""
    wrong = Subject.of(work).answers("ab_wrong_identification")
    if wrong:
        return {
            "wrong_facts": wrong.get("facts"),
            "release_reason": AbReleaseReason.WRONG_IDENTIFICATION.zh,
        }
    taken = work.session.execute(
        select(Answer.at, User.name)
        .join(Task, Task.id == Answer.task_id)
        .join(User, User.id == Answer.user_id)
        .where(Answer.case_id == work.case.id, Task.form_key == "ab_release_application")
        .order_by(Answer.id.desc())
        .limit(1)
    ).first()
    if taken is None:
        return {}
    on = documents.day_in_words(clock.local_date(taken.at))
    return {"accepted": f"{taken.name}，{on}"}


def _cancelled(work: Work, payer: Taxpayer) -> Mapping[str, object]:
    return {"identified_on": _identified_on(work, payer)}


_TOLD: Mapping[PaperKind, Callable[[Work, Taxpayer], Mapping[str, object]]] = {
    PaperKind.MISSING_RETURNS_LIST: _missing,
    PaperKind.ABNORMAL_SURVEY: _periods,
    PaperKind.ABNORMAL_IDENTIFICATION: _periods,
    PaperKind.INVOICE_LOSS_LIST: _listed,
    PaperKind.ABNORMAL_RELEASE: _released,
    PaperKind.CANCELLATION_APPROVAL: _cancelled,
}


def _ordered(work: Work) -> list[Json]:
    """The missed periods of a case, each with the order that was served for it.

    An order of an earlier case counts; a case that such an order opened has its periods from it.
    """
    own = missed_periods.of_case(work.session, work.case)
    orders = work.session.execute(
        select(Document.case_id, Document.number, Document.served_on, Case.facts)
        .join(Case, Case.id == Document.case_id)
        .where(
            Case.taxpayer_id == work.case.taxpayer_id,
            Document.kind == PaperKind.ORDER_TO_CORRECT.value,
            Document.status == DocumentStatus.SERVED,
        )
        .order_by(Document.id)
    ).all()
    lines = [
        {**line, "order": order.number, "served_on": order.served_on}
        for order in orders
        for line in _asked(order.facts)
    ]
    return [_with_order(period, lines) for period in own] or lines


def _asked(facts: Json) -> list[Json]:
    """The returns that the order of a case asked for and that are still missing."""
    lines = facts.get("duty_lines")
    if lines is None:
        return list(facts.get("periods", []))
    return [
        {name: line.get(name) for name in ("tax", "period", "deadline")}
        for line in lines.values()
        if line.get("ordered") and line["duty"] == Duty.FILING
    ]


def _with_order(period: Json, lines: list[Json]) -> Json:
    """A period with the newest order for it; what it does not say is said by the order."""
    for line in reversed(lines):
        is_same_tax = not period.get("tax") or period["tax"] == line.get("tax")
        if is_same_tax and _month(period) == _month(line):
            return {**line, **{name: it for name, it in period.items() if it}}
    return period


def _month(line: Json) -> str:
    return str(line.get("period")).replace("-", "")


def _identity_number(work: Work, payer: Taxpayer) -> str:
    """The legal representative's number as the newest delivery says it; empty if none does."""
    registry, root = fields.shipped(), place.here().lake
    today = work.times.today
    found = corrections.current(
        registry,
        batches.snapshot(root),
        registry.fields["legal_rep_id"],
        root=root,
        tp=payer.id,
        period=today.year * 100 + today.month,
    )
    return str(found.value) if found else ""


def _identified_on(work: Work, payer: Taxpayer) -> str | None:
    """The day on which the household was last identified as abnormal; None: not in this house."""
    at = work.session.scalar(
        select(Document.issued_at)
        .join(Case, Case.id == Document.case_id)
        .where(
            Case.taxpayer_id == payer.id,
            Document.kind == PaperKind.ABNORMAL_IDENTIFICATION.value,
            Document.issued_at.is_not(None),
            Document.status != DocumentStatus.VOID,
        )
        .order_by(Document.issued_at.desc())
        .limit(1)
    )
    return clock.local_date(at).isoformat() if at else None


def taxpayer_facts(subject: Subject) -> TaxpayerFacts:
    """The taxpayer as its file has it."""
    payer = subject.household
    administrator = (
        subject.work.session.get(User, payer.administrator_id) if payer.administrator_id else None
    )
    return TaxpayerFacts(
        name=payer.name,
        tin=payer.tin,
        address=payer.address,
        industry=payer.industry_name,
        kind=_KINDS.get(payer.kind, payer.kind),
        legal_rep=payer.legal_rep,
        credit_grade=payer.credit_grade or "—",
        district=subject.district.name,
        section=subject.section.name,
        administrator=administrator.name if administrator else "—",
    )
