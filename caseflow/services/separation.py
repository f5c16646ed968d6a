"""Who is kept from a part in a case by what was done before; the rule is the policy's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Recusal


def may_be_officer(session: Session, case: Case, relation: str, user_id: int) -> bool:
    """Whether somebody did nothing in a case that is kept from this officer of it."""
    return user_id not in policy.kept_from(policy.case_now(session, case), {relation})


def recused(session: Session, case: Case) -> frozenset[int]:
    """Who may not take part in a case at all."""
    return frozenset(session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id)))
