"""The taxpayer of a case as papers show it."""

from __future__ import annotations

from caseflow.documents import TaxpayerFacts
from caseflow.models import User
from caseflow.services.papers.subject import Subject

_KINDS = {"enterprise": "企业", "individual": "个体工商户", "institution": "事业单位、社会团体"}


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
