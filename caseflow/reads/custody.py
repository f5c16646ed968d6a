"""The way of one file: how it came, where its bytes lie sound, who has taken it away since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import cast, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Attachment, Blob, Case, FileRead, Post, Task, User
from caseflow.models.record import RecordEvent
from caseflow.reads import cases, record
from caseflow.reads.record import Event
from caseflow.vocabulary import Actor, Role, TaskStatus, Verb

_MOST_SHOWN = 200
_OF_A_FILE = (
    "attachment.added",
    "attachment.described",
    "attachment.removed",
    "attachment.locked",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who took the file away, and when."""

    name: str
    name_en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Custody:
    """Everything that is known of a file beside its bytes."""

    file: Attachment
    case: Case
    blob: Blob | None
    uploader: User
    step: Task | None
    events: tuple[Event, ...]
    # Whether the actor may still say how it was collected.
    is_open: bool

    def told_by_device(self, name: str) -> str | None:
        """What the camera said when the file came: its `device_time` or `device_place`."""
        came = (event.payload for event in self.events if event.action == "attachment.added")
        return next((str(told[name]) for told in came if name in told), None)


def of_file(session: Session, actor: Actor, file_id: int) -> Custody:
    """
    The custody of a file that the actor may see.

    Raises:
        NotFound: there is none.

    """
    file = cases.file(session, actor, file_id)
    step = session.get(Task, file.task_id) if file.task_id else None
    is_mine = step is not None and actor.user_id in (step.assignee_id, step.done_by)
    return Custody(
        file=file,
        case=session.get_one(Case, file.case_id),
        blob=session.get(Blob, file.sha256),
        uploader=session.get_one(User, file.uploaded_by),
        step=step,
        events=_events(session, file),
        is_open=is_mine and step is not None and step.status == TaskStatus.OPEN,
    )


def _events(session: Session, file: Attachment) -> tuple[Event, ...]:
    about = cast(RecordEvent.payload, JSONB)["sha256"].astext == file.sha256
    rows = session.scalars(
        select(RecordEvent)
        .where(
            RecordEvent.stream == f"case:{file.case_id}", RecordEvent.action.in_(_OF_A_FILE), about
        )
        .order_by(RecordEvent.seq)
    ).all()
    return record.events(session, rows)


def readers(session: Session, actor: Actor, file: Attachment) -> tuple[Reader, ...]:
    """
    Who took a file away that the actor was shown; it stands in the streams of other people.

    An auditor's own readings are shown to auditors alone: an audit does not announce itself.
    """
    query = (
        select(User.name, User.name_en, RecordEvent.at)
        .join(FileRead, FileRead.user_id == User.id)
        .join(RecordEvent, RecordEvent.idem == FileRead.idem)
        .where(
            FileRead.case_id == file.case_id,
            FileRead.thing == f"file:{file.id}",
            FileRead.why.is_(None),
        )
        .order_by(FileRead.id)
        .limit(_MOST_SHOWN)
    )
    if not policy.may(actor, Verb.READ_RECORD):
        query = query.where(
            FileRead.user_id.not_in(select(Post.user_id).where(Post.role == Role.AUDITOR))
        )
    return tuple(Reader(*row) for row in session.execute(query))
