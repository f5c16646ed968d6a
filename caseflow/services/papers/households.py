"""The taxpayer of a case as papers show it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from caseflow import clock
from caseflow.documents import PaperKind, TaxpayerFacts
from caseflow.lake import batches, corrections, fields
from caseflow.masking import masked
from caseflow.models import Case, Document, Taxpayer, User
from caseflow.services import place
from caseflow.services.kinds import abnormal_household
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work
from caseflow.vocabulary import DocumentStatus

_KINDS = {"enterprise": "企业", "individual": "个体工商户", "institution": "事业单位、社会团体"}

# Announcements that list households: a case has the one that it is about.
_LISTS = frozenset({PaperKind.ABNORMAL_ANNOUNCEMENT, PaperKind.CERTIFICATE_INVALIDATION})


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with the household that an announcement names."""
    payer = work.session.get(Taxpayer, work.case.taxpayer_id) if work.case.taxpayer_id else None
    if kind is PaperKind.MISSING_RETURNS_LIST and payer is not None:
        return {**arguments, **_missing(work, payer)}
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
    periods = abnormal_household.missed_periods(work.session, work.case)
    return {"lines": [{**each, **of_household} for each in periods], "count": len(periods)}


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
