"""Files handed in with a step: kept, hashed, on the record; taken out again only as a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Task
from caseflow.services import cases, files, tasks
from caseflow.vocabulary import Actor, Conflict, NotFound, TaskStatus

_HEAD = 4096


def add(
    session: Session, actor: Actor, task_id: int, *, field: str, name: str, chunks: Iterable[bytes]
) -> Attachment:
    """Keep a file that the holder of a step hands in for one of its fields.

    Raises:
        Invalid: the type is not allowed, empty, or larger than 20 MiB.
        Stale: the step was handed in while the file came.
    """
    task = tasks.held(session, actor, task_id)
    shown = PurePath(name.replace("\\", "/")).name[:200]
    stream = iter(chunks)
    head = next(stream, b"")
    kind = files.media_type(shown, head[:_HEAD])
    sha256, size = files.keep(_again(head, stream))
    case = cases.locked(session, task.case_id)
    session.refresh(task)
    tasks.held(session, actor, task_id)  # still, now that nobody else can change the case
    attachment = Attachment(
        case_id=case.id,
        task_id=task.id,
        field=field,
        name=shown,
        media_type=kind,
        size=size,
        sha256=sha256,
        uploaded_at=clock.now(),
        uploaded_by=actor.user_id or 0,
        removed_at=None,
    )
    session.add(attachment)
    payload = {"name": shown, "size": size, "sha256": sha256, "field": field, "task": task.element}
    cases.note(session, actor, case, action="attachment.added", payload=payload)
    return attachment


def remove(session: Session, actor: Actor, attachment_id: int) -> None:
    """Take a file out of a step that is not handed in yet; its bytes and the record stay.

    Raises:
        Conflict: the step it belongs to has been handed in.
    """
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.task_id is None or attachment.removed_at is not None:
        raise NotFound("attachment", id=attachment_id)
    task = tasks.held(session, actor, attachment.task_id)
    case = cases.locked(session, task.case_id)
    if session.scalar(select(Task.status).where(Task.id == task.id)) != TaskStatus.OPEN:
        raise Conflict("attachment_handed_in", name=attachment.name)
    attachment.removed_at = clock.now()
    payload = {"name": attachment.name, "sha256": attachment.sha256}
    cases.note(session, actor, case, action="attachment.removed", payload=payload)


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest
