"""Notices (通知): people are told, with the act itself, that a case or a handover concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Handover, Notice, Task
from caseflow.vocabulary import Actor, NotFound, NoticeKind


def tell(  # noqa: PLR0913 - who is told what of which step, and why
    session: Session,
    actor: Actor,
    case: Case,
    *,
    kind: NoticeKind,
    to: Iterable[int | None],
    task: Task | None = None,
    text: str = "",
) -> None:
    """Tell people of an act of the actor; nobody is told of their own."""
    for user_id in sorted({each for each in to if each is not None} - {actor.user_id}):
        session.add(
            Notice(
                user_id=user_id,
                kind=kind,
                case_id=case.id,
                task_id=task.id if task is not None else None,
                by_id=actor.user_id,
                text=text.strip() or None,
                at=clock.now(),
            )
        )


def tell_of_handover(
    session: Session, actor: Actor, handover: Handover, *, takers: Iterable[int]
) -> None:
    """Tell whoever takes households over, and whoever gave them; nobody of their own act."""
    kinds = dict.fromkeys(takers, NoticeKind.HOUSEHOLDS_TAKEN)
    kinds[handover.giver_id] = NoticeKind.HOUSEHOLDS_GIVEN
    session.add_all(
        Notice(
            user_id=user_id,
            kind=kind,
            handover_id=handover.id,
            by_id=actor.user_id,
            at=clock.now(),
        )
        for user_id, kind in sorted(kinds.items())
        if user_id != actor.user_id
    )


def read(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Mark one of the own notices as read.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    notice = session.get(Notice, notice_id)
    if notice is None or notice.user_id != actor.user_id:
        raise NotFound("notice", id=notice_id)
    notice.read_at = notice.read_at or clock.now()
    return notice


def read_all(session: Session, actor: Actor) -> None:
    """Mark all of the own notices as read."""
    unread = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    session.execute(unread.values(read_at=clock.now()))
