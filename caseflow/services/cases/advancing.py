"""Moving many running cases one step on in a transaction, without a person: timers, messages.

Steps that ask for effects are stored one by one through ``gate``, all others together through
``many``. A case that cannot take its step is told of and holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.engine import Process, Step
from caseflow.models import Case, Task
from caseflow.models.base import Json, among
from caseflow.services import definitions, limits
from caseflow.services.cases import applying, faults, gate, many, rows
from caseflow.services.cases.acts import Act
from caseflow.services.cases.rows import Leading, Standing
from caseflow.services.limits import Limits
from caseflow.vocabulary import SYSTEM, Actor, TaskStatus

Mover = Callable[[Process, bytes], Step]


@dataclass(frozen=True, slots=True)
class Found:
    """A running case, its row locked, as far as a step needs it."""

    id: int
    definition_id: int
    state: bytes
    revision: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: ids of the cases that moved, and why others did not."""

    cases: tuple[int, ...]
    failed: dict[int, str]


def find(
    session: Session,
    *where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any] | Any],
    at_once: int,
    skip_locked: bool = False,
) -> list[Found]:
    """Lock running cases; with ``skip_locked`` those that somebody else holds are left out."""
    query = select(*_COLUMNS).where(*where).order_by(*order).limit(at_once)
    found = session.execute(query.with_for_update(of=Case, skip_locked=skip_locked))
    return [_found(row) for row in found]


def move(
    session: Session,
    actor: Actor,
    found: Sequence[Found],
    mover: Mover,
    *,
    act: Act,
    times: Limits,
) -> Moved:
    """Take a step with each of the locked cases and store it; none holds up another."""
    moving = _Moving(session, actor, act, times, {})
    for case in found:
        try:
            process = definitions.process_of(session, case.definition_id)
            moving.steps[case.id] = (case, mover(process, case.state))
        except Exception as error:  # noqa: BLE001 - whatever one case raises, the others go on
            moving.failed[case.id] = faults.code_of(error)
    session.flush()  # plain statements see what the session has changed
    together = [pair for pair in moving.steps.values() if not pair[1].calls]
    alone = [pair for pair in moving.steps.values() if pair[1].calls]
    if not moving.store_together(together):
        alone = [*together, *alone]
    for case, step in alone:
        moving.store_alone(case, step)
    moved = tuple(case_id for case_id in moving.steps if case_id not in moving.failed)
    return Moved(moved, moving.failed)


@dataclass
class _Moving:
    """Cases that take the same kind of step in one transaction."""

    session: Session
    actor: Actor
    act: Act
    times: Limits
    failed: dict[int, str]
    steps: dict[int, tuple[Found, Step]] = field(default_factory=dict)

    def store_together(self, taken: Sequence[tuple[Found, Step]]) -> bool:
        """Store steps without effects in one go; False when one of them cannot be stored."""
        if not taken:
            return True
        open_tasks = _open_tasks(self.session, [case.id for case, _ in taken])
        try:
            stored = [self._decide(case, step, open_tasks.get(case.id, [])) for case, step in taken]
            with self.session.begin_nested():
                many.update_cases(self.session, self.actor, stored, now=self.times.now)
                many.settle(self.session)
        except Exception as error:
            if faults.is_of_the_house(error):
                raise
            return False  # each by itself, so that the one at fault is found
        return True

    def store_alone(self, found: Found, step: Step) -> None:
        """Store one step through the gate, with its effects."""
        session = self.session
        try:
            with session.begin_nested():
                case = gate.locked(session, found.id)
                gate.begin(case)
                applying.apply(session, self.actor, case, step, act=self.act, times=self.times)
                many.settle(session)
        except Exception as error:  # noqa: BLE001 - whatever one case raises, the others go on
            self.failed[found.id] = faults.code_of(error)

    def _decide(
        self, case: Found, step: Step, open_tasks: Sequence[Row[*tuple[Any, ...]]]
    ) -> many.Stored:
        closed = [task for task in open_tasks if task.key in step.closed]
        asked = rows.asked_too({t.id for t in closed}, open_tasks, is_over=step.ended is not None)
        drawn = [task for task in open_tasks if task.asked_kind is None]
        staying = [task for task in drawn if task.key not in step.closed]
        newest = staying[-1] if staying else None
        decided = rows.of(
            definitions.process_of(self.session, case.definition_id),
            step,
            replace(case.standing, facts=rows.remembered(case.standing.facts, step)),
            act=self.act,
            times=self.times,
            closed=[task.element for task in closed],
            staying=Leading(*newest[-len(_LEADING) :]) if newest else None,
            effects=(),
        )
        withdrawn = tuple(task.id for task in (*closed, *asked))
        return many.Stored(case.id, case.revision + 1, self.act.action, decided, withdrawn)


_STANDING = tuple(each.name for each in fields(Standing))
_COLUMNS = (
    Case.id,
    Case.definition_id,
    Case.state,
    Case.revision,
    *(getattr(Case, name) for name in _STANDING),
)
_LEADING = (Task.stage, Task.case_status, Task.due_at, Task.return_reason)


def waiting_for(session: Session, case_id: int, signal: str) -> Sequence[Found]:
    """The case, locked, when it waits for a signal; nothing when it does not, or is busy."""
    waits = Case.awaits.contains([f"signal:{signal}"])
    return find(session, Case.id == case_id, waits, order=(Case.id,), at_once=1)


def tell(
    session: Session, found: Sequence[Found], signal: str, values: Json, *, action: str
) -> None:
    """Send a signal with its values to cases that wait for it, as an act of the system."""
    times = limits.of_today(session)
    moment = times.moment()
    move(
        session,
        SYSTEM,
        found,
        lambda process, state: engine.signal(process, state, signal, values, at=moment),
        act=Act(action, values),
        times=times,
    )


def _found(row: Row[*tuple[Any, ...]]) -> Found:
    case_id, definition_id, state, revision, *rest = row
    return Found(case_id, definition_id, state, revision, Standing(*rest))


def _open_tasks(
    session: Session, case_ids: Sequence[int]
) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """The open steps of cases by case, the oldest first."""
    query = (
        select(
            Task.case_id,
            Task.id,
            Task.key,
            Task.element,
            Task.asked_kind,
            Task.asked_for_id,
            *_LEADING,
        )
        .where(among(Task.case_id, case_ids), Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    )
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.execute(query):
        found.setdefault(row.case_id, []).append(row)
    return found
