"""Cases: opening them, and the narrow gate through which every step of the engine goes.

``apply`` is the only place where the outcome of the engine meets the database. Start, hand-in,
timer, withdrawal and migration all end there; do not build a second gate.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.engine import EngineError, OpenTask, Step
from caseflow.models import Answer, Case, Draft, Task, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services import definitions, effects, ladder, limits, numbers, record
from caseflow.services.limits import Limits
from caseflow.services.work import Work
from caseflow.vocabulary import (
    CLOCKWORK,
    Actor,
    CaseKind,
    CaseStatus,
    Conflict,
    NotFound,
    Refused,
    TaskStatus,
    WarningStatus,
)
from caseflow.working_days import Due, DueFacts

PROCESSES = {CaseKind.WV: "warning_verification"}
# The woken cases of one transaction: few enough that no lock is held for long.
WAKE_AT_ONCE = 50


@dataclass
class Act:
    """One act on a case: what the record will say of it, and who did what in it."""

    action: str
    payload: Json = field(default_factory=dict)
    idem: uuid.UUID | None = None
    task: Task | None = None
    answers: Json | None = None
    returned: str | None = None
    # Limits of steps that this act opens and that began on another day, by element.
    limits: Mapping[str, Due] = field(default_factory=dict)


def open_case(  # noqa: PLR0913 - a case is opened once, from all that is known of it
    session: Session,
    actor: Actor,
    taxpayer: Taxpayer,
    *,
    kind: CaseKind,
    warnings: Sequence[TaxWarning],
    score: Decimal,
    grade: int,
    is_ti: bool,
) -> Case:
    """Open a case on a taxpayer from the warnings that call for it.

    Raises:
        Conflict: the taxpayer has an open case of this kind (``uq_cases_one_open``).
        NotFound: no process is deployed for the kind.
    """
    definition = definitions.latest(session, PROCESSES[kind])
    process = definitions.process_of(session, definition.id)
    times = limits.of_today(session)
    start = {"score": score, "ti_flag": is_ti}
    step = engine.start(process, start, at=times.moment())
    district = session.get_one(Unit, taxpayer.district_id)
    case = Case(
        number=numbers.case_number(session, district.code, kind, times.today.year),
        kind=kind,
        taxpayer_id=taxpayer.id,
        district_id=taxpayer.district_id,
        section_id=taxpayer.section_id,
        status=CaseStatus.TO_ASSIGN,
        stage="",
        definition_id=definition.id,
        state=step.state,
        revision=1,
        score=score,
        grade=grade,
        is_ti=is_ti,
        period=max(warning.period for warning in warnings),
        run_id=warnings[0].run_id,
        facts={},
        opened_at=times.now,
        paused_days=0,
        returns=0,
        priority="normal",
    )
    session.add(case)
    session.flush()  # tasks, warnings and the record name the case by its id
    for warning in warnings:
        warning.case_id = case.id
        warning.status = WarningStatus.IN_CASE
        warning.joined_at = times.now
    payload = {"warnings": sorted(w.fingerprint for w in warnings), "number": case.number}
    _enter(session, actor, case, step, act=Act("case.opened", payload), times=times)
    return case


def apply(
    session: Session, actor: Actor, case: Case, step: Step, *, act: Act, times: Limits
) -> record.Receipt:
    """Store what a step of the engine did to a case, and put the act on the record.

    The verb has called ``begin`` before it changed anything.
    """
    return _enter(session, actor, case, step, act=act, times=times)


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
    session.flush()  # once its event is written, this revision of the case cannot change
    return record.append(
        session, actor, f"case:{case.id}", action=action, payload=payload, idem=idem
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


def wake_due(session: Session, *, at_once: int = WAKE_AT_ONCE) -> int:
    """Let the timers that are due fire, of at most so many cases; returns how many cases woke.

    Several sweepers may run at once: each skips the rows that another holds.
    """
    times = limits.of_today(session)
    due = session.scalars(
        select(Case)
        .where(Case.wake_at <= times.now)
        .order_by(Case.wake_at, Case.id)
        .limit(at_once)
        .with_for_update(skip_locked=True)
    ).all()
    for case in due:
        try:
            with session.begin_nested():
                _wake(session, case, times)
        except (EngineError, Refused) as error:
            _set_aside(session, case, error, times)
    return len(due)


def _wake(session: Session, case: Case, times: Limits) -> None:
    begin(case)
    process = definitions.process_of(session, case.definition_id)
    step = engine.fire(process, case.state, at=times.moment())
    apply(session, CLOCKWORK, case, step, act=Act("timer.fired"), times=times)


def _set_aside(session: Session, case: Case, error: EngineError | Refused, times: Limits) -> None:
    """A case whose timer cannot fire says so on its record and is tried again in an hour."""
    session.refresh(case)
    begin(case)
    case.wake_at = times.now + timedelta(hours=1)
    payload: Json = {"code": error.code, "case": case.number}
    put_on_record(session, CLOCKWORK, case, action="timer.failed", payload=payload)


# The end event that every drawing gives to a case that was no case.
_VOIDED = "voided"


def _enter(
    session: Session, actor: Actor, case: Case, step: Step, *, act: Act, times: Limits
) -> record.Receipt:
    case.state = step.state
    case.wake_at = step.wake_at
    closed = _close_tasks(session, actor, case, step, act, times.now)
    _remember(case, step)
    work = Work(session, actor, case, times, act.task, act.answers)
    done = [effects.do(work, call) for call in step.calls]
    opened = [_open_task(session, case, task, act, times) for task in step.opened]
    _settle(session, case, step, opened, times)
    payload = {
        **act.payload,
        "case": case.number,
        "passed": list(step.passed),
        "closed": closed,
        "opened": [task.element for task in step.opened],
        "effects": done,
        "status": str(case.status),
    }
    if step.ended:
        payload["ended"] = step.ended
        payload["outcome"] = case.outcome
    if act.answers is not None:
        payload["answers"] = record.digest(act.answers)
    session.flush()  # once its event is written, this revision of the case cannot change
    receipt = record.append(
        session, actor, f"case:{case.id}", action=act.action, payload=payload, idem=act.idem
    )
    if receipt.seq != case.revision:
        raise Conflict("record_out_of_step", case=case.number, seq=receipt.seq)
    if act.answers is not None:
        _keep_answers(session, actor, case, act)
    return receipt


def _close_tasks(
    session: Session, actor: Actor, case: Case, step: Step, act: Act, now: datetime
) -> list[str]:
    if not step.closed:
        return []
    tasks = session.scalars(
        select(Task).where(
            Task.case_id == case.id, Task.key.in_(step.closed), Task.status == TaskStatus.OPEN
        )
    ).all()
    for task in tasks:
        task.done_at = now
        if act.task is not None and task.id == act.task.id:
            task.status = TaskStatus.DONE
            task.done_by = actor.user_id
        else:
            task.status = TaskStatus.WITHDRAWN
            task.version += 1
    return [task.element for task in tasks]


def _open_task(session: Session, case: Case, task: OpenTask, act: Act, times: Limits) -> Task:
    roles = [role for group in task.groups for role in policy.SEATS[group]]
    relation = task.properties.get("relation") or None
    assignee = _related(case, relation, task.item)
    at_district = any(role in policy.DISTRICT_SEATS for role in roles)
    due_at, facts = _due(task, case, act, times)
    row = Task(
        case_id=case.id,
        key=task.key,
        element=task.element,
        name=task.name,
        name_en=task.properties.get("name_en", task.name),
        stage=task.properties.get("stage", task.element),
        form_key=task.form_key,
        case_status=CaseStatus(task.properties.get("status", CaseStatus.IN_PROGRESS)),
        roles=[role.value for role in roles],
        unit_id=case.district_id if at_district else case.section_id,
        relation=relation if assignee is not None else None,
        separation=_words(task.properties.get("separation", "")),
        assignee_id=assignee,
        item=None if task.item is None else {"item": task.item},
        status=TaskStatus.OPEN,
        version=1,
        opened_at=times.now,
        claimed_at=times.now if assignee is not None else None,
        due_at=due_at,
        due_facts=facts,
        remind_at=ladder.first_at(times.now, due_at, times.calendar),
        returned_by=act.task.done_by if act.returned and act.task else None,
        return_reason=act.returned,
    )
    session.add(row)
    return row


def _related(case: Case, relation: str | None, item: object) -> int | None:
    if relation == "main_officer":
        return case.main_officer_id
    if relation == "second_officer":
        return case.second_officer_id
    if relation == "collective_member":
        return int(str(item))
    return None


def _due(
    task: OpenTask, case: Case, act: Act, times: Limits
) -> tuple[datetime | None, DueFacts | None]:
    """The task's own limit; a step without one ends with the clock of the whole case.

    An agreed instant, such as the time of an interview, was not counted: it has no explanation.
    """
    if task.element in act.limits:
        due = act.limits[task.element]
        return clock.end_of(due.on), due.facts()
    if task.due_at is None:
        return case.due_at, case.facts.get("due")
    counted = times.dues.get(task.due_at)
    return task.due_at, counted.facts() if counted else None


def _settle(
    session: Session, case: Case, step: Step, opened: Sequence[Task], times: Limits
) -> None:
    """Say where the case stands now: its stage and status follow from what is open."""
    if step.ended:
        case.closed_at = times.now
        voided = step.ended == _VOIDED
        if voided:
            effects.conclude_warnings(session, case)
        case.status = CaseStatus.VOIDED if voided else CaseStatus.CLOSED
        case.outcome = None if voided else case.facts.get("outcome")
        case.stage = step.ended
        for draft in session.scalars(
            select(Draft).join(Task, Task.id == Draft.task_id).where(Task.case_id == case.id)
        ):
            session.delete(draft)
        return
    session.flush()  # what is open now includes what this step has opened
    tasks = session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
        .order_by(Task.id.desc())
    ).all()
    if tasks:
        leading = next((task for task in opened if task in tasks), tasks[0])
        case.stage = leading.stage
        case.status = _status(case, leading)


def _status(case: Case, task: Task) -> CaseStatus:
    if case.paused_at is not None:
        return CaseStatus.WAITING_TAXPAYER
    if task.return_reason is not None:
        return CaseStatus.RETURNED
    is_over = task.due_at is not None and task.due_at <= clock.now()
    if task.case_status == CaseStatus.WAITING_TAXPAYER and is_over:
        return CaseStatus.IN_PROGRESS  # the taxpayer's time has run out: it is the officer's turn
    return task.case_status


def _remember(case: Case, step: Step) -> None:
    """Keep what the decision tables said, where pages and papers read it."""
    said = {name: step.variables.get(name) for name in ("outcome", "decided_by")}
    known = {name: value for name, value in said.items() if value is not None}
    if known:
        case.facts = {**case.facts, **known}


def _keep_answers(session: Session, actor: Actor, case: Case, act: Act) -> None:
    session.add(
        Answer(
            case_id=case.id,
            revision=case.revision,
            task_id=act.task.id if act.task else None,
            element=act.task.element if act.task else act.action,
            user_id=actor.user_id,
            at=clock.now(),
            content=act.answers or {},
            sha256=record.digest(act.answers),
        )
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
