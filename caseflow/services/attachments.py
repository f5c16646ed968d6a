"""Files handed in with a step: kept, hashed, on the record; taken out again only as a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Case, Task
from caseflow.models.base import Json
from caseflow.services import blobs, cases, file_types, files, photographs, record, tasks
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound, TaskStatus

_HEAD = 4096
_LONGEST = 200


def add(
    session: Session, actor: Actor, task_id: int, *, field: str, name: str, chunks: Iterable[bytes]
) -> Attachment:
    """Keep a file that the holder of a step hands in for one of its fields.

    The same bytes sent once more for the same field are the file that is kept already: a phone
    that lost the answer sends again. What the camera told goes on the record with the file.

    Raises:
        Invalid: the type is not allowed, empty, larger than 20 MiB, an archive that holds what
            may not come in, or a scanner found something in these bytes before.
        Stale: the step was handed in while the file came.
    """
    task = tasks.held(session, actor, task_id)
    came = _received(session, name, chunks)
    case = cases.locked(session, task.case_id)
    session.refresh(task)
    # Still, now that nobody else can change the case; a deputy in the principal's name.
    task, actor = tasks.holding(session, actor, task_id)
    if already := _kept(session, task.id, field=field, name=came.name, sha256=came.sha256):
        return already
    return _put(session, actor, case, came, field=field, task=task)


def add_to_case(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    field: str,
    name: str,
    chunks: Iterable[bytes],
) -> Attachment:
    """Keep a file that shows why something was decided about a locked case, outside its steps.

    Raises:
        Invalid: as ``add``.
    """
    attachment = _put(session, actor, case, _received(session, name, chunks), field=field)
    session.flush()  # the decision names it by its id
    return attachment


@dataclass(frozen=True, slots=True)
class _Received:
    """A file whose bytes are kept: its name as shown, its type, and what a camera told."""

    name: str
    media_type: str
    sha256: str
    size: int
    told: Json


def _received(session: Session, name: str, chunks: Iterable[bytes]) -> _Received:
    shown = PurePath(name.replace("\\", "/")).name[:200]
    stream = iter(chunks)
    head = next(stream, b"")
    kind = file_types.media_type(shown, head[:_HEAD])
    sha256, size = files.keep(_again(head, stream), inspect=partial(file_types.inspect, shown))
    blobs.hold(session, sha256, size=size)
    return _Received(shown, kind, sha256, size, photographs.told_by_device(head))


def _put(
    session: Session,
    actor: Actor,
    case: Case,
    came: _Received,
    *,
    field: str,
    task: Task | None = None,
) -> Attachment:
    attachment = Attachment(
        case_id=case.id,
        task_id=task.id if task is not None else None,
        field=field,
        name=came.name,
        media_type=came.media_type,
        size=came.size,
        sha256=came.sha256,
        uploaded_at=clock.now(),
        uploaded_by=actor.user_id or 0,
        removed_at=None,
    )
    session.add(attachment)
    payload = {"name": came.name, "size": came.size, "sha256": came.sha256, "field": field}
    if task is not None:
        payload |= {"task": task.element}
    cases.note(session, actor, case, action="attachment.added", payload=payload | came.told)
    return attachment


@dataclass(frozen=True, slots=True)
class Custody:
    """How a file came into the bureau's hands, as the officer says; text of at most 200."""

    collected_by: str
    collected_on: date | None
    collected_at: str
    origin: str


def describe(session: Session, actor: Actor, attachment_id: int, custody: Custody) -> None:
    """Say who took a file in hand, when, where and from whom, while its step is not handed in.

    What was said before stays on the record.

    Raises:
        Conflict: the step it belongs to has been handed in.
        Invalid: a text is missing or too long, or the day has not come yet.
    """
    case, attachment, actor = _in_the_making(session, actor, attachment_id)
    _check(custody)
    attachment.collected_by = custody.collected_by
    attachment.collected_on = custody.collected_on
    attachment.collected_at = custody.collected_at
    attachment.origin = custody.origin
    payload = {"name": attachment.name, "sha256": attachment.sha256, **asdict(custody)}
    cases.note(session, actor, case, action="attachment.described", payload=record.plain(payload))


def remove(session: Session, actor: Actor, attachment_id: int) -> None:
    """Take a file out of a step that is not handed in yet; its bytes and the record stay.

    Raises:
        Conflict: the step it belongs to has been handed in.
    """
    case, attachment, actor = _in_the_making(session, actor, attachment_id)
    attachment.removed_at = clock.now()
    payload = {"name": attachment.name, "sha256": attachment.sha256}
    cases.note(session, actor, case, action="attachment.removed", payload=payload)


def _kept(
    session: Session, task_id: int, *, field: str, name: str, sha256: str
) -> Attachment | None:
    same = select(Attachment).where(
        Attachment.task_id == task_id,
        Attachment.field == field,
        Attachment.name == name,
        Attachment.sha256 == sha256,
        Attachment.removed_at.is_(None),
    )
    return session.scalars(same.order_by(Attachment.id)).first()


def _in_the_making(
    session: Session, actor: Actor, attachment_id: int
) -> tuple[Case, Attachment, Actor]:
    """A file of a step on the desk that is not handed in, its case locked; and in whose name."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.task_id is None or attachment.removed_at is not None:
        raise NotFound("attachment", id=attachment_id)
    try:
        task, actor = tasks.holding(session, actor, attachment.task_id)
    except NotFound:  # told of the step, a reader would know that there is such a file
        raise NotFound("attachment", id=attachment_id) from None
    case = cases.locked(session, task.case_id)
    if session.scalar(select(Task.status).where(Task.id == task.id)) != TaskStatus.OPEN:
        raise Conflict("attachment_handed_in", name=attachment.name)
    return case, attachment, actor


def _check(custody: Custody) -> None:
    """Each text is there and of a length that a list can show; the day is past or today."""
    wrong: dict[str, tuple[str, dict[str, object]]] = {}
    for name in ("collected_by", "collected_at", "origin"):
        if not 1 <= len(getattr(custody, name).strip()) <= _LONGEST:
            wrong[name] = ("text_length", {"longest": _LONGEST})
    if custody.collected_on is None:
        wrong["collected_on"] = ("not_a_date", {})
    elif custody.collected_on > clock.today():
        wrong["collected_on"] = ("in_the_future", {"day": custody.collected_on})
    if wrong:
        raise Invalid("custody", fields=wrong)


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest
