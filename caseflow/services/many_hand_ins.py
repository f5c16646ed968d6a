"""Many steps taken and handed in at once: the decisions of ``hand_ins``, few statements for all.

Each case keeps its own events. Who may not is told before anything is changed; what only the
doing shows, such as a refusal by the kind of case or by the database, is found ``by_halves``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Case, Draft, Task
from caseflow.models.base import Json, among
from caseflow.policy import History
from caseflow.services import by_halves, cases, definitions, hand_ins, limits, tasks
from caseflow.services.kinds import Desk
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor, NotFound, Refused, TaskStatus


@dataclass(frozen=True, slots=True)
class Hand:
    """A step to be handed in: as it was seen, and what its form says."""

    task_id: int
    version: int
    answers: Json


@dataclass(frozen=True, slots=True)
class _Ready:
    """A hand that may be done: in which names, and the case as it stands once it is on the desk."""

    hand: Hand
    case_id: int
    taker: Actor | None
    actor: Actor
    known: History


def hand_in(
    session: Session, actor: Actor, hands: Sequence[Hand], *, alone: Callable[[Hand], object]
) -> dict[int, Refused]:
    """Take each step onto the desk and hand it in; the refusals by the id of the step.

    ``alone`` does one of them by itself.
    """
    first = {hand.task_id: hand for hand in hands}
    ready, refused = _ready(session, actor, list(first.values()))
    doing = _Doing(session, limits.of_today(session), alone, refused)
    by_case: dict[int, list[_Ready]] = {}
    for each in ready:
        by_case.setdefault(each.case_id, []).append(each)
    doing.do([same[0] for same in by_case.values()])
    for same in by_case.values():
        for each in same[1:]:  # the case has moved on meanwhile
            doing.do_alone(each)
    return refused


def _ready(
    session: Session, actor: Actor, hands: Sequence[Hand]
) -> tuple[list[_Ready], dict[int, Refused]]:
    """Lock the cases and steps, and ask of each whether the actor may hand it in."""
    found = tasks.locked_each(session, actor, [hand.task_id for hand in hands])
    known = policy.cases_now(session, list({case.id: case for case, _ in found.values()}.values()))
    ready: list[_Ready] = []
    refused: dict[int, Refused] = {}
    for hand in hands:
        try:
            if hand.task_id not in found:
                raise NotFound("task", id=hand.task_id)
            _, task = found[hand.task_id]
            ready.append(_permitted(session, actor, hand, task, known[task.case_id]))
        except Refused as refusal:
            refused[hand.task_id] = refusal
    return ready, refused


def _permitted(session: Session, actor: Actor, hand: Hand, task: Task, known: History) -> _Ready:
    taker = None
    if task.assignee_id is None and task.status is TaskStatus.OPEN:
        capacity = policy.to_claim(actor, hand_ins.facts(known, task))
        taker = hand_ins.in_capacity(session, actor, task, capacity)
        known = replace(known, steps=tuple(_taken(known, task, taker)))
    name = hand_ins.require_own(session, actor, task, known, seen_version=hand.version)
    return _Ready(hand, task.case_id, taker, name, known)


def _taken(known: History, task: Task, taker: Actor) -> list[policy.StepThen]:
    """The steps of a case once this one is on the taker's desk."""
    return [
        replace(step, assignee_id=taker.user_id, held_for=taker.acting_for)
        if step.id == task.id
        else step
        for step in known.steps
    ]


class _AsksForEffectsError(Exception):
    """The drawing wants more done than rows stored: such a step is done alone."""


@dataclass(frozen=True)
class _Doing:
    session: Session
    times: Limits
    alone: Callable[[Hand], object]
    refused: dict[int, Refused]

    def do(self, some: Sequence[_Ready]) -> None:
        """Do them together as far as it goes."""
        self._keep(by_halves.do(self.session, some, together=self._together, alone=self._alone))

    def do_alone(self, one: _Ready) -> None:
        """Do one, or keep why it was refused."""
        self._keep(by_halves.do_alone(self.session, one, self._alone))

    def _alone(self, one: _Ready) -> None:
        self.alone(one.hand)

    def _keep(self, refused: Sequence[tuple[_Ready, Refused]]) -> None:
        self.refused.update({each.hand.task_id: refusal for each, refusal in refused})

    def _together(self, some: Sequence[_Ready]) -> None:
        """Take them onto the desks, then hand them in: an event of each for both."""
        session = self.session
        found = _rows(session, Case, [each.case_id for each in some])
        steps = _rows(session, Task, [each.hand.task_id for each in some])
        self._take(some, found, steps)
        hand_ins.require_nothing_asked(session, list(steps.values()))
        taken = []
        for each in some:
            case, task = found[each.case_id], steps[each.hand.task_id]
            process = definitions.process_of(session, case.definition_id)
            desk = Desk(session, each.actor, case, task, process, self.times, each.known)
            act, step = hand_ins.decide(desk, each.hand.answers, uuid.uuid4())
            if step.calls:
                raise _AsksForEffectsError
            taken.append(cases.Taken(each.actor, case, step, act))
        session.execute(delete(Draft).where(among(Draft.task_id, list(steps))))
        cases.store_each(session, taken, times=self.times)

    def _take(
        self, some: Sequence[_Ready], found: Mapping[int, Case], steps: Mapping[int, Task]
    ) -> None:
        notes = []
        for each in some:
            if each.taker is None:
                continue
            case, task = found[each.case_id], steps[each.hand.task_id]
            cases.begin(case)
            keeper = policy.Keeper(case, [task])
            hand_ins.put_on_desk(each.taker, task)
            payload = {"task": task.element, **keeper.told()}
            notes.append(cases.Noted(each.taker, case, "task.claimed", payload))
        cases.note_each(self.session, notes)


_Row = TypeVar("_Row", Case, Task)


def _rows(session: Session, table: type[_Row], ids: Sequence[int]) -> dict[int, _Row]:
    """Rows that are locked already, by id, as the database has them."""
    found = session.scalars(
        select(table).where(among(table.id, ids)), execution_options={"populate_existing": True}
    )
    return {row.id: row for row in found}
