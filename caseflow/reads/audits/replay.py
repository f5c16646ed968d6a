"""A case as it stood after one of its acts, put together from the record up to that act.

What the record says is taken from it: the course, the steps on desks, who had taken them, papers,
files, the state. Only names, forms and limits come from the tables beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, Definition, Post, Recusal, Task, Unit, User
from caseflow.reads.record import Event
from caseflow.vocabulary import Role

_CARRIED = frozenset({"case.migrated", "case.migrated_back"})


@dataclass(frozen=True, slots=True)
class Open:
    """A step that was on a desk: its element, since when, who had taken it by then."""

    element: str
    since: datetime
    taken_by: str | None
    due_at: datetime | None
    is_due_recorded: bool


@dataclass(slots=True)
class State:
    """What the acts up to one of them say of the case."""

    passed: set[str] = field(default_factory=set)
    # Passed by the act itself, as against by those before it.
    fresh: tuple[str, ...] = ()
    open: list[Open] = field(default_factory=list)
    status: str = ""
    outcome: str | None = None
    due_at: datetime | None = None
    paused_from: datetime | None = None
    version: int | None = None
    papers: list[str] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    # Element -> number of the act with which it was handed in last.
    answered: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have acted on a step: by name, by which post."""

    user_id: int
    name: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A step on a desk as it was, with who could act on it."""

    step: Open
    task: Task | None
    unit: str
    unit_en: str
    who: tuple[Candidate, ...]


def state(events: Sequence[Event], upto: int) -> State:
    """The case after the act of this number; ``events`` are its acts, oldest first."""
    told = State()
    for event in events:
        if event.seq <= upto:
            _tell(told, event)
        elif told.version is None and event.action in _CARRIED:
            told.version = event.payload.get("from")
    return told


def desks(session: Session, case: Case, told: State, at: datetime) -> tuple[Desk, ...]:
    """The steps that were on desks at an instant, with the people who could act; four statements.

    A post counts when it was held on that day; whoever was recused by then does not.
    """
    tasks = session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.opened_at <= at)
        .order_by(Task.opened_at, Task.id)
    ).all()
    found = list(_matched(told.open, tasks))
    units = {
        row.id: row
        for row in session.execute(
            select(Unit.id, Unit.name, Unit.name_en).where(
                Unit.id.in_({task.unit_id for _step, task in found if task})
            )
        )
    }
    holders = _holders(session, [task for _step, task in found if task], clock.local_date(at))
    recused = set(
        session.scalars(select(Recusal.user_id).where(Recusal.case_id == case.id, Recusal.at <= at))
    )
    names = _names(session, found)
    return tuple(
        Desk(
            step,
            task,
            units[task.unit_id].name if task else "",
            units[task.unit_id].name_en if task else "",
            tuple(_who(step, task, holders, names, recused)),
        )
        for step, task in found
    )


def definition(session: Session, case: Case, version: int | None) -> tuple[int, str, int]:
    """The version that the case ran on then: its id, its drawing's file, its number.

    ``version`` None: the one that it runs on today, for it was never carried over by then.
    """
    query = select(Definition.id, Definition.process, Definition.version)
    current = session.execute(query.where(Definition.id == case.definition_id)).one()
    if version is None or version == current.version:
        return current.id, f"{current.process}.bpmn", current.version
    found = session.execute(
        query.where(Definition.process == current.process, Definition.version == version)
    ).one_or_none()
    row = found or current
    return row.id, f"{row.process}.bpmn", row.version


def _tell(told: State, event: Event) -> None:
    payload = event.payload
    told.fresh = _words(payload, "passed")
    told.passed.update(told.fresh)
    told.status = str(payload.get("status", told.status))
    told.outcome = payload.get("outcome", told.outcome)
    _course(told, event)
    for effect in payload.get("effects", ()):
        if isinstance(effect, dict):
            _effect(told, effect, event)
    if event.action == "attachment.added":
        told.files[str(payload.get("sha256"))] = str(payload.get("name", ""))
    if event.action == "attachment.removed":
        told.files.pop(str(payload.get("sha256")), None)
    if event.action == "paper.served":
        told.served.add(str(payload.get("number", "")))
    if event.action in _CARRIED:
        _carry(told, payload)
    if "answers" in payload and payload.get("task"):
        told.answered[str(payload["task"])] = event.seq


def _course(told: State, event: Event) -> None:
    for element in _words(event.payload, "closed"):
        place = next((n for n, each in enumerate(told.open) if each.element == element), None)
        if place is not None:
            told.open.pop(place)
    if event.payload.get("ended"):
        told.open.clear()
    told.open += [
        Open(element, event.at, None, None, is_due_recorded=False)
        for element in _words(event.payload, "opened")
    ]
    changes: Mapping[str, Mapping[str, Any]] = {
        "task.claimed": {"taken_by": event.actor},
        "task.released": {"taken_by": None},
        "task.reminded": _due(event),
    }
    changed = changes.get(event.action)
    if changed:
        told.open = [
            _with(each, changed) if each.element == event.payload.get("task") else each
            for each in told.open
        ]


def _carry(told: State, payload: Mapping[str, Any]) -> None:
    """Another version of the process: steps go on under the names that they have there."""
    told.version = payload.get("to", told.version)
    mapping = payload.get("mapping") or {}
    told.open = [
        _with(each, {"element": mapping.get(each.element, each.element)}) for each in told.open
    ]


def _due(event: Event) -> Mapping[str, Any]:
    due = _moment(event.payload.get("due_at"))
    return {"due_at": due, "is_due_recorded": True} if due else {}


def _with(step: Open, changed: Mapping[str, Any]) -> Open:
    known = {name: getattr(step, name) for name in Open.__slots__}
    return Open(**{**known, **changed})


def _effect(told: State, effect: Mapping[str, Any], event: Event) -> None:
    match effect.get("verb"):
        case "start_clock":
            told.due_at = _moment(effect.get("due_at")) or told.due_at
        case "pause_clock":
            told.paused_from = _moment(effect.get("from")) or event.at
        case "resume_clock":
            told.paused_from = None
            told.due_at = _moment(effect.get("due_at")) or told.due_at
    if effect.get("paper") and effect.get("number"):
        told.papers.append(str(effect["number"]))


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def _words(payload: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = payload.get(name, ())
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def _matched(steps: Sequence[Open], tasks: Sequence[Task]) -> Iterator[tuple[Open, Task | None]]:
    """Each step with its row: the newest of its element that was there, each row once."""
    left = list(tasks)
    for step in reversed(steps):
        row = next((each for each in reversed(left) if each.element == step.element), None)
        if row is not None:
            left.remove(row)
        yield step, row


def _holders(
    session: Session, tasks: Sequence[Task], on: date
) -> dict[tuple[str, int], list[Candidate]]:
    """Who held which role in which unit on a day."""
    roles = {role for task in tasks for role in task.roles}
    rows = session.execute(
        select(Post.role, Post.unit_id, User.id, User.name)
        .join(User, User.id == Post.user_id)
        .where(
            Post.unit_id.in_({task.unit_id for task in tasks}),
            Post.role.in_([Role(role) for role in roles if role in set(Role)]),
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to >= on),
        )
        .order_by(Post.id)
    )
    found: dict[tuple[str, int], list[Candidate]] = {}
    for role, unit_id, user_id, name in rows:
        found.setdefault((role.value, unit_id), []).append(Candidate(user_id, name, role))
    return found


def _names(session: Session, found: Iterable[tuple[Open, Task | None]]) -> dict[int, str]:
    ids = {user for step, task in found for user in (_taker(step), _named(task)) if user}
    return {
        row.id: row.name
        for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def _taker(step: Open) -> int | None:
    """Who had taken it: of a deputy, the one in person."""
    text = (step.taken_by or "").removeprefix("user:").partition("/")[0]
    return int(text) if text.isdigit() else None


def _named(task: Task | None) -> int | None:
    return task.assignee_id if task is not None and task.relation is not None else None


def _who(
    step: Open,
    task: Task | None,
    holders: Mapping[tuple[str, int], Sequence[Candidate]],
    names: Mapping[int, str],
    recused: set[int],
) -> Iterator[Candidate]:
    """Who had taken it or was named for it, else everybody who held one of its posts."""
    if task is None:
        return
    alone = _taker(step) or _named(task)
    if alone is not None:
        yield Candidate(alone, names.get(alone, ""), None)
        return
    seen: set[int] = set()
    for role in task.roles:
        for each in holders.get((role, task.unit_id), ()):
            if each.user_id not in seen | recused:
                seen.add(each.user_id)
                yield each
