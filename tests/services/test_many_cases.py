"""Many cases in one act: the same rows as one by one, and a bad one leaves the others alone."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from caseflow.models import Case, Task, Taxpayer, TaxWarning, Unit
from caseflow.models.base import Base, Json
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import cases, record, selection
from caseflow.services.cases import Doubt, Wish
from caseflow.vocabulary import SYSTEM, CaseKind, CaseStatus, WarningStatus
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import MONDAY, at

# What tells two cases, or two tasks, of the same kind apart.
_OWN = {"id", "number", "taxpayer_id", "state", "case_id", "key", "fingerprint"}


def wish(session: Session, payer: Taxpayer, *, score: str = "6.0") -> Wish:
    warning = factories.warning(session, payer)
    return Wish(
        taxpayer_id=payer.id,
        district_id=payer.district_id,
        district_code=session.get_one(Unit, payer.district_id).code,
        section_id=payer.section_id,
        doubts=(
            Doubt(
                warning.id,
                warning.fingerprint,
                warning.period,
                warning.run_id,
                warning.indicator,
            ),
        ),
        score=Decimal(score),
        grade=2,
        is_ti=False,
    )


def wishes(session: Session, count: int) -> list[Wish]:
    cast.enter(session)
    factories.deploy(session)
    return [wish(session, factories.taxpayer(session, serial=n)) for n in range(count)]


def told(row: Base) -> Json:
    columns = [column.name for column in row.__table__.columns]
    return {name: getattr(row, name) for name in columns if name not in _OWN}


def everything(session: Session, case: Case) -> list[Json]:
    """All that was stored of a case but what is its own."""
    tasks = session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)).all()
    warnings = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).all()
    events = session.scalars(
        select(RecordEvent).where(RecordEvent.stream == f"case:{case.id}").order_by(RecordEvent.seq)
    )
    payloads = []
    for event in events:
        payload = json.loads(event.payload)
        own = {"case": "", "number": "", "warnings": len(payload.get("warnings", ()))}
        before = payload.get("before", {})
        if "steps" in before:  # by the numbers of the steps
            own["before"] = {**before, "steps": list(before["steps"].values())}
        payloads.append({"action": event.action, "actor": event.actor, **payload, **own})
    return [told(case), *map(told, tasks), *map(told, warnings), *payloads]


def test_opening_many_stores_the_rows_of_opening_one(session: Session) -> None:
    asked = wishes(session, 1)
    one = factories.case(session, factories.taxpayer(session, serial=9))
    opened = cases.open_many(session, SYSTEM, asked, kind=CaseKind.WV)
    many = session.get_one(Case, opened.cases[asked[0].taxpayer_id or 0])
    session.expire_all()
    assert everything(session, many) == everything(session, one)
    assert opened.refused == {}


def test_numbers_have_no_gaps_however_cases_are_opened(session: Session) -> None:
    asked = wishes(session, 3)
    cases.open_many(session, SYSTEM, asked, kind=CaseKind.WV)
    factories.case(session, factories.taxpayer(session, serial=9))
    numbers = session.scalars(select(Case.number).order_by(Case.id)).all()
    assert [int(number[-6:]) for number in numbers] == [1, 2, 3, 4]


def test_a_case_that_the_database_refuses_leaves_the_others_alone(session: Session) -> None:
    asked = wishes(session, 7)
    cases.open_many(session, SYSTEM, asked[4:5], kind=CaseKind.WV)
    opened = cases.open_many(session, SYSTEM, asked, kind=CaseKind.WV)
    assert opened.refused == {asked[4].taxpayer_id: "uq_cases_one_open"}
    assert len(opened.cases) == 6
    numbers = session.scalars(select(Case.number)).all()
    assert sorted(int(number[-6:]) for number in numbers) == [1, 2, 3, 4, 5, 6, 7]


def test_a_case_that_the_engine_refuses_leaves_the_others_alone(session: Session) -> None:
    asked = wishes(session, 3)
    asked[1] = replace(asked[1], score=Decimal("NaN"))
    refused = {asked[1].taxpayer_id: "not_storable"}
    assert cases.open_many(session, SYSTEM, asked[1:2], kind=CaseKind.WV).refused == refused
    opened = cases.open_many(session, SYSTEM, asked, kind=CaseKind.WV)
    assert (opened.refused, len(opened.cases)) == (refused, 2)


def test_the_record_of_cases_opened_together_holds(session: Session) -> None:
    record.introduce(session)
    opened = cases.open_many(session, SYSTEM, wishes(session, 3), kind=CaseKind.WV)
    for case_id in opened.cases.values():
        assert record_check.verify_case(session, case_id).is_sound


def test_the_share_of_a_pool_goes_on_where_the_last_one_stopped(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = wishes(session, 3)
    session.execute(update(TaxWarning).values(status=WarningStatus.POOL))
    monkeypatch.setattr(selection, "AT_ONCE", 2)
    share = selection.open_share(session)
    assert (share.moved, len(share.chosen)) == (2, 1)
    share = selection.open_share(session, chosen=share.chosen)
    assert (share.moved, share.goes_on) == (1, True)
    assert not selection.open_share(session, chosen=share.chosen).goes_on
    assert session.scalars(select(func.count()).select_from(Case)).one() == len(asked)


def test_a_refused_taxpayer_is_passed_over_and_told_of(session: Session) -> None:
    (asked,) = wishes(session, 1)
    payer = session.get_one(Taxpayer, asked.taxpayer_id)
    factories.warning(session, payer, code="VAT-002")  # together more than a score can hold
    session.execute(update(TaxWarning).values(status=WarningStatus.POOL, points=Decimal(60_000)))
    share = selection.open_share(session)
    assert (share.moved, share.refused) == (0, {asked.taxpayer_id: "constraint"})
    assert not selection.open_share(session, without=share.refused).goes_on
    told_of = select(RecordEvent.payload).where(RecordEvent.action == "cases.refused")
    assert json.loads(session.scalars(told_of).one()) == {
        "refused": {str(asked.taxpayer_id): "constraint"}
    }


def held(session: Session, people: Cast, count: int) -> list[Case]:
    """Cases that wait for the same day."""
    answers = {"dispatch_decision": "hold", "hold_until": "2010-01-28"}
    waiting = []
    for serial in range(count):
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        reason = {"reason": "等待工商年检数据一并核查"}
        desk.do(session, people.leader, case, "dispatch", {**answers, **reason})
        waiting.append(case)
    return waiting


def test_waking_many_stores_the_rows_of_waking_one(session: Session) -> None:
    with at(MONDAY):
        together, alone, spoiled = held(session, cast.enter(session), 3)
        first = together.revision
    with at(MONDAY + timedelta(days=3)):
        assert cases.wake_due(session, at_once=1) == 1
        record.append(session, SYSTEM, f"case:{spoiled.id}", action="case.spoiled", payload={})
        assert cases.wake_due(session) == 2  # refused together, so each goes by itself
    session.expire_all()
    assert together.revision == first + 1
    assert everything(session, together) == everything(session, alone)
    assert spoiled.wake_at == MONDAY + timedelta(days=3, hours=1)


def test_effects_of_a_woken_case_are_done(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        held(session, people, 2)
        case = factories.case(session, factories.taxpayer(session, serial=8))
        desk.to_letter_served(session, people, case)
    with at(MONDAY + timedelta(days=7, hours=16)):
        assert cases.wake_due(session) == 3
    session.expire_all()
    assert case.paused_days == 5


def on_drawing(session: Session, monkeypatch: pytest.MonkeyPatch, drawing: str) -> list[Wish]:
    """Two wishes for cases on a small drawing."""
    asked = wishes(session, 2)
    factories.deploy_sketch(session, monkeypatch, drawing, "score: number; ti_flag: boolean")
    return asked


def test_cases_that_begin_with_an_effect_have_it_done(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = """
        start s
        xor big
        service note start_clock clock="wv_total"
        user work section_chief
        end closed
        s -> big
        big -> note : score > 6
        big => work
        note -> work -> closed
    """
    small, large = on_drawing(session, monkeypatch, drawing)
    opened = cases.open_many(
        session, SYSTEM, [small, replace(large, score=Decimal(7))], kind=CaseKind.WV
    )
    assert len(opened.cases) == 2
    running = session.scalars(select(Case.id).where(Case.accepted_at.is_not(None))).all()
    assert running == [opened.cases[large.taxpayer_id or 0]]


def test_cases_that_are_void_from_the_start_let_their_warnings_rest(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = """
        start s
        xor big
        user work section_chief
        end closed
        end voided
        s -> big
        big -> work : score > 6
        big => voided
        work -> closed
    """
    asked = on_drawing(session, monkeypatch, drawing)
    opened = cases.open_many(session, SYSTEM, asked, kind=CaseKind.WV)
    found = [session.get_one(Case, case_id) for case_id in opened.cases.values()]
    assert {case.status for case in found} == {CaseStatus.VOIDED}
    assert set(session.scalars(select(TaxWarning.status))) == {WarningStatus.CONCLUDED}


def test_a_woken_case_whose_effect_is_refused_is_set_aside(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_letter_served(session, people, case)
        record.append(session, SYSTEM, f"case:{case.id}", action="case.spoiled", payload={})
    with at(MONDAY + timedelta(days=7, hours=16)):
        assert (cases.wake_due(session), cases.wake_due(session)) == (1, 0)
    failed = select(RecordEvent.payload).where(RecordEvent.action == "timer.failed")
    assert json.loads(session.scalars(failed).one())["code"] == "constraint"
