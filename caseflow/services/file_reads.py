"""Who looked into a case: noted once a day for each thing, in the reader's own stream."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock, policy
from caseflow.models import Attachment, Case, Document, FileRead, SeenCase, Task
from caseflow.models.base import Json
from caseflow.services import record
from caseflow.vocabulary import Actor, NotFound, Reading, Refused

# The acts as the record names them.
READ, REFUSED = "case.read", "case.refused"
# Somebody would have acted in a case of one's own, or beyond what the post may settle.
_FOR_WANT_OF_POWER = frozenset(
    {
        *("not_your_post", "barred", "over_limit", "recusal_not_yours"),
        *("handles_the_case", "own_move", "not_your_move"),
    }
)
_Column = InstrumentedAttribute[int]
# Where a thing is found, and the case that it belongs to.
_HOMES: Mapping[str, tuple[_Column, _Column]] = {
    "case": (Case.id, Case.id),
    "task": (Task.id, Task.case_id),
    "file": (Attachment.id, Attachment.case_id),
    "paper": (Document.id, Document.case_id),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """A part of a case, named in the event by its kind and id and by what else is told of it."""

    kind: str
    id: int
    told: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def note(
    session: Session,
    actor: Actor,
    case_id: int,
    what: Reading,
    *,
    thing: Thing | None = None,
    why: str | None = None,
) -> bool:
    """Note what somebody looked at in a case, or was refused; False when today knows it already.

    ``thing`` is the part of the case that it was about, ``why`` the code of a refusal. The row
    and the event share one key, so that two pages opened at once leave one of each.
    """
    if actor.user_id is None:
        return False
    key = uuid.uuid4()
    row = insert(FileRead).values(
        case_id=case_id,
        user_id=actor.user_id,
        what=what,
        on=clock.today(),
        thing=str(thing) if thing else None,
        why=why,
        idem=key,
    )
    is_new = session.scalar(row.on_conflict_do_nothing().returning(FileRead.id))
    if is_new is None:
        return False
    payload: Json = {"case": case_id, "what": what.value}
    if thing is not None:
        payload |= {thing.kind: thing.id, **thing.told}
    if why is not None:
        payload["why"] = why
    action = REFUSED if what is Reading.REFUSED else READ
    record.append(session, actor, f"user:{actor.user_id}", action=action, payload=payload, idem=key)
    return True


def see(session: Session, actor: Actor, case_id: int, *, at: datetime) -> None:
    """Note that somebody opened a case, and keep up to when its steps were seen."""
    note(session, actor, case_id, Reading.CASE)
    row = insert(SeenCase).values(user_id=actor.user_id, case_id=case_id, at=at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[SeenCase.user_id, SeenCase.case_id],
            set_={"at": func.greatest(SeenCase.at, row.excluded.at)},
        )
    )


def note_refusal(session: Session, actor: Actor, thing: Thing, refusal: Refused) -> bool:
    """Note that somebody was turned away from a case, or a part of one, for want of power.

    Who merely came too late, or to a step on another's desk, was told so and that is all;
    nor is it a refusal when there is no such thing, or the actor sees the case.
    """
    key, home = _HOMES[thing.kind]
    found = select(Case.id).where(Case.id.in_(select(home).where(key == thing.id)))
    if isinstance(refusal, NotFound):
        found = found.where(~policy.visible_cases(actor))
    elif refusal.code not in _FOR_WANT_OF_POWER:
        return False
    case_id = session.scalar(found)
    if case_id is None:
        return False
    part = None if thing.kind == "case" else thing
    return note(session, actor, case_id, Reading.REFUSED, thing=part, why=refusal.code)
