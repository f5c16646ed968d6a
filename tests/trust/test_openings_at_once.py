"""Assignments, numberings and openings at the same moment, over HTTP, each sent twice.

Chiefs name officers, sign orders that take the next number of their series, and an officer closes
orders, which numbers a report and opens the penalty case that follows. No number is taken twice,
none is left out, no case is opened twice, nobody waits for ever, and who came second is told.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.cli.workflows.files import bundle, shipped_kinds
from caseflow.config import Config
from caseflow.db import Database
from caseflow.models import Answer, Case, CaseLink, Document, Task
from caseflow.reads import record_check
from caseflow.services import consistency, definitions, files, record, tasks
from caseflow.vocabulary import SYSTEM, Actor, CaseKind
from tests import cast, desk, factories, orders
from tests.cast import Cast
from tests.support import product
from tests.trust.counts import IS_LONG
from tests.trust.crowds import Form, Hand, Told, all_at_once, once_more

_HANDS = 204 if IS_LONG else 24
_EACH = _HANDS // 3 // 2  # steps of each of three kinds, each handed in by two at once
_NUMBER = re.compile(r"(\D+)〔(\d{4})〕(\d+)号")

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Step:
    """A step on somebody's desk, and what they are about to hand in."""

    holder: Actor
    case_id: int
    task_id: int
    typed: Mapping[str, str]


@pytest.fixture
def waiting(own_database: Database) -> list[Step]:
    with own_database.transaction() as session:
        record.introduce(session)
        people = cast.enter(session)
        for path in shipped_kinds():
            definitions.deploy(session, SYSTEM, bundle(path))
    steps = []
    for serial in range(1, _EACH * 3 + 1, 3):
        with own_database.transaction() as session:
            steps += [
                _to_assign(session, people, serial),
                _to_sign(session, people, serial + 1),
                _to_close(session, people, serial + 2),
            ]
    return steps


def _to_assign(session: Session, people: Cast, serial: int) -> Step:
    payer = factories.taxpayer(session, serial=serial)
    case = factories.case_of(session, CaseKind.WV, payer, "VAT-001")
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", {**dispatched, "priority": "normal"})
    named = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    return _taken(session, people.chief, case, "assign", {"assign_decision": "assign", **named})


def _to_sign(session: Session, people: Cast, serial: int) -> Step:
    case = _ordered(session, people, serial)
    signed = {"order_signature": "sign", "opinion": "同意"}
    return _taken(session, people.chief, case, "order_sign", signed)


def _to_close(session: Session, people: Cast, serial: int) -> Step:
    """An order that was met after its limit: closing it proposes a penalty."""
    case = _ordered(session, people, serial)
    today = clock.today().isoformat()
    orders.sign_order(session, people, case)
    orders.serve(session, people, case, today, element="serving/serve")
    (row,) = desk.doubts_of(session, case)
    filed = {"result": "corrected", "corrected_on": today, "number": f"申{serial}"}
    orders.comply(session, people, case, "conclude", {"row": str(row), **filed})
    orders.conclude(session, people, case)
    orders.review(session, people, case)
    return _taken(session, people.officer, case, "close_check", {"sign_off": "y"})


def _ordered(session: Session, people: Cast, serial: int) -> Case:
    payer = factories.taxpayer(session, serial=serial)
    case = factories.case_of(session, CaseKind.OC, payer, "FIL-011")
    orders.accepted(session, people, case)
    (row,) = desk.doubts_of(session, case)
    orders.prepare(session, people, case, "order", orders.not_done(row))
    return case


def _taken(
    session: Session, who: Actor, case: Case, element: str, typed: Mapping[str, str]
) -> Step:
    task = desk.open_task(session, case, element)
    tasks.claim(session, who, task.id)
    return Step(who, case.id, task.id, typed)


def test_crowd_that_assigns_numbers_and_opens_at_once_leaves_no_gap_and_no_double(
    own_house: Config, own_database: Database, waiting: list[Step]
) -> None:
    before = _counts(own_database)
    with product.up(own_house) as house:
        forms = list(_forms(house.address, waiting))
        assert len(forms) == _HANDS
        began = time.monotonic()
        told = all_at_once(forms)
        seconds = time.monotonic() - began
        _, told = once_more(forms, told)
    print(  # noqa: T201 -- the figures of a long run
        f"{_HANDS} at once: {dict(Counter(each.status for each in told))}, {seconds:.1f} s, "
        f"slowest {max(each.seconds for each in told):.1f} s"
    )
    _each_was_told(forms, told, waiting)
    after = _counts(own_database)
    assert after["answers"] - before["answers"] == len(waiting)
    assert after["penalties"] - before["penalties"] == _EACH
    _nothing_is_out_of_order(own_database)


def _forms(address: str, waiting: Sequence[Step]) -> Iterator[Form]:
    """Every step by two forms of its holder's, in two browsers."""
    hands: dict[int | None, list[Hand]] = {}
    for step in waiting:
        own = hands.setdefault(step.holder.user_id, [])
        while len(own) < 2:
            own.append(Hand(address, step.holder.user_id))
        for hand in own:
            hidden = hand.fields(f"/cases/{step.case_id}?task={step.task_id}")
            yield Form(hand, step.task_id, {**hidden, **step.typed})


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            "answers": len(session.scalars(select(Answer.id)).all()),
            "penalties": len(
                session.scalars(select(Case.id).where(Case.kind == CaseKind.PN)).all()
            ),
        }


def _each_was_told(forms: Sequence[Form], told: Sequence[Told], waiting: Sequence[Step]) -> None:
    """One form of each step was taken; the other heard who was first."""
    names = {step.task_id: step.holder.name for step in waiting}
    taken = Counter(
        form.task_id
        for form, each in zip(forms, told, strict=True)
        if each.status == HTTPStatus.SEE_OTHER
    )
    assert taken == dict.fromkeys(names, 1)
    for form, each in zip(forms, told, strict=True):
        if each.status != HTTPStatus.SEE_OTHER:
            assert each.status == HTTPStatus.CONFLICT, each.text[:2_000]
            assert re.search(rf"{names[form.task_id]}.{{0,40}}提交", each.text), each.text[:2_000]


def _nothing_is_out_of_order(database: Database) -> None:
    with database.reading() as session:
        _series_run_without_gap(
            session.scalars(select(Document.number).where(Document.number.is_not(None)))
        )
        numbers = session.scalars(select(Case.number)).all()
        _each_series_is_whole({(each[:-6], int(each[-6:])) for each in numbers}, len(numbers))
        links = session.execute(select(CaseLink.case_id, CaseLink.other_id)).all()
        assert len({link.other_id for link in links}) == len(links) == _EACH
        assigned = session.scalars(select(Task).where(Task.element.endswith("accept_main"))).all()
        assert Counter(task.case_id for task in assigned).most_common(1)[0][1] == 1
        assert record_check.verify(session, path_of=files.path_of).problems == ()
        assert consistency.compare(session).differences == ()


def _series_run_without_gap(written: Iterator[str | None]) -> None:
    parts = [_NUMBER.fullmatch(str(number)) for number in written]
    assert all(parts)
    found = [(match[1] + match[2], int(match[3])) for match in parts if match]
    _each_series_is_whole(set(found), len(found))


def _each_series_is_whole(found: set[tuple[str, int]], count: int) -> None:
    assert len(found) == count
    series: dict[str, list[int]] = {}
    for name, number in found:
        series.setdefault(name, []).append(number)
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in series.values())
