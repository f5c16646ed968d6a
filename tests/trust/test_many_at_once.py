"""A crowd hands in at the same moment, over HTTP, to the product as it is brought up.

Half of the hands hold a step of their own, the others crowd at a few steps, each with a form of its
own; some forms are sent twice. Nothing may be done twice or by half, and who came late is told.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from caseflow import engine
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Answer, Case, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import consistency, definitions, files, record, tasks
from caseflow.vocabulary import TaskStatus
from tests import cast, desk, factories
from tests.support import product
from tests.trust.counts import IS_LONG
from tests.trust.crowds import Form, Hand, Told, all_at_once, once_more

_HANDS = 200 if IS_LONG else 32
# So many of the hands crowd at each step that several want.
_CROWD = 20 if IS_LONG else 8
_SESSIONS = 4
_DISPATCHED = {"dispatch_decision": "assign", "priority": "normal"}

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Waiting:
    """The leader, who has taken a step of each case."""

    leader: int | None
    name: str
    section: int
    # The case and the step of each.
    steps: tuple[tuple[int, int], ...]


@pytest.fixture
def waiting(own_database: Database) -> Waiting:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        steps = []
        for serial in range(1, _HANDS // 2 + _HANDS // 2 // _CROWD + 1):
            case = factories.case(session, factories.taxpayer(session, serial=serial))
            task = desk.open_task(session, case, "dispatch")
            tasks.claim(session, people.leader, task.id)
            steps.append((case.id, task.id))
        leader = people.leader
        return Waiting(leader.user_id, leader.name, case.section_id, tuple(steps))


def test_crowd_that_hands_in_at_once_does_each_step_once(
    own_house: Config, own_database: Database, waiting: Waiting
) -> None:
    with product.up(own_house) as house:
        hands = [Hand(house.address, waiting.leader) for _ in range(_SESSIONS)]
        forms = list(_forms(hands, waiting))
        assert len(forms) == _HANDS
        began = time.monotonic()
        told = all_at_once(forms)
        seconds = time.monotonic() - began
        refused_for_now, told = once_more(forms, told)
    counted = Counter(each.status for each in told)
    print(  # noqa: T201 -- the figures of a long run
        f"{_HANDS} at once: {dict(counted)}, 503 first {refused_for_now}, {seconds:.1f} s, "
        f"slowest {max(each.seconds for each in told):.1f} s"
    )
    _each_was_told(forms, told, waiting)
    _each_step_was_done_once(own_database, waiting)


def _forms(hands: Sequence[Hand], waiting: Waiting) -> Iterator[Form]:
    """Half of the steps by one form each, a few by a crowd, whose last two are one form."""
    typed = {**_DISPATCHED, "section": str(waiting.section)}
    own, wanted = waiting.steps[: _HANDS // 2], waiting.steps[_HANDS // 2 :]
    for place, (case_id, task_id) in enumerate(own):
        hand = hands[place % len(hands)]
        yield Form(hand, task_id, {**hand.fields(f"/cases/{case_id}?task={task_id}"), **typed})
    for case_id, task_id in wanted:
        crowd = [
            Form(hand, task_id, {**hand.fields(f"/cases/{case_id}?task={task_id}"), **typed})
            for hand in (hands[place % len(hands)] for place in range(_CROWD - 1))
        ]
        yield from (*crowd, crowd[-1])


def _each_was_told(forms: Sequence[Form], told: Sequence[Told], waiting: Waiting) -> None:
    """One form of each step was taken; all others heard who was first, on a page."""
    assert {each.status for each in told} <= {HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT}
    taken: dict[int, set[str]] = {task_id: set() for _, task_id in waiting.steps}
    for form, each in zip(forms, told, strict=True):
        if each.status == HTTPStatus.SEE_OTHER:
            taken[form.task_id].add(form.fields["_idem"])
        else:
            assert re.search(rf"{waiting.name}.{{0,40}}提交", each.text), each.text[:2_000]
    assert [len(keys) for keys in taken.values()] == [1] * len(waiting.steps)


def _each_step_was_done_once(database: Database, waiting: Waiting) -> None:
    with database.reading() as session:
        acts = session.scalars(
            select(RecordEvent.stream).where(RecordEvent.action == "task.completed")
        ).all()
        assert sorted(acts) == sorted(f"case:{case_id}" for case_id, _ in waiting.steps)
        assert session.scalar(select(func.count()).select_from(Answer)) == len(waiting.steps)
        for case in session.scalars(select(Case)):
            process = definitions.process_of(session, case.definition_id)
            inbox = session.scalars(
                select(Task.key).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
            )
            open_tasks = engine.open_tasks(process, case.state)
            assert sorted(inbox) == sorted(task.key for task in open_tasks)
            assert [task.element for task in open_tasks] == ["dispatching/assign"]
        assert record_check.verify(session, path_of=files.path_of).problems == ()
        assert consistency.compare(session).differences == ()
