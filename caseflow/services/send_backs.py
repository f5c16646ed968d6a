"""退回: whoever has a step on the desk sends the case back to an earlier step of its course.

What sending back would do is reckoned by one function: the page shows it before, the act does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine, policy
from caseflow.engine import Element, EngineError, Process, send_backs
from caseflow.models import Case, Document, Task
from caseflow.models.base import Json
from caseflow.services import (
    cases,
    drawn_verbs,
    effects,
    hand_ins,
    limits,
    notices,
    pasts,
    present_course,
    seats,
    tasks,
)
from caseflow.services.cases import Act
from caseflow.services.limits import Limits
from caseflow.services.pasts import Past
from caseflow.services.work import OWN_PAUSE, Work
from caseflow.vocabulary import (
    Actor,
    CaseStatus,
    Conflict,
    DocumentStatus,
    Invalid,
    NoticeKind,
    TaskStatus,
)

SHORTEST_REASON, LONGEST_REASON = 5, 500
# So often a reviewer may send back; the next time the district leader decides.
_MOST_RETURNS = 2


@dataclass(frozen=True, slots=True)
class Begun:
    """A step that sending back would open: whose it will be, and until when."""

    element: Element
    user_id: int | None
    user_name: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What it would do to send a case back to one step, or ``refusal``: why it cannot be done.

    ``withdrawn`` are the open steps that end without being done, ``again`` the done steps that
    count no more, ``kept`` the open steps that go on; ``voided`` are papers issued and not served.
    ``entry`` is what begins anew: the step itself, or the whole activity around it.
    """

    target: Task
    times: Limits
    refusal: Invalid | None = None
    entry: Element | None = None
    opened: tuple[Begun, ...] = ()
    withdrawn: tuple[Task, ...] = ()
    again: tuple[Task, ...] = ()
    kept: tuple[Task, ...] = ()
    voided: tuple[Document, ...] = ()
    ends_pause: bool = False


@dataclass(frozen=True, slots=True)
class _Course:
    """A case as far as sending back from one of its open steps needs to know it."""

    session: Session
    past: Past
    task: Task
    times: Limits
    # The scopes around the step, the outermost first.
    standing: Sequence[str]

    @property
    def case(self) -> Case:
        return self.past.case

    @property
    def process(self) -> Process:
        return self.past.process


def plans(session: Session, actor: Actor, task_id: int) -> tuple[Plan, ...]:
    """Every earlier step to which the case could be sent back, the latest first; nothing is done.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.holding``.
    """
    task, _ = tasks.holding(session, actor, task_id)
    case = session.get_one(Case, task.case_id)
    drawn_verbs.require(session, case, task, "send_back")
    course = _course(session, pasts.of(session, case), task, limits.of_today(session))
    third = _third_return(course)
    return tuple(
        _plan(course, target)[0] if third is None else Plan(target, course.times, third)
        for target in _targets(course)
    )


def send_back(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, target: int, reason: str
) -> Case:
    """Send a case back to the step ``target`` (its id), for a reason.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``.
        Invalid: the reason; a step that does not lie before; a paper served since.
        Conflict: the case is over.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    drawn_verbs.require(session, case, task, "send_back")
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    course = _course(session, pasts.of(session, case), task, limits.of_today(session))
    found = next((each for each in _targets(course) if each.id == target), None)
    if found is None:
        raise Invalid("not_before", task=task.name)
    third = _third_return(course)
    if third is not None:
        raise third
    plan, done = _plan(course, found)
    if plan.refusal is not None or done is None:
        raise plan.refusal or Invalid("not_before", task=task.name)
    cases.begin(case)
    keeper = policy.Keeper(case)
    if _is_review(task):
        case.returns += 1
    act = Act(
        "task.sent_back",
        {
            "task": task.element,
            "target": plan.target.element,
            "target_name": plan.target.name,
            "target_name_en": plan.target.name_en,
            "reason": reason.strip(),
            **undone(session, actor, case, plan),
            **keeper.told(),
        },
        returned=reason.strip(),
        returned_by=actor.user_id,
        holders={each.element.id: each.user_id for each in plan.opened if each.user_id},
    )
    cases.apply(session, actor, case, done.step, act=act, times=course.times)
    people = [each.user_id for each in plan.opened]
    notices.tell(session, actor, case, kind=NoticeKind.SENT_BACK, to=people, text=reason)
    return case


def undoing(
    session: Session, past: Past, task: Task, target: Task, *, times: Limits
) -> tuple[Plan, send_backs.SentBack]:
    """What it does to go back from an open step to the one whose hand-in opened it.

    Timers and limits of what begins again are counted from when it had been opened before.

    Raises:
        Invalid: a paper was served since, a case referred, or the step lies elsewhere.
    """
    opened_at = times.as_of(target.opened_at).moment()
    plan, done = _plan(_course(session, past, task, times), target, at=opened_at)
    if plan.refusal is not None or done is None:
        raise plan.refusal or Invalid("not_before", task=task.name)
    return plan, done


def undone(session: Session, actor: Actor, case: Case, plan: Plan) -> Json:
    """Void what was not served and end the pause that nothing will end; what the record says."""
    for paper in plan.voided:
        paper.status = DocumentStatus.VOID
        paper.service = {"failed": "sent_back"}
    if plan.ends_pause:
        effects.resume_clock(Work(session, actor, case, plan.times, None, None), {})
    return {
        "done_again": [row.element for row in plan.again],
        "kept": [row.element for row in plan.kept],
        "given_to": [each.user_id for each in plan.opened],
        **({"voided": [paper.number for paper in plan.voided]} if plan.voided else {}),
        **({"pause_ended": True} if plan.ends_pause else {}),
    }


# -- what it would do -----------------------------------------------------------------------------
def _course(session: Session, past: Past, task: Task, times: Limits) -> _Course:
    standing = send_backs.standing_in(past.process, past.case.state, task.key)
    return _Course(session, past, task, times, standing)


def _targets(course: _Course) -> Iterator[Task]:
    """The steps of the present course that lie before the one on the desk, the latest first."""
    process = course.process
    seen: set[str] = set()
    for row in reversed(present_course.of(process, course.past.rows)):
        entry = send_backs.entry_of(process, row.element, course.standing)
        is_part = send_backs.is_within(process, row.element, entry)
        name = entry.id if is_part else row.element
        if name not in seen and _lies_before(course, row, entry):
            seen.add(name)
            yield row


def _lies_before(course: _Course, row: Task, entry: Element) -> bool:
    """A step of another instance beside this one lies before it only where they take turns."""
    process, task = course.process, course.task
    if row.element == task.element:
        return entry.multi is not None and entry.multi.sequential
    is_beside = entry.multi is None and _instances(process, row.element) & _instances(
        process, task.element
    )
    if is_beside and row.item != task.item:
        return False
    return send_backs.lies_before(process, row.element, task.element)


def _instances(process: Process, element: str) -> set[str]:
    """The activities of several instances around a step."""
    found, place = set(), process.elements[element].scope
    while place:
        around = process.elements[place]
        if around.multi is not None:
            found.add(place)
        place = around.scope
    return found


def _plan(
    course: _Course, target: Task, *, at: engine.Moment | None = None
) -> tuple[Plan, send_backs.SentBack | None]:
    again = _again(course, target)
    refusal = _forbidden(course, target, again)
    if refusal is not None:
        return Plan(target, course.times, refusal), None
    try:
        done = send_backs.sent_back(
            course.process,
            course.case.state,
            course.task.key,
            target=target.element,
            values=_values_before(course, again),
            at=at or course.times.moment(),
        )
    except EngineError as error:
        return Plan(target, course.times, Invalid("not_before_here", why=error.code)), None
    still = [row for row in course.past.rows if row.status is TaskStatus.OPEN]
    plan = Plan(
        target=target,
        times=course.times,
        entry=done.entry,
        opened=tuple(_begun(course, task, target) for task in done.step.opened),
        withdrawn=tuple(row for row in still if row.key in done.step.closed),
        again=tuple(again),
        kept=tuple(row for row in still if row.key not in done.step.closed),
        voided=tuple(_papers(course, again, DocumentStatus.ISSUED)),
        ends_pause=course.case.paused_at is not None
        and OWN_PAUSE not in course.case.facts
        and not send_backs.leads_to(
            course.process, done.kept, "resume_clock", not_past="pause_clock"
        ),
    )
    return plan, done


def _again(course: _Course, target: Task) -> list[Task]:
    """What was done on the present course and counts no more, in the order of its doing."""
    process = course.process
    done = present_course.of(process, course.past.rows)
    entry = send_backs.entry_of(process, target.element, course.standing)
    at = done.index(target)
    return [
        row
        for place, row in enumerate(done)
        if row is target
        or send_backs.is_within(process, row.element, entry)
        or (place > at and present_course.falls_with(process, target, row))
    ]


def _begun(course: _Course, task: engine.OpenTask, target: Task) -> Begun:
    element = course.process.elements[task.element]
    units = partial(seats.city_units, course.session)
    drawn = cases.as_drawn(element, cases.standing(course.case), task, units)
    user_id = drawn["assignee_id"]
    before = [
        row
        for row in course.past.rows
        if row.element == task.element and row.status is TaskStatus.DONE
    ]
    if user_id is None and before and element.multi is None:
        last = target if target.element == task.element else before[-1]
        # A deputy did it in another's name: it goes back to who bears that name.
        doer = course.past.actor(last.done_for or last.done_by or 0)
        if doer is not None and tasks.could_be_given(course.past.known, last.id, doer):
            user_id = doer.user_id
    holder = course.past.actor(user_id) if user_id else None
    name = holder.name if holder else hand_ins.name_of(course.session, user_id)
    return Begun(element, user_id, name, task.due_at or course.case.due_at)


def _values_before(course: _Course, again: Sequence[Task]) -> dict[str, Any]:
    """The routing variables that the fallen steps had set, as they were before them.

    An answer of an earlier round must not decide a later one.
    """
    fallen = {course.past.handed_in.get(row.id) for row in again}
    acts = [act for act in course.past.acts if act.action == "task.completed"]
    wrong = {name for act in acts if act.seq in fallen for name in act.payload.get("routing", ())}
    values: dict[str, Any] = dict.fromkeys(wrong)
    for act in acts:
        if act.seq not in fallen:
            routed = act.payload.get("routing", {})
            values |= {name: routed[name] for name in wrong & set(routed)}
    return {**values, **engine.known(course.process, values)}


# -- what forbids it ------------------------------------------------------------------------------
def _forbidden(course: _Course, target: Task, again: Sequence[Task]) -> Invalid | None:
    """Served papers are not unsaid, and referrals stand."""
    served = _papers(course, again, DocumentStatus.SERVED)
    served = served or _served_at(course, again)
    if served:
        return Invalid("served_since", numbers=[paper.number for paper in served])
    if any(was_service(course.past, row) for row in again):  # of a paper of another case
        return Invalid("service_since")
    referred_at, since = course.past.referred_at, target.done_at
    if referred_at is not None and since is not None and referred_at >= since:
        return Invalid("referred_since")
    return None


def _third_return(course: _Course) -> Invalid | None:
    """The third time it is not the reviewer's to send back."""
    is_third = course.case.returns >= _MOST_RETURNS and _is_review(course.task)
    if is_third and "send_backs" in course.process.variables:
        return Invalid("third_return", times=course.case.returns)
    return None


def _is_review(task: Task) -> bool:
    return task.case_status is CaseStatus.FOR_APPROVAL


def _served_at(course: _Course, again: Sequence[Task]) -> list[Document]:
    """The papers that the fallen steps served and an earlier one had issued: by the day."""
    seqs = {course.past.handed_in.get(row.id) for row in again}
    said = [act.payload.get("served_on") for act in course.past.acts if act.seq in seqs]
    days = [date.fromisoformat(str(day)) for day in said if day]
    if not days:
        return []
    found = select(Document).where(
        Document.case_id == course.case.id,
        Document.served_on.in_(days),
        Document.status == DocumentStatus.SERVED,
    )
    return list(course.session.scalars(found.order_by(Document.id)))


def was_service(past: Past, task: Task) -> bool:
    """Whether handing in a step said that a paper was served."""
    seq = past.handed_in.get(task.id)
    return any("served_on" in act.payload for act in past.acts if act.seq == seq)


def _papers(course: _Course, again: Sequence[Task], status: DocumentStatus) -> list[Document]:
    """The papers that the fallen part of the course had issued, by what became of them."""
    first = again[0]
    since = course.past.handed_in.get(first.id, 0)
    numbers = {
        effect["number"]
        for act in course.past.acts
        if act.seq >= since
        for effect in act.payload.get("effects", ())
        if effect.get("number")
        and effect["element"] in course.process.elements
        and send_backs.lies_before(course.process, first.element, effect["element"])
    }
    if not numbers:
        return []
    found = select(Document).where(
        Document.case_id == course.case.id,
        Document.number.in_(sorted(numbers)),
        Document.status == status,
    )
    return list(course.session.scalars(found.order_by(Document.id)))
