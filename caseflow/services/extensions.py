"""延期: a limit made longer once, asked for by who works under it and granted by the post above.

Source: procedures.md 0.2 "extension" and the clocks of each process file. An internal limit may be
lengthened by at most its own length; the whole of a tax evaluation by the district leader on the
chief's application; the taxpayer's time after a paper of an evaluation by the chief; in a directive
a section's by its district's leader, a district's by the leading division. A statutory
limit is nobody's to lengthen. The request is a step on the desk of the post above, beside the
drawing, and falls with the step that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, engine, policy
from caseflow.engine import Process
from caseflow.models import Case, Extension, Post, Task, Unit
from caseflow.models.base import Json
from caseflow.services import (
    cases,
    definitions,
    hand_ins,
    ladder,
    limits,
    notices,
    sights,
    tasks,
)
from caseflow.services.cases import Act
from caseflow.services.limits import Limits
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Role,
    Stale,
    TaskStatus,
    UnitLevel,
)
from caseflow.vocabulary.time_measures import BASES, TIME_MEASURES, Basis, Pause
from caseflow.working_days import Due, Rule

SHORTEST_REASON, LONGEST_REASON = 5, 500
FORM = "extension"
# Days in which the post above answers, as every opinion.
_ANSWER = "opinion"
_NAMED = re.compile(r'days\("([a-z][a-z0-9_]*)"\)')
# Which post stands above the one that works under a limit, and in whose unit it sits.
_ABOVE: Mapping[Role, tuple[Role, ...]] = {
    Role.TAX_ADMINISTRATOR: (Role.SECTION_CHIEF,),
    Role.SECTION_CHIEF: (Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY),
}
_LEADERS = _ABOVE[Role.SECTION_CHIEF]
# Wholes that only the chief applies for, with the limit that says by how much at most.
_WHOLES: Mapping[CaseKind, str] = {CaseKind.TA: "ta_total_longer"}
# The taxpayer's time after a paper of step 7 of an evaluation.
_TAXPAYERS = "ta_follow_up"
_TAXPAYERS_MOST = "ta_follow_up_longer"


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be asked for a step or a whole case: by how many days, and of whom.

    ``rule`` says which days: working days, or days of the calendar for the taxpayer's time.
    """

    most: int
    rule: Rule
    deciders: tuple[Role, ...]
    unit_id: int
    due_at: datetime
    facts: Json
    is_whole: bool


def offer(session: Session, case: Case, task: Task) -> Offer:
    """What may be asked for an open step.

    Raises:
        Invalid: why nothing may be asked, such as that the limit is statutory, with its law.
    """
    _require_once(session, case, task)
    if task.due_at is None:
        raise Invalid("extension_no_limit")
    if task.due_at <= clock.now():
        raise Invalid("extension_too_late")
    times = limits.of_today(session)
    if task.form_key == _TAXPAYERS:
        return _taxpayers(case, task, times)
    process = definitions.process_of(session, case.definition_id)
    _require_internal(process, task)
    whole = case.facts.get("due")
    is_whole = bool(whole) and task.due_facts == whole
    if is_whole and case.kind in _WHOLES:
        raise Invalid("extension_by_chief")
    if is_whole:
        _require_once(session, case, None)
    deciders, unit_id = _deciders(session, case, task)
    return Offer(
        most=int(task.due_facts["amount"]) if task.due_facts else 0,
        rule=Rule.WORKING_DAYS,
        deciders=deciders,
        unit_id=unit_id,
        due_at=task.due_at,
        facts=task.due_facts or {},
        is_whole=is_whole,
    )


def offer_of_whole(session: Session, actor: Actor, case: Case) -> Offer:
    """What the chief may ask for the whole case.

    Raises:
        Forbidden: not the chief of its section. Invalid: why nothing may be asked.
    """
    sits = any(p.role is Role.SECTION_CHIEF and p.unit_id == case.section_id for p in actor.posts)
    if not sits:
        raise Forbidden("not_your_post", roles=[Role.SECTION_CHIEF.value])
    if case.kind not in _WHOLES:
        raise Invalid("extension_no_whole")
    facts = case.facts.get("due")
    if case.due_at is None or not facts:
        raise Invalid("extension_no_limit")
    _require_once(session, case, None)
    if case.due_at <= clock.now():
        raise Invalid("extension_too_late")
    return Offer(
        most=int(limits.of_today(session).value(_WHOLES[case.kind])),
        rule=Rule.WORKING_DAYS,
        deciders=_LEADERS,
        unit_id=case.district_id,
        due_at=case.due_at,
        facts=facts,
        is_whole=True,
    )


def ask(
    session: Session, actor: Actor, task_id: int, *, seen_version: int, days: int, reason: str
) -> Extension:
    """Ask for a longer limit of the step on the own desk.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``.
        Invalid: the reason, the days, or why this limit is not to be lengthened.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    return _put(session, actor, case, task, offer(session, case, task), days=days, reason=reason)


def ask_for_whole(
    session: Session, actor: Actor, case_id: int, *, days: int, reason: str
) -> Extension:
    """The chief applies for a longer limit of the whole case.

    Raises:
        NotFound: the case does not exist for the actor. Forbidden, Invalid: as ``offer_of_whole``.
        Conflict: the case is over.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    found = offer_of_whole(session, actor, case)
    return _put(session, actor, case, None, found, days=days, reason=reason)


def decide(
    session: Session, actor: Actor, extension_id: int, *, grants: bool, note: str
) -> Extension:
    """Grant or refuse what was asked; a limit that is granted moves at once, with its timers.

    Raises:
        NotFound: it does not exist for the actor. Stale: it was decided, or its step is over.
        Forbidden: another post decides; whoever asked does not. Invalid: a refusal says why.
    """
    row = session.get(Extension, extension_id)
    if row is None:
        raise NotFound("extension", id=extension_id)
    case, request = tasks.locked(session, actor, row.request_id)
    row = session.get_one(Extension, extension_id, populate_existing=True)
    if request.status is not TaskStatus.OPEN:
        code = "already_done" if request.status is TaskStatus.DONE else "withdrawn"
        raise Stale(code, task=request.element, at=request.done_at, by=None)
    actor = _decider(session, actor, case, request)
    if {actor.user_id, actor.acting_for} & ({row.asked_by, row.asked_for} - {None}):
        raise Forbidden("own_extension")
    text = note.strip()
    if (not grants and not len(text) >= SHORTEST_REASON) or len(text) > LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    cases.begin(case)
    request.status, request.done_at = TaskStatus.DONE, clock.now()
    request.done_by, request.done_for = actor.user_id, actor.acting_for
    request.done_through = actor.acting_through
    row.is_granted, row.note = grants, text or None
    row.decided_by, row.decided_at = actor.user_id, clock.now()
    told = {
        "step": row.task_id,
        "task": session.get_one(Task, row.task_id).element if row.task_id else "",
        "days": row.days,
        "rule": row.rule,
        "from": clock.last_day_of(row.old_due_at).isoformat(),
        "reason": text,
    }
    if grants:
        _grant(session, actor, case, row, told)
    else:
        told["to"] = told["from"]
        cases.put_on_record(session, actor, case, action="limit.not_extended", payload=told)
    kind, to = NoticeKind.EXTENSION_DECIDED, [row.asked_for or row.asked_by]
    notices.tell(session, actor, case, kind=kind, to=to, task=request, text=text)
    return row


# -- what may be asked ----------------------------------------------------------------------------
def _require_once(session: Session, case: Case, task: Task | None) -> None:
    """One extension of a limit at most, and one request at a time."""
    query = (
        select(Extension.is_granted, Extension.new_due_at, Task.status)
        .join(Task, Task.id == Extension.request_id)
        .where(Extension.case_id == case.id)
    )
    this: ColumnElement[bool] = Extension.is_whole.is_(True)
    if task is not None:
        # A step that was taken back comes with the limit that it had, lengthened as it was.
        before = select(Task.id).where(Task.case_id == case.id, Task.element == task.element)
        is_before = Extension.task_id.in_(before) & (Extension.new_due_at == task.due_at)
        this = or_(Extension.task_id == task.id, Extension.is_granted & is_before)
    for is_granted, new_due_at, status in session.execute(query.where(this)):
        if is_granted:
            raise Invalid("extension_once", day=clock.last_day_of(new_due_at))
        if status is TaskStatus.OPEN:
            raise Invalid("extension_waits")


def _require_internal(process: Process, task: Task) -> None:
    """Refuse a limit that a law sets, or that no rule of the house has counted."""
    element = process.elements[task.element]
    for name in _NAMED.findall(element.due):
        measure = TIME_MEASURES.get(process.limit_at(task.element, name))
        if measure is not None and measure.pause is Pause.STATUTORY:
            raise Invalid("extension_lawful", law=_law(measure.basis))
    if task.case_status is CaseStatus.WAITING_TAXPAYER:
        raise Invalid("extension_of_taxpayer")
    facts = task.due_facts
    if facts and facts["rule"] in (Rule.DAYS, Rule.MONTHS):
        raise Invalid("extension_lawful", law=_law(Basis.DAYS))
    if not facts or facts["rule"] != Rule.WORKING_DAYS:
        raise Invalid("extension_agreed")


def _law(basis: Basis) -> Json:
    """The law of a limit, by its names in both languages."""
    words = BASES[basis]
    return {"name": words.zh, "name_en": words.en}


def _taxpayers(case: Case, task: Task, times: Limits) -> Offer:
    """The taxpayer's time after a paper, once by the chief; a demand has its longest by law."""
    carried = case.facts.get("carried", {})
    if carried.get("paper") == "demand":
        raise Invalid("extension_lawful", law=_law(Basis.DEMAND))
    if task.due_at is None or not carried.get("due_at"):
        raise Invalid("extension_no_limit")
    start = date.fromisoformat(carried["served_on"])
    term = int(carried.get("term") or times.value("selfcheck"))
    return Offer(
        most=int(times.value(_TAXPAYERS_MOST)),
        rule=Rule.DAYS,
        deciders=(Role.SECTION_CHIEF,),
        unit_id=case.section_id,
        due_at=task.due_at,
        facts={"start": start.isoformat(), "amount": term, "rule": Rule.DAYS},
        is_whole=False,
    )


def _deciders(session: Session, case: Case, task: Task) -> tuple[tuple[Role, ...], int]:
    """The post that decides, and the unit in which it sits.

    A directive's steps belong to the units it went down to, not to the one that began it: the
    leader of the own district decides for a section, the leading division for a district.
    """
    if case.kind is not CaseKind.DR:
        deciders = _above(task)
        return deciders, case.section_id if deciders == (Role.SECTION_CHIEF,) else case.district_id
    unit = session.get_one(Unit, task.unit_id)
    if unit.level is UnitLevel.SECTION and unit.parent_id is not None:
        return _LEADERS, unit.parent_id
    process = definitions.process_of(session, case.definition_id)
    leading = engine.variables_of(process, case.state).get("leading_unit")
    if unit.level is UnitLevel.DISTRICT and leading:
        return (Role.DIVISION_CHIEF,), int(leading)
    raise Invalid("extension_nobody_above")


def _above(task: Task) -> tuple[Role, ...]:
    """The post that decides: above every one to which the step comes.

    Raises:
        Invalid: nobody is named above it.
    """
    found = {_ABOVE.get(Role(role), ()) for role in task.roles}
    if len(found) != 1 or found == {()}:
        raise Invalid("extension_nobody_above")
    return found.pop()


# -- asking ---------------------------------------------------------------------------------------
def _put(  # noqa: PLR0913 - who asks what for which limit, and why
    session: Session,
    actor: Actor,
    case: Case,
    task: Task | None,
    offered: Offer,
    *,
    days: int,
    reason: str,
) -> Extension:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    if not 1 <= days <= offered.most:
        raise Invalid("extension_days", most=offered.most)
    times = limits.of_today(session)
    new = _counted(case, offered.facts, offered.rule, days, times)
    request = _request(session, actor, case, task, offered, times=times, text=reason)
    row = Extension(
        case_id=case.id,
        task_id=task.id if task is not None else None,
        request_id=request.id,
        is_whole=offered.is_whole,
        days=days,
        rule=offered.rule.value,
        reason=reason.strip(),
        asked_by=actor.user_id or 0,
        asked_for=actor.acting_for,
        asked_at=times.now,
        old_due_at=offered.due_at,
        new_due_at=_until(offered.due_at, offered.facts, new, days, times),
    )
    session.add(row)
    session.flush()  # pages name it by its id
    payload: Json = {
        "task": task.element if task is not None else "",
        "step": row.task_id,
        "whole": row.is_whole,
        "days": days,
        "rule": row.rule,
        "from": clock.last_day_of(row.old_due_at).isoformat(),
        "to": clock.last_day_of(row.new_due_at).isoformat(),
        "reason": reason.strip(),
    }
    cases.note(session, actor, case, action="limit.extension_asked", payload=payload)
    kind = NoticeKind.EXTENSION_ASKED
    to = _seated(session, offered.deciders, offered.unit_id)
    notices.tell(session, actor, case, kind=kind, to=to, task=request, text=reason)
    return row


def _request(  # noqa: PLR0913 - all that such a step says
    session: Session,
    actor: Actor,
    case: Case,
    task: Task | None,
    offered: Offer,
    *,
    times: Limits,
    text: str,
) -> Task:
    """The step on the desk of the post above."""
    due_at = times.working_days(_ANSWER)
    name, name_en = (task.name, task.name_en) if task else ("全程", "the whole case")
    row = Task(
        case_id=case.id,
        key=f"asked:{uuid4().hex}",
        # Not the step's own name: who decides has not acted in that step.
        element=FORM,
        name=f"延期申请（{name}）",
        name_en=f"Extension of {name_en}",
        stage=case.stage,
        form_key=FORM,
        case_status=CaseStatus.IN_PROGRESS,
        roles=[role.value for role in offered.deciders],
        unit_id=offered.unit_id,
        relation=None,
        separation=[],
        assignee_id=None,
        status=TaskStatus.OPEN,
        version=1,
        opened_at=times.now,
        due_at=due_at,
        due_facts={**times.dues[due_at].facts()},
        remind_at=ladder.first_at(times.now, due_at, times.calendar),
        asked_kind=AskedKind.EXTENSION,
        asked_for_id=task.id if task is not None else None,
        asked_by=actor.user_id,
        asked_text=text.strip(),
    )
    session.add(row)
    session.flush()  # the extension names it by its id
    return row


def _seated(session: Session, roles: Sequence[Role], unit_id: int) -> list[int]:
    rows = select(Post.user_id).where(
        Post.role.in_(roles), Post.unit_id == unit_id, policy.held_today()
    )
    return sorted(set(session.scalars(rows)))


# -- deciding -------------------------------------------------------------------------------------
def _decider(session: Session, actor: Actor, case: Case, request: Task) -> Actor:
    """The actor in the name in which the request may be decided."""
    facts = hand_ins.facts(policy.case_now(session, case), request)
    may = policy.to_claim if request.assignee_id is None else policy.to_complete
    return hand_ins.in_capacity(session, actor, request, may(actor, facts))


def _grant(session: Session, actor: Actor, case: Case, row: Extension, told: Json) -> None:
    times = limits.of_today(session)
    instants = _moved_whole(session, case, row, times) if row.is_whole else {}
    if row.task_id is not None:
        task = session.get_one(Task, row.task_id)
        if task.status is TaskStatus.OPEN and not row.is_whole:
            instants = _moved_step(session, case, task, row, times)
    row.new_due_at = max(instants.values(), default=row.new_due_at)
    told["to"] = clock.last_day_of(row.new_due_at).isoformat()
    process = definitions.process_of(session, case.definition_id)
    step = engine.retime(process, case.state, instants)
    cases.apply(session, actor, case, step, act=Act("limit.extended", told), times=times)


def _moved_step(
    session: Session, case: Case, task: Task, row: Extension, times: Limits
) -> dict[datetime, datetime]:
    """Move one step's limit; gives its old instant and its new one."""
    if task.due_at is None:
        return {}
    old = task.due_at
    if row.rule == Rule.DAYS:
        facts = _taxpayers(case, task, times).facts
        new = _counted(case, facts, Rule.DAYS, row.days, times)
        task.due_at = clock.end_of(new.on)
        carried = {**case.facts["carried"], "due_at": task.due_at.isoformat()}
        carried["term"] = new.amount
        case.facts = {**case.facts, "carried": carried}
        if case.facts.get("paused_until") == old.isoformat():
            case.facts = {**case.facts, "paused_until": task.due_at.isoformat()}
    else:
        facts = task.due_facts or {}
        new = _counted(case, facts, Rule.WORKING_DAYS, row.days, times)
        task.due_at = _until(old, facts, new, row.days, times)
    task.due_facts = {**new.facts()}
    task.remind_at = ladder.next_at(session, task, times.calendar)
    return {old: task.due_at}


def _moved_whole(
    session: Session, case: Case, row: Extension, times: Limits
) -> dict[datetime, datetime]:
    """Move the clock of the case with the steps that end with it."""
    facts = case.facts.get("due")
    if case.due_at is None or not facts:
        return {}
    old = case.due_at
    new = _counted(case, facts, Rule.WORKING_DAYS, row.days, times)
    case.due_at = _until(old, facts, new, row.days, times)
    case.facts = {**case.facts, "due": new.facts()}
    for task in session.scalars(
        select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    ):
        if task.due_at is not None and task.due_facts == facts:
            task.due_at, task.due_facts = case.due_at, {**new.facts()}
            task.remind_at = ladder.next_at(session, task, times.calendar)
    return {old: case.due_at}


def _counted(case: Case, facts: Json, rule: Rule, days: int, times: Limits) -> Due:
    """The limit counted from its beginning with the days that are added."""
    start, amount = date.fromisoformat(facts["start"]), int(facts["amount"]) + days
    if rule is Rule.DAYS:
        return times.calendar.add_days(start, amount)
    pauses = [
        (date.fromisoformat(begun), date.fromisoformat(ended))
        for begun, ended in case.facts.get("pauses", [])
    ]
    # Pauses that ended before the limit began have not moved it.
    pauses = [pause for pause in pauses if pause[1] >= start]
    return times.calendar.add_working_days(start, amount, pauses=pauses)


def _until(old: datetime, facts: Json, new: Due, days: int, times: Limits) -> datetime:
    """The new end; a limit that ends before its count, by a leader's wish, moves by the days."""
    on = facts.get("on")
    if on is None or old >= clock.end_of(date.fromisoformat(on)):
        return clock.end_of(new.on)
    last_day = clock.local_date(old - timedelta(microseconds=1))
    return clock.end_of(times.calendar.add_working_days(last_day, days).on)
