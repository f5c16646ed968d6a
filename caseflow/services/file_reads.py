"""Who looked into a case: noted once a day for each thing, on the reader's own stream."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, FileRead, Task
from caseflow.services import record
from caseflow.vocabulary import Actor, Reading

# The acts as the record names them.
READ, REFUSED = "case.read", "case.refused"


def note(session: Session, actor: Actor, case_id: int, what: Reading, *, why: str = "") -> bool:
    """Note what somebody looked at in a case, or was refused; False when today knows it already.

    ``why`` is the code of a refusal. The row and the event share one key, so that two pages
    opened at once leave one of each.
    """
    if actor.user_id is None:
        return False
    key = uuid.uuid4()
    row = insert(FileRead).values(
        case_id=case_id, user_id=actor.user_id, what=what, on=clock.today(), idem=key
    )
    is_new = session.scalar(row.on_conflict_do_nothing().returning(FileRead.id))
    if is_new is None:
        return False
    payload = {"case": case_id, "what": what.value} | ({"why": why} if why else {})
    action = REFUSED if what is Reading.REFUSED else READ
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload, idem=key)
    return True


def note_refusal(
    session: Session, actor: Actor, *, case_id: int | None, task_id: int | None, why: str
) -> bool:
    """Note that somebody was turned away from a case that exists; False when it does not."""
    found = select(Case.id).where(Case.id == case_id)
    if task_id is not None:
        found = select(Task.case_id).where(Task.id == task_id)
    existing = session.scalar(found)
    return existing is not None and note(session, actor, existing, Reading.REFUSED, why=why)
