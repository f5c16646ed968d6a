"""加签, 抄送, 协查: what one colleague asks of another in a case, beside its drawn steps.

Each is a step on the desk of the one who is asked, in a case that thereby exists for that person.
It moves no case: the engine does not know it, and it falls with the step for whose sake it was
asked. Whoever gave an opinion counts as having acted in that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models import Case, Task, User
from caseflow.models.base import Json
from caseflow.services import cases, drawn_verbs, ladder, notices, people, sights, tasks
from caseflow.vocabulary import (
    Actor,
    AskedKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Role,
    Stale,
    TaskStatus,
)

LONGEST = 500
MOST = 10
# Who watches over the work of others, or keeps the system running, neither asks nor is asked.
_APART = frozenset({Role.AUDITOR, Role.SYS_ADMIN})
_NAMES = {
    AskedKind.OPINION: ("加签", "further opinion"),
    AskedKind.COPY: ("阅知", "Copy to read"),
    AskedKind.ASSISTANCE: ("协查", "Assistance"),
    AskedKind.DELEGATION: ("委派", "delegated"),
}


def ask_opinions(  # noqa: PLR0913 - whom, how, and what is asked
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    seen_version: int,
    of: Sequence[int],
    in_turn: bool,
    text: str,
) -> tuple[Task, ...]:
    """加签: ask for further opinions on a deciding step, side by side or one after another.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``.
        Invalid: nobody, too many, or somebody who may not; the text; a step that decides nothing.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    drawn_verbs.require(session, case, task, "ask_opinions")
    if not may_ask_opinions(task):
        raise Invalid("decides_nothing", task=task.name)
    chosen = wanted(of)
    require_text(text)
    allowed = who_may_advise(session, case, task)
    if not set(chosen) <= set(allowed):
        raise Invalid("not_to_be_asked")
    first, rest = (chosen[:1], chosen[1:]) if in_turn else (chosen, [])
    rows = [
        put(
            session,
            case,
            person,
            by=actor,
            kind=AskedKind.OPINION,
            text=text,
            origin=task,
            then=rest,
            due_at=task.due_at,
        )
        for person in first
    ]
    payload = {"task": task.element, "to": chosen, "in_turn": in_turn, "reason": text.strip()}
    cases.note(
        session,
        actor,
        case,
        action="task.opinion_asked",
        payload={**payload, "to_name": names(session, chosen)},
    )
    return tuple(rows)


def send_copies(
    session: Session, actor: Actor, case_id: int, *, to: Sequence[int], text: str
) -> tuple[Task, ...]:
    """抄送: let colleagues read a case; each marks it as read, and may do nothing more.

    Raises:
        NotFound: the case does not exist for the actor; Forbidden: who only watches.
        Invalid: nobody, too many, or somebody who may not.
    """
    case = _case(session, actor, case_id)
    chosen = wanted(to)
    require_text(text, least=0)
    if not set(chosen) <= set(who_may_read(session, case)):
        raise Invalid("not_to_be_asked")
    rows = [
        put(session, case, person, by=actor, kind=AskedKind.COPY, text=text) for person in chosen
    ]
    payload = {"to": chosen, "to_name": names(session, chosen), "reason": text.strip()}
    cases.note(session, actor, case, action="case.copied", payload=payload)
    return tuple(rows)


def ask_help(
    session: Session, actor: Actor, case_id: int, *, of: int, text: str, until: date
) -> Task:
    """协查: ask a colleague for facts or files until a day; the case goes on meanwhile.

    Raises:
        NotFound: the case does not exist for the actor; Forbidden: nobody who has a part in it.
        Invalid: somebody who may not; the text; a day that is past.
    """
    case = _case(session, actor, case_id)
    require_text(text)
    if until < clock.today():
        raise Invalid("day_past", day=until)
    if of not in who_may_read(session, case):
        raise Invalid("not_to_be_asked")
    row = put(
        session,
        case,
        of,
        by=actor,
        kind=AskedKind.ASSISTANCE,
        text=text,
        due_at=clock.end_of(until),
    )
    payload = {"to": [of], "to_name": names(session, [of]), "until": until.isoformat()}
    cases.note(
        session,
        actor,
        case,
        action="case.help_asked",
        payload={**payload, "reason": text.strip()},
    )
    return row


def answer(session: Session, actor: Actor, task_id: int, *, text: str) -> Task:
    """Give the opinion or the help that was asked for, or mark a copy as read.

    Raises:
        NotFound, Forbidden: as for a step; Stale: it was taken away or answered.
        Invalid: the text.
    """
    case, task, kind, actor = _own(session, actor, task_id)
    if kind is not AskedKind.COPY:
        require_text(text)
    task.status, task.done_at = TaskStatus.DONE, clock.now()
    task.done_by, task.done_for = actor.user_id, actor.acting_for
    task.done_through = actor.acting_through
    task.asked_answer = text.strip() or None
    payload: Json = {"task": task.element, "step": task.id, "reason": text.strip()}
    if task.asked_then:
        following, *rest = task.asked_then
        origin = session.get_one(Task, task.asked_for_id)
        asker = people.actor_of(session, task.asked_by or 0)
        put(
            session,
            case,
            following,
            by=asker,
            kind=AskedKind.OPINION,
            text=task.asked_text or "",
            origin=origin,
            then=rest,
            due_at=origin.due_at,
        )
        payload |= {"to": [following], "to_name": names(session, [following])}
    cases.note(session, actor, case, action=_ANSWERED[kind], payload=payload)
    if kind is not AskedKind.COPY:
        is_back = kind is AskedKind.DELEGATION
        answered = NoticeKind.GIVEN_BACK if is_back else NoticeKind.ANSWERED
        to = [_who_asked(session, task)]
        notices.tell(session, actor, case, kind=answered, to=to, task=task, text=text)
    return task


def take_away(session: Session, actor: Actor, task_id: int) -> Task:
    """减签: take a question back while it is not answered, with those who would be asked next.

    Raises:
        NotFound: it does not exist for the actor; Forbidden: somebody else asked.
        Stale: it was answered.
    """
    case, task = tasks.locked(session, actor, task_id)
    if task.asked_kind not in {*_NAMES, AskedKind.EXTENSION}:
        raise NotFound("task", id=task_id)
    if actor.user_id not in {task.asked_by, _who_asked(session, task)}:
        raise Forbidden("not_your_question", task=task.element)
    if task.status is not TaskStatus.OPEN:
        raise Stale("already_done", task=task.element, at=task.done_at, by=None)
    task.status, task.done_at = TaskStatus.WITHDRAWN, clock.now()
    task.version += 1
    gone = [*([task.assignee_id] if task.assignee_id else []), *(task.asked_then or [])]
    payload = {"task": task.element, "to": gone, "to_name": names(session, gone)}
    action = "task.question_taken_away"
    if task.asked_kind is AskedKind.DELEGATION:
        action, ended = "task.delegation_ended", NoticeKind.DELEGATION_ENDED
        notices.tell(session, actor, case, kind=ended, to=gone, task=task)
    cases.note(session, actor, case, action=action, payload=payload)
    return task


def _who_asked(session: Session, task: Task) -> int | None:
    """Who asked; of a step that is delegated, who has it now, for a deputy may have asked."""
    if task.asked_kind is not AskedKind.DELEGATION or task.asked_for_id is None:
        return task.asked_by
    return session.get_one(Task, task.asked_for_id).assignee_id or task.asked_by


# Forms that somebody else signs too, each from the own account: a data request, by the head.
_SIGNED_BY_TWO = frozenset({"rq_request"})


def may_ask_opinions(task: Task) -> bool:
    """Whether a step decides on what others did, and is not everybody's own."""
    is_personal = task.form_key in policy.PERSONAL_FORMS
    if task.form_key in _SIGNED_BY_TWO:
        return True
    return task.case_status is CaseStatus.FOR_APPROVAL and not is_personal


def may_ask(actor: Actor) -> bool:
    """Whether somebody who sees a case may ask colleagues about it."""
    return actor.user_id is not None and not actor.roles & _APART


def who_may_read(session: Session, case: Case) -> tuple[int, ...]:
    """Colleagues of the case's district from whom nothing keeps it."""
    return _without(session, case, ())


def who_may_advise(session: Session, case: Case, task: Task) -> tuple[int, ...]:
    """Those of them whom the separation of the step does not keep out, and who are not asked."""
    known = policy.case_now(session, case)
    asked = select(Task.assignee_id).where(
        Task.asked_for_id == task.id, Task.status == TaskStatus.OPEN
    )
    out = {*policy.barred(known, task.separation), *session.scalars(asked), task.assignee_id}
    return _without(session, case, out)


# By what was asked, how people are told of it, and what the record calls the answer.
_TOLD = {
    AskedKind.OPINION: NoticeKind.OPINION_ASKED,
    AskedKind.COPY: NoticeKind.COPIED,
    AskedKind.ASSISTANCE: NoticeKind.HELP_ASKED,
    AskedKind.DELEGATION: NoticeKind.DELEGATED,
}
_ANSWERED = {
    AskedKind.OPINION: "task.advised",
    AskedKind.COPY: "case.copy_read",
    AskedKind.ASSISTANCE: "case.help_given",
    AskedKind.DELEGATION: "task.given_back",
}


def _without(
    session: Session, case: Case, out: Sequence[int | None] | set[int | None]
) -> tuple[int, ...]:
    facts = sights.case_facts(session, case)
    found = []
    for user_id in people.in_units(session, (case.district_id, case.section_id)):
        if user_id in out:
            continue
        actor = people.actor_of(session, user_id)
        if may_ask(actor) and policy.bar(actor, facts) is None:
            found.append(user_id)
    return tuple(found)


def put(  # noqa: PLR0913 - all that such a step says
    session: Session,
    case: Case,
    person: int,
    *,
    by: Actor,
    kind: AskedKind,
    text: str,
    origin: Task | None = None,
    then: Sequence[int] = (),
    due_at: datetime | None = None,
) -> Task:
    """Put the question on somebody's desk, and tell of it; the caller puts it on record."""
    now = clock.now()
    posts = people.posts_of(session, person)
    name, name_en = _NAMES[kind]
    if origin is not None:
        name, name_en = f"{origin.name}（{name}）", f"{origin.name_en} ({name_en})"
    row = Task(
        case_id=case.id,
        key=f"asked:{uuid4().hex}",
        element=origin.element if origin else kind.value,
        name=name,
        name_en=name_en,
        stage=case.stage,
        form_key="asked",
        case_status=CaseStatus.IN_PROGRESS,
        roles=[post.role.value for post in posts],
        unit_id=posts[0].unit_id,
        relation="asked",
        separation=list(origin.separation) if origin else [],
        assignee_id=person,
        status=TaskStatus.OPEN,
        version=1,
        opened_at=now,
        claimed_at=now,
        due_at=due_at,
        remind_at=ladder.first_at(now, due_at, calendars.of(session)),
        asked_kind=kind,
        asked_for_id=origin.id if origin else None,
        asked_by=by.user_id,
        asked_text=text.strip() or None,
        asked_then=list(then) or None,
    )
    session.add(row)
    session.flush()  # the notice names the step
    notices.tell(session, by, case, kind=_TOLD[kind], to=[person], task=row, text=text)
    return row


def _own(session: Session, actor: Actor, task_id: int) -> tuple[Case, Task, AskedKind, Actor]:
    """What was asked of the actor, or of somebody for whom the actor stands; locked."""
    case, task = tasks.locked(session, actor, task_id)
    if task.asked_kind is None or task.asked_kind not in _NAMES:
        raise NotFound("task", id=task_id)
    if task.status is not TaskStatus.OPEN:
        code = "already_done" if task.status is TaskStatus.DONE else "withdrawn"
        raise Stale(code, task=task.element, at=task.done_at, by=None)
    known = policy.case_now(session, case)
    step = next(each for each in known.steps if each.id == task.id)
    capacity = policy.to_complete(actor, policy.step_facts(known, step))
    if capacity.refusal is not None:
        raise Forbidden("not_asked", task=task.element)
    return case, task, task.asked_kind, actor.in_the_name_of(capacity.standing)


def _case(session: Session, actor: Actor, case_id: int) -> Case:
    """An open case that the actor sees and may ask about, locked."""
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    if not may_ask(actor):
        raise Forbidden("only_watches")
    case = cases.locked(session, case_id)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    return case


def wanted(people: Sequence[int]) -> list[int]:
    """The people chosen, each once.

    Raises:
        Invalid: nobody, or more than may be asked at once.
    """
    found = list(dict.fromkeys(people))
    if not 1 <= len(found) <= MOST:
        raise Invalid("how_many_people", most=MOST)
    return found


def require_text(text: str, *, least: int = 2) -> None:
    """Refuse what is too short or too long.

    Raises:
        Invalid: it is.
    """
    if not least <= len(text.strip()) <= LONGEST:
        raise Invalid("reason_length", shortest=least, longest=LONGEST)


def names(session: Session, ids: Sequence[int]) -> str:
    """The names of people in this order, as the record keeps them."""
    known = dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
    return "、".join(str(known[each]) for each in ids)
