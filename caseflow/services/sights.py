"""What the policy asks the database of one case: its facts, and whether somebody sees it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case
from caseflow.policy import CaseFacts
from caseflow.vocabulary import Actor


def sees(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the case exists for the actor now; one statement."""
    found = select(Case.id).where(Case.id == case_id, policy.visible_cases(actor))
    return session.scalar(found) is not None


def case_facts(session: Session, case: Case) -> CaseFacts:
    """What the decision needs to know of a case, as it is now."""
    return policy.case_facts(policy.case_now(session, case))
