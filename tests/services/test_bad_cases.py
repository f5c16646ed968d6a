"""A case that breaks what handles it is set aside; those beside it in the same act go on."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Message, Task
from caseflow.models.record import RecordEvent
from caseflow.services import cases, definitions, messages
from caseflow.services.definitions import Approval
from caseflow.vocabulary import SYSTEM, CaseKind, TaskStatus, kinds
from tests import cast, factories
from tests.desk import own_names
from tests.services.test_many_cases import wish
from tests.services.test_time import MONDAY, at
from tests.unit.engine.sketch import bundle

DAY = timedelta(days=1)
VARIABLES = "score: number; ti_flag: boolean"
WAITING = """
    start s
    catch c {}
    user a {}
    end closed
    s -> c -> a -> closed
"""
# What the check before a deployment refuses; a version deployed before there was such a check
# may hold it all the same.
BAD = [
    "section_chief status=nonsense",
    "system",
    "section_chief relation=collective_member",
]


def kept(session: Session, text: str) -> None:
    """A version on which new cases run, as one that nobody checks any more."""
    files = bundle(text, VARIABLES)
    definitions.keep(session, SYSTEM, "sketch", files, Approval(deployed_by=None))


def two(
    session: Session, monkeypatch: pytest.MonkeyPatch, event: str, bad: str
) -> tuple[Case, Case]:
    """A bad case and a good one, which wait for the same."""
    cast.enter(session)
    monkeypatch.setitem(kinds.PROCESSES, CaseKind.WV, "sketch")
    found = []
    for serial, task in enumerate((bad, "section_chief")):
        kept(session, WAITING.format(event, task))
        found.append(factories.case_on(session, factories.taxpayer(session, serial=serial)))
    session.flush()
    return found[0], found[1]


def open_steps(session: Session, case: Case) -> list[str]:
    query = select(own_names()).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    return list(session.scalars(query))


@pytest.mark.parametrize("bad", BAD)
def test_the_good_case_wakes_beside_the_bad_one(
    session: Session, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    with at(MONDAY):
        broken, good = two(session, monkeypatch, "timer:P1D", bad)
    with at(MONDAY + DAY):
        assert (cases.wake_due(session), cases.wake_due(session)) == (2, 0)
    session.expire_all()
    assert (open_steps(session, broken), open_steps(session, good)) == ([], ["a"])
    assert broken.wake_at == MONDAY + DAY + timedelta(hours=1)
    failed = select(RecordEvent).where(RecordEvent.action == "timer.failed")
    event = session.scalars(failed).one()
    assert event.stream == f"case:{broken.id}"
    assert re.fullmatch(r"fault_[0-9a-f]{8}|bad_member", json.loads(event.payload)["code"])


def test_a_limit_that_nobody_knows_sets_its_case_aside(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(MONDAY):
        broken, good = two(session, monkeypatch, "timer:P1D", 'section_chief due=days("nope")')
    with at(MONDAY + DAY):
        assert cases.wake_due(session) == 2
    session.expire_all()
    assert (open_steps(session, broken), open_steps(session, good)) == ([], ["a"])


def test_a_signal_is_heard_by_the_good_case(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = two(session, monkeypatch, "signal:go", BAD[0])
    assert messages.broadcast(session, SYSTEM, "go", variables={}, idem=uuid.uuid4()) == 2
    given = session.scalars(select(Message.id)).one()
    messages.spread(session, {"message": given, "after": 0})
    session.expire_all()
    assert (open_steps(session, broken), open_steps(session, good)) == ([], ["a"])


def test_the_good_case_is_opened_beside_the_bad_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.enter(session)
    monkeypatch.setitem(kinds.PROCESSES, CaseKind.WV, "sketch")
    drawing = """
        start s
        xor big
        user bad section_chief status=nonsense
        user a section_chief
        xor m
        end closed
        s -> big
        big -> bad : score > 6
        big => a
        bad -> m
        a -> m -> closed
    """
    kept(session, drawing)
    broken, good = (
        wish(session, factories.taxpayer(session, serial=n), score=score)
        for n, score in enumerate(("7.0", "6.0"))
    )
    opened = cases.open_many(session, SYSTEM, [broken, good], kind=CaseKind.WV)
    assert list(opened.cases) == [good.taxpayer_id]
    assert opened.refused[broken.taxpayer_id or 0].startswith("fault_")
