"""拿回: who handed in a step takes it back while nobody has looked at what follows.

Nothing is won or lost by it: the step comes back with the limit that it had, and whose the case is
(section, main and second officer) is as it was before, unless somebody has changed that since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.models import Case, Draft, SeenCase, Task
from caseflow.models.base import Json, among
from caseflow.services import (
    by_halves,
    cases,
    drawn_verbs,
    effects,
    hand_ins,
    limits,
    pasts,
    present_course,
    send_backs,
    tasks,
)
from caseflow.services.cases import Act, AsBefore, Taken
from caseflow.services.limits import Limits
from caseflow.services.pasts import Past
from caseflow.vocabulary import (
    Actor,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TaskStatus,
)

Touch = tuple[int, Any]
_OFFICERS = frozenset({"main_officer_id", "second_officer_id"})
# What forbids a step to be sent back forbids as well to take it back, in words of its own.
_NOT_TAKEN_BACK = {
    "served_since": "served_not_taken_back",
    "service_since": "service_not_taken_back",
    "referred_since": "referred_not_taken_back",
}


@dataclass(frozen=True, slots=True)
class _Back:
    """A step that may be taken back: the case as it stands, and the engine's step."""

    past: Past
    task: Task
    plan: send_backs.Plan
    step: engine.Step


class _AsksForEffectsError(Exception):
    """Going back asks for more than rows stored: it is done alone."""


def take_back(session: Session, actor: Actor, task_id: int) -> Case:
    """Take a step back that the actor has handed in; it is on the own desk again.

    Raises:
        NotFound: it does not exist for the actor; Forbidden: somebody else handed it in.
        Conflict: who has taken, opened or done what follows; nothing follows yet; it led back to
            a step that was done before; the case is over.
        Invalid: as ``send_backs.send_back``: a paper was served, a case referred.
    """
    case, task = tasks.locked(session, actor, task_id)
    past, times = pasts.of(session, case), limits.of_today(session)
    touched = _Touched(session, [past])
    back = _decided(session, actor, past, task, touched, times=times)
    taken = _begun(session, actor, back, times=times)
    cases.apply(session, actor, case, taken.step, act=taken.act, times=times)
    return case


def take_back_each(
    session: Session, actor: Actor, task_ids: Sequence[int]
) -> Mapping[int, Refused]:
    """Take many steps back, each by an act of its own; the refusals by the id of the step."""
    found = tasks.locked_each(session, actor, task_ids)
    known = pasts.of_each(session, list({case.id: case for case, _ in found.values()}.values()))
    touched, times = _Touched(session, list(known.values())), limits.of_today(session)
    refused: dict[int, Refused] = {}
    ready: list[_Back] = []
    for task_id in dict.fromkeys(task_ids):
        try:
            if task_id not in found:
                raise NotFound("task", id=task_id)
            case, task = found[task_id]
            past = known[case.id]
            ready.append(_decided(session, actor, past, task, touched, times=times))
        except Refused as refusal:
            refused[task_id] = refusal

    def together(some: Sequence[_Back]) -> None:
        if any(back.step.calls for back in some):
            raise _AsksForEffectsError
        cases.store_each(
            session, [_begun(session, actor, back, times=times) for back in some], times=times
        )

    def alone(back: _Back) -> None:
        take_back(session, actor, back.task.id)

    first = {back.past.case.id: back for back in reversed(ready)}
    refusals = by_halves.do(session, list(first.values()), together=together, alone=alone)
    for back in ready:
        if first[back.past.case.id] is not back:  # the case has moved on meanwhile
            refusals += by_halves.do_alone(session, back, alone)
    return refused | {back.task.id: refusal for back, refusal in refusals}


def offered(session: Session, actor: Actor, case: Case) -> Task | None:
    """The step that the actor handed in last, if it can be taken back as far as rows tell."""
    drawn = (Task.case_id == case.id, Task.asked_kind.is_(None))
    rows = select(Task.id, Task.done_at).where(
        *drawn, Task.done_by == actor.user_id, Task.status == TaskStatus.DONE
    )
    last = session.execute(rows.order_by(Task.done_at.desc(), Task.id.desc()).limit(1)).first()
    if last is None or case.closed_at is not None:
        return None
    task_id, done_at = last
    # Mostly somebody has gone on: then what the case has been through need not be read.
    opened = select(Task.status).where(*drawn, Task.opened_at == done_at, Task.id > task_id)
    if set(session.scalars(opened)) != {TaskStatus.OPEN}:
        return None
    past = pasts.of(session, case)
    task = next(row for row in past.rows if row.id == task_id)
    try:
        _require_untouched(session, actor, past, task, _Touched(session, [past]))
    except Conflict:
        return None
    is_left = "take_back" in drawn_verbs.offered_at(session, case, task.element)
    is_left = is_left and not send_backs.was_service(past, task)
    return task if is_left and _still_counts(past, task) else None


def _decided(
    session: Session, actor: Actor, past: Past, task: Task, touched: _Touched, *, times: Limits
) -> _Back:
    """Whether a step may be taken back, and what that does; nothing is changed yet.

    Raises:
        Forbidden, Conflict, Invalid: as ``take_back``.
    """
    case = past.case
    is_own = task.done_by == actor.user_id and task.asked_kind is None
    if task.status is not TaskStatus.DONE or not is_own:
        raise Forbidden("not_handed_in_by_you", task=task.element)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    drawn_verbs.require(session, case, task, "take_back")
    following = _require_untouched(session, actor, past, task, touched)
    if not _still_counts(past, task):
        raise Conflict("began_anew", task=task.name)
    try:
        plan, done = send_backs.undoing(session, past, following[0], task, times=times)
    except Invalid as refusal:
        code = _NOT_TAKEN_BACK.get(refusal.code)
        if code is None:
            raise
        raise Invalid(code, task=task.name, **refusal.values) from None
    if {row.id for row in plan.withdrawn} != {row.id for row in following}:
        raise Conflict("others_follow", task=task.name)
    return _Back(past, task, plan, done.step)


def _begun(session: Session, actor: Actor, back: _Back, *, times: Limits) -> Taken:
    """Begin the act: what the record will say of it, and the engine's step."""
    case, task = back.past.case, back.task
    cases.begin(case)
    keeper = policy.Keeper(case)
    _put_back(back)
    payload = {
        "task": task.element,
        **send_backs.undone(session, actor, case, back.plan),
        **keeper.told(),
    }
    # What a deputy did in another's name goes back to who bears that name.
    own = {} if task.done_for else {task.element: actor.user_id or 0}
    again = _as_before(back, times)
    act = Act("task.taken_back", payload, holders=own, again=again)
    return Taken(actor, case, _timed(back, again), act)


def _put_back(back: _Back) -> None:
    """Section and officers as they were before the step was handed in.

    What somebody has changed since stays, and nobody who is recused comes back.
    """
    past = back.past
    fallen = {past.handed_in.get(row.id) for row in back.plan.again}
    first = min((seq for seq in fallen if seq is not None), default=0)
    later = [act for act in past.acts if act.seq >= first]
    undone = _overwritten(act.payload for act in later if act.seq in fallen)
    since = _overwritten(act.payload for act in later if act.seq not in fallen)
    for name, value in undone.items():
        is_recused = name in _OFFICERS and value in past.known.recused
        if name not in since:
            setattr(past.case, name, None if is_recused else value)


def _overwritten(payloads: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    return policy.overwritten(payloads, is_whole=True).case


def _as_before(back: _Back, times: Limits) -> dict[str, AsBefore]:
    """What the steps that come back had before, by the key of each."""
    were = {(row.element, repr(_item(row))): row for row in back.plan.again}
    found = {}
    for opened in back.step.opened:
        row = were.get((opened.element, repr(opened.item)))
        if row is not None:
            due_at, facts = _limit(back.past.case, row, times)
            found[opened.key] = AsBefore(due_at, facts, row.returned_by, row.return_reason)
    return found


def _limit(case: Case, row: Task, times: Limits) -> tuple[datetime | None, Json | None]:
    """The limit that a step had, moved on by what stood still while it was done."""
    is_the_taxpayers = row.case_status is CaseStatus.WAITING_TAXPAYER
    if row.due_at is None or row.done_at is None or is_the_taxpayers:
        return row.due_at, row.due_facts
    done_on = clock.local_date(row.done_at)
    pauses = [[date.fromisoformat(day) for day in each] for each in case.facts.get("pauses", [])]
    since = [
        times.calendar.working_days_between(max(begun, done_on), ended)
        for begun, ended in pauses
        if ended > done_on
    ]
    if not since:
        return row.due_at, row.due_facts
    return effects.moved(case, row.due_at, row.due_facts, sum(since), times=times)


def _timed(back: _Back, again: Mapping[str, AsBefore]) -> engine.Step:
    """The step with the timers that run out with such a limit, where it was lengthened or moved."""
    moved = {
        opened.due_at: again[opened.key].due_at
        for opened in back.step.opened
        if opened.key in again and opened.due_at is not None
    }
    instants = {old: new for old, new in moved.items() if new is not None and new != old}
    if not instants:
        return back.step
    step = engine.retime(back.past.process, back.step.state, instants)
    return replace(back.step, state=step.state, wake_at=step.wake_at)


def _item(row: Task) -> object:
    return row.item["item"] if row.item else None


def _still_counts(past: Past, task: Task) -> bool:
    """Whether a step stands on the present course: not what it led back over, such as a refusal."""
    return task in present_course.of(past.process, past.rows)


def _require_untouched(
    session: Session, actor: Actor, past: Past, task: Task, touched: _Touched
) -> list[Task]:
    """The steps that handing in this one has opened, if nobody else has looked at them.

    Raises:
        Conflict: somebody has, and who; nothing follows.
    """
    following = [row for row in past.rows if row.opened_at == task.done_at and row.id > task.id]
    if not following:
        raise Conflict("nothing_follows")
    for row in following:
        if row.status is not TaskStatus.OPEN:
            by = hand_ins.name_of(session, row.done_by)
            raise Conflict("followed_done", task=row.name, by=by, at=row.done_at)
        for user_id, at in touched.by_others(actor, past, row):
            by = hand_ins.name_of(session, user_id)
            raise Conflict("followed_opened", task=row.name, by=by, at=at)
    return following


class _Touched:
    """Who has taken, typed in or seen the open steps of cases."""

    def __init__(self, session: Session, some: Sequence[Past]) -> None:
        """Read it for all of these cases at once."""
        opened = [row.id for past in some for row in past.rows if row.status is TaskStatus.OPEN]
        typed = select(Draft.task_id, Draft.user_id, Draft.saved_at)
        self._typed = _by(session.execute(typed.where(among(Draft.task_id, opened))))
        looked = select(SeenCase.case_id, SeenCase.user_id, SeenCase.at)
        of_cases = looked.where(among(SeenCase.case_id, [past.case.id for past in some]))
        self._looked = _by(session.execute(of_cases.order_by(SeenCase.at)))

    def by_others(self, actor: Actor, past: Past, row: Task) -> Iterator[Touch]:
        """Who else has taken this step, typed in it, or seen it while it was theirs; and when."""
        if row.assignee_id not in {None, actor.user_id} and row.claimed_at != row.opened_at:
            yield row.assignee_id or 0, row.claimed_at
        yield from (each for each in self._typed.get(row.id, ()) if each[0] != actor.user_id)
        for user_id, at in self._looked.get(past.case.id, ()):
            is_since = at >= row.opened_at and user_id != actor.user_id
            if is_since and _is_theirs(past, row, user_id):
                yield user_id, at


def _is_theirs(past: Past, row: Task, user_id: int) -> bool:
    """Whether a step is on somebody's desk, or free and theirs to take."""
    if row.assignee_id is not None:
        return row.assignee_id == user_id
    who = past.actor(user_id)
    return who is not None and tasks.could_be_taken(past.known, row.id, who)


def _by(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, list[Touch]]:
    found: dict[int, list[Touch]] = {}
    for key, user_id, at in rows:
        found.setdefault(key, []).append((user_id, at))
    return found
