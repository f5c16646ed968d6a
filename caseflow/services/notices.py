"""Notices (通知): people are told, with the act itself, that a case concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Notice, Task
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
