"""拿回: who handed in a step takes it back while nobody has looked at what follows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Draft, SeenCase, Task, User
from caseflow.services import cases, definitions, drawn_verbs, present_course, send_backs, tasks
from caseflow.services.cases import Act
from caseflow.vocabulary import Actor, Conflict, Forbidden, TaskStatus


def take_back(session: Session, actor: Actor, task_id: int) -> Case:
    """Take a step back that the actor has handed in; it is on the own desk again.

    Raises:
        NotFound: it does not exist for the actor; Forbidden: somebody else handed it in.
        Conflict: who has taken, opened or done what follows; nothing follows yet; it led back to
            a step that was done before; the case is over.
        Invalid: as ``send_backs.send_back``: a paper was served, a case referred.
    """
    case, task = tasks.locked(session, actor, task_id)
    is_own = task.done_by == actor.user_id and task.asked_kind is None
    if task.status is not TaskStatus.DONE or not is_own:
        raise Forbidden("not_handed_in_by_you", task=task.element)
    if case.closed_at is not None:
        raise Conflict("case_over", number=case.number)
    drawn_verbs.require(session, case, task, "take_back")
    following = _following(session, task)
    _require_untouched(session, actor, case, following)
    if not _still_counts(session, case, task):
        raise Conflict("began_anew", task=task.name)
    plan, done = send_backs.undoing(session, case, following[0], task)
    if {row.id for row in plan.withdrawn} != {row.id for row in following}:
        raise Conflict("others_follow", task=task.name)
    cases.begin(case)
    keeper = policy.Keeper(case)
    payload = {
        "task": task.element,
        **send_backs.undone(session, actor, case, plan),
        **keeper.told(),
    }
    # What a deputy did in another's name goes back to who bears that name.
    own = {} if task.done_for else {task.element: actor.user_id or 0}
    act = Act("task.taken_back", payload, holders=own)
    cases.apply(session, actor, case, done.step, act=act, times=plan.times)
    return case


def offered(session: Session, actor: Actor, case: Case) -> Task | None:
    """The step that the actor handed in last, if it can be taken back as far as rows tell."""
    rows = select(Task).where(
        Task.case_id == case.id,
        Task.done_by == actor.user_id,
        Task.status == TaskStatus.DONE,
        Task.asked_kind.is_(None),
    )
    task = session.scalar(rows.order_by(Task.done_at.desc(), Task.id.desc()).limit(1))
    if task is None or case.closed_at is not None:
        return None
    try:
        _require_untouched(session, actor, case, _following(session, task))
    except Conflict:
        return None
    is_left = "take_back" in drawn_verbs.offered_at(session, case, task.element)
    return task if is_left and _still_counts(session, case, task) else None


def _still_counts(session: Session, case: Case, task: Task) -> bool:
    """Whether a step stands on the present course: not what it led back over, such as a refusal."""
    process = definitions.process_of(session, case.definition_id)
    drawn = select(Task).where(Task.case_id == case.id, Task.asked_kind.is_(None))
    return task in present_course.of(process, session.scalars(drawn.order_by(Task.id)).all())


def _following(session: Session, task: Task) -> list[Task]:
    """The steps that handing in this one has opened, whatever became of them."""
    rows = select(Task).where(
        Task.case_id == task.case_id,
        Task.opened_at == task.done_at,
        Task.id > task.id,
        Task.asked_kind.is_(None),
    )
    return list(session.scalars(rows.order_by(Task.id)))


def _require_untouched(session: Session, actor: Actor, case: Case, following: list[Task]) -> None:
    if not following:
        raise Conflict("nothing_follows")
    for task in following:
        if task.status is not TaskStatus.OPEN:
            name = session.scalar(select(User.name).where(User.id == task.done_by))
            raise Conflict("followed_done", task=task.name, by=name, at=task.done_at)
        for user_id, at in _touched(session, case, task):
            if user_id != actor.user_id:
                name = session.scalar(select(User.name).where(User.id == user_id))
                raise Conflict("followed_opened", task=task.name, by=name, at=at)


def _touched(session: Session, case: Case, task: Task) -> Iterator[tuple[int, object]]:
    """Who has taken this step, typed in it, or seen it while it was theirs to take; and when."""
    if task.assignee_id is not None and task.claimed_at != task.opened_at:
        yield task.assignee_id, task.claimed_at
    typed = select(Draft.user_id, Draft.saved_at).where(Draft.task_id == task.id)
    yield from ((row[0], row[1]) for row in session.execute(typed))
    looked = select(SeenCase.user_id, SeenCase.at).where(
        SeenCase.case_id == case.id, SeenCase.at >= task.opened_at
    )
    for user_id, at in session.execute(looked.order_by(SeenCase.at)):
        is_theirs = user_id == task.assignee_id or task.assignee_id is None
        if is_theirs and (task.assignee_id or tasks.could_take(session, case, task, user_id)):
            yield user_id, at
