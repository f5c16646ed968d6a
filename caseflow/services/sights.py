"""What the policy asks the database of one case: its facts, and whether somebody sees it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Recusal, SensitiveFile, SensitiveReader, Task, Taxpayer
from caseflow.policy import CaseFacts
from caseflow.vocabulary import Actor, Role, TaskStatus


def sees(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the case exists for the actor now; one statement."""
    found = select(Case.id).where(Case.id == case_id, policy.visible_cases(actor))
    return session.scalar(found) is not None


def case_facts(session: Session, case: Case) -> CaseFacts:
    """What the decision needs to know of a case, as it is now."""
    steps = session.execute(
        select(
            Task.assignee_id,
            Task.held_for,
            Task.roles,
            Task.status,
            Task.done_by,
            Task.done_for,
        ).where(Task.case_id == case.id)
    ).all()
    opened = [step for step in steps if step.status == TaskStatus.OPEN]
    recused = session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id))
    officers = {case.main_officer_id, case.second_officer_id} - {None}
    readers, cleared = _marks(session, case)
    return CaseFacts(
        id=case.id,
        kind=case.kind,
        taxpayer_id=case.taxpayer_id,
        district_id=case.district_id,
        section_id=case.section_id,
        lines=frozenset(case.lines),
        officers=frozenset(user_id for user_id in officers if user_id is not None),
        seats=frozenset(
            (step.assignee_id, Role(role))
            for step in steps
            if step.assignee_id is not None
            for role in step.roles
        ),
        lent=frozenset(
            (step.held_for, Role(role))
            for step in opened
            if step.held_for is not None
            for role in step.roles
        ),
        deputies=frozenset(step.done_by for step in steps if step.done_for is not None),
        recused=frozenset(recused),
        holders=frozenset(step.assignee_id for step in opened if step.assignee_id is not None),
        readers=readers,
        cleared=cleared,
    )


def _marks(session: Session, case: Case) -> tuple[frozenset[int], tuple[frozenset[int], ...]]:
    """The named readers, and for each mark in force on the case or its household the cleared."""
    rows = session.execute(
        select(
            SensitiveFile.id,
            SensitiveFile.case_id,
            SensitiveFile.marked_by,
            SensitiveReader.user_id,
            Taxpayer.administrator_id,
        )
        .outerjoin(
            SensitiveReader,
            (SensitiveReader.file_id == SensitiveFile.id) & SensitiveReader.ended_at.is_(None),
        )
        .outerjoin(Taxpayer, Taxpayer.id == SensitiveFile.taxpayer_id)
        .where(
            (SensitiveFile.case_id == case.id) | (SensitiveFile.taxpayer_id == case.taxpayer_id),
            SensitiveFile.lifted_at.is_(None),
        )
    ).all()
    cleared: dict[int, set[int]] = {}
    for row in rows:
        known = {row.marked_by, row.user_id, row.administrator_id} - {None}
        cleared.setdefault(row.id, set()).update(known)
    readers = frozenset(row.user_id for row in rows if row.user_id is not None)
    return readers, tuple(frozenset(known) for known in cleared.values())
