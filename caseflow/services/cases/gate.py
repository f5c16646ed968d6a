"""The narrow gate for one case: the outcome of a step of the engine is stored here.

Opening, hand-in and whatever else has effects comes through ``store``; what moves many cases at
once stores the same ``rows`` through ``many``. There is no third way.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.engine import Call, Step
from caseflow.models import Answer, Case, Draft, Task
from caseflow.models.base import Json, among
from caseflow.services import definitions, effects, record
from caseflow.services.cases import mail, rows
from caseflow.services.cases.acts import Act
from caseflow.services.cases.rows import Leading, Rows, Standing
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import Actor, CaseStatus, Conflict, NotFound, TaskStatus


def store(  # noqa: PLR0913 - the act, the step it leads to, and who does its effects
    session: Session,
    actor: Actor,
    case: Case,
    step: Step,
    *,
    act: Act,
    times: Limits,
    do: Callable[[Work, Call], Json] = effects.do,
) -> record.Receipt:
    """Store what a step of the engine did to a case, and put the act on the record.

    The verb has called ``begin`` before it changed anything; ``do`` does the effects that the
    drawing asks for.
    """
    opened = _open_tasks(session, [case.id]).get(case.id, [])
    decided = _changed(session, Taken(actor, case, step, act), opened, times=times, do=do)
    receipt = put_on_record(
        session, actor, case, action=act.action, payload=decided.payload, idem=act.idem
    )
    if receipt.seq != case.revision:
        raise Conflict("record_out_of_step", case=case.number, seq=receipt.seq)
    if act.answers is not None:
        _keep_answers(session, actor, case, act)
    mail.post(session, [(case.id, case.revision, decided)])
    return receipt


# What may still happen to an archived case: being filed and lent, checked again (which alone lets a
# closed matter go on), what the treasury receives, and who may see it.
_OF_ARCHIVED = ("case.archived", "archive.", "recheck.", "payment.", "sensitive.", "dossier.")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the engine that somebody's act on a locked case has led to."""

    actor: Actor
    case: Case
    step: Step
    act: Act


def store_each(session: Session, taken: Sequence[Taken], *, times: Limits) -> None:
    """Store steps of several cases, one of each, as ``store`` does, in a few statements for all.

    None asks for effects.
    """
    opened = _open_tasks(session, [each.case.id for each in taken])
    with session.no_autoflush:  # all rows go together
        decided = [
            _changed(session, each, opened.get(each.case.id, []), times=times) for each in taken
        ]
    _put_each_on_record(
        session,
        [
            Noted(each.actor, each.case, each.act.action, rows.payload, each.act.idem)
            for each, rows in zip(taken, decided, strict=True)
        ],
    )
    for each in taken:
        if each.act.answers is not None:
            _keep_answers(session, each.actor, each.case, each.act)
    mail.post(
        session,
        [
            (each.case.id, each.case.revision, rows)
            for each, rows in zip(taken, decided, strict=True)
        ],
    )


@dataclass(frozen=True, slots=True)
class Noted:
    """An act on a case as its record will tell it."""

    actor: Actor
    case: Case
    action: str
    payload: Json
    idem: uuid.UUID | None = None


def note_each(session: Session, notes: Sequence[Noted]) -> None:
    """Put an act on the record of each of several cases, as ``note`` does; all were begun."""
    _put_each_on_record(session, notes)


def _put_each_on_record(session: Session, notes: Sequence[Noted]) -> None:
    """As ``put_on_record``, a statement for each name in which was acted."""
    for each in notes:
        _require_not_filed(each.actor, each.case, each.action)
    session.flush()  # once their events are written, these revisions cannot change
    by_actor: dict[Actor, list[Noted]] = {}
    for each in notes:
        by_actor.setdefault(each.actor, []).append(each)
    for actor, some in by_actor.items():
        entries = [
            record.Entry(f"case:{each.case.id}", each.action, _told(actor, each.payload), each.idem)
            for each in some
        ]
        receipts = record.append_many(session, actor, entries)
        for each in some:
            receipt = receipts[f"case:{each.case.id}"]
            if receipt.seq != each.case.revision:
                raise Conflict("record_out_of_step", case=each.case.number, seq=receipt.seq)


def _require_not_filed(actor: Actor, case: Case, action: str) -> None:
    """Nobody acts on a case whose file is archived; what machines find of it is still noted.

    Raises:
        Conflict: it is archived, and this is not its re-check, a payment or about its secrecy.
    """
    is_filed = case.status is CaseStatus.ARCHIVED and actor.user_id is not None
    if is_filed and not action.startswith(_OF_ARCHIVED):
        raise Conflict("case_archived", number=case.number)


def _told(actor: Actor, payload: Json) -> Json:
    return payload if actor.acting_through is None else {**payload, "through": actor.acting_through}


def begin(case: Case) -> None:
    """Begin the next revision of a locked case: from here on the act may change it."""
    case.revision += 1


def note(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    action: str,
    payload: Json,
    idem: uuid.UUID | None = None,
) -> record.Receipt:
    """Put an act on a case's record that does not move its course, such as a file handed in."""
    begin(case)
    return put_on_record(session, actor, case, action=action, payload=payload, idem=idem)


def put_on_record(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    action: str,
    payload: Json,
    idem: uuid.UUID | None = None,
) -> record.Receipt:
    """Write the event of a revision that was begun; what changed the case is stored first."""
    _require_not_filed(actor, case, action)
    session.flush()  # once its event is written, this revision of the case cannot change
    return record.append(
        session, actor, f"case:{case.id}", action=action, payload=_told(actor, payload), idem=idem
    )


def locked(session: Session, case_id: int) -> Case:
    """The case, its row locked until the transaction ends.

    Raises:
        NotFound: there is no such case.
    """
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound("case", id=case_id)
    return case


def standing(case: Case) -> Standing:
    """The case as it stands now, for what is decided in ``rows``."""
    return Standing(
        number=case.number,
        status=case.status,
        district_id=case.district_id,
        section_id=case.section_id,
        main_officer_id=case.main_officer_id,
        second_officer_id=case.second_officer_id,
        due_at=case.due_at,
        paused_at=case.paused_at,
        facts=case.facts,
        awaits=case.awaits or (),
    )


def _store(session: Session, case: Case, step: Step, decided: Rows) -> None:
    for column, value in decided.case.items():
        setattr(case, column, value)
    session.add_all(Task(case_id=case.id, **row) for row in decided.tasks)
    if step.ended == rows.VOIDED:
        effects.conclude_warnings(session, case)
    if step.ended:
        of_case = select(Task.id).where(Task.case_id == case.id)
        session.execute(delete(Draft).where(Draft.task_id.in_(of_case)))


def _changed(
    session: Session,
    taken: Taken,
    opened: Sequence[Task],
    *,
    times: Limits,
    do: Callable[[Work, Call], Json] = effects.do,
) -> Rows:
    """Change the case and its tasks as the step says; what the record and the outbox are told."""
    actor, case, step, act = taken.actor, taken.case, taken.step, taken.act
    closed, others = _close_tasks(actor, opened, step, act, times.now)
    case.facts = rows.remembered(case.facts, step)
    process = definitions.process_of(session, case.definition_id)
    work = Work(session, actor, case, times, act.task, act.answers, process)
    done = [do(work, call) for call in step.calls]
    decided = rows.of(
        process,
        step,
        standing(case),
        act=act,
        times=times,
        closed=closed,
        staying=_newest(others),
        effects=done,
    )
    _store(session, case, step, decided)
    return decided


def _open_tasks(session: Session, case_ids: Sequence[int]) -> dict[int, list[Task]]:
    """The open steps of cases by case, the oldest first."""
    found: dict[int, list[Task]] = {}
    for task in session.scalars(
        select(Task)
        .where(among(Task.case_id, case_ids), Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    ):
        found.setdefault(task.case_id, []).append(task)
    return found


def _close_tasks(
    actor: Actor, tasks: Sequence[Task], step: Step, act: Act, now: datetime
) -> tuple[list[str], list[Task]]:
    """Close what the step closed; gives its elements, and the steps that stay open."""
    closed = [task for task in tasks if task.key in step.closed]
    drawn = [task for task in tasks if task.asked_kind is None]
    asked = rows.asked_too({task.id for task in closed}, tasks, is_over=step.ended is not None)
    for task in (*closed, *asked):
        task.done_at = now
        if act.task is not None and task.id == act.task.id:
            task.status = TaskStatus.DONE
            task.done_by = actor.user_id
            task.done_for = actor.acting_for
            task.done_through = actor.acting_through
        else:
            task.status = TaskStatus.WITHDRAWN
            task.version += 1
    return [task.element for task in closed], [task for task in drawn if task not in closed]


def _newest(tasks: Sequence[Task]) -> Leading | None:
    if not tasks:
        return None
    task = tasks[-1]
    return Leading(task.stage, task.case_status, task.due_at, task.return_reason)


def _keep_answers(session: Session, actor: Actor, case: Case, act: Act) -> None:
    session.add(
        Answer(
            case_id=case.id,
            revision=case.revision,
            task_id=act.task.id if act.task else None,
            element=act.task.element if act.task else act.action,
            user_id=actor.user_id,
            for_id=actor.acting_for,
            at=clock.now(),
            content=act.answers or {},
            sha256=record.digest(act.answers),
        )
    )
