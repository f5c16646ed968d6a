"""The taxpayer of a case as papers show it."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.documents import PaperKind, TaxpayerFacts
from caseflow.models import Taxpayer, User
from caseflow.services.papers.subject import Subject
from caseflow.services.work import Work

_KINDS = {"enterprise": "企业", "individual": "个体工商户", "institution": "事业单位、社会团体"}

# Announcements that list households: a case has the one that it is about.
_LISTS = frozenset({PaperKind.ABNORMAL_ANNOUNCEMENT, PaperKind.CERTIFICATE_INVALIDATION})


def told(work: Work, kind: PaperKind, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the drawing tells, with the household that an announcement names."""
    payer = work.session.get(Taxpayer, work.case.taxpayer_id) if work.case.taxpayer_id else None
    if kind not in _LISTS or payer is None or arguments.get("households"):
        return arguments
    named = {
        "name": payer.name,
        "tin": payer.tin,
        "legal_rep": payer.legal_rep,
        "address": payer.address,
    }
    return {**arguments, "households": [named]}


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
