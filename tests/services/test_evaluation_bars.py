"""Rows 1 and 2 of the exclusions in open evaluations: seen each night, told, contacts refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, HigherAssessment, Notice, Taxpayer
from caseflow.models.record import RecordEvent
from caseflow.services import cases, evaluation_bars
from caseflow.vocabulary import CaseKind, Invalid, NoticeKind
from tests import cast, evaluation, factories
from tests.cast import Cast
from tests.services.test_time import at


def asked(session: Session) -> tuple[Cast, Case]:
    """An evaluation whose officer is about to ask the taxpayer by letter."""
    who = cast.enter(session)
    case = factories.evaluation(session, factories.taxpayer(session))
    evaluation.assigned(session, who, case)
    evaluation.reviewed(session, who, case, "inquiry")
    evaluation.signed(session, who, case)
    return who, case


def assessed_above(session: Session, who: Cast, case: Case, period: int = 200912) -> None:
    session.add(
        HigherAssessment(
            taxpayer_id=factories.payer_of(case),
            period_from=period,
            period_to=period,
            source="省局专项评估〔2010〕3号",
            noted_by=who.info.user_id,
            noted_at=clock.now(),
        )
    )
    factories.tell(session, "sys:households")


def write(session: Session, who: Cast, case: Case) -> None:
    letter: dict[str, Any] = {
        "inquiry_method": "letter",
        "questions": "2009年第四季度进项税额增长的原因是什么？请说明主要供货单位。",
    }
    evaluation.do(session, who.officer, case, "inquiry/make_inquiry", **letter)


def told(session: Session, case: Case) -> list[str]:
    rows = select(RecordEvent.action).where(
        RecordEvent.stream == f"case:{case.id}", RecordEvent.action.startswith("case.contact_")
    )
    return list(session.scalars(rows.order_by(RecordEvent.seq)))


def test_an_assessment_of_a_higher_level_stops_contact_and_tells_both_officers(
    session: Session,
) -> None:
    who, case = asked(session)
    assessed_above(session, who, case)
    assert evaluation_bars.look_at_all(session) == 1
    session.expire_all()
    assert case.facts["contact_barred"] == "higher_assessment"
    assert told(session, case) == ["case.contact_barred"]
    found = select(Notice.user_id).where(Notice.kind == NoticeKind.CONTACT_BARRED)
    assert set(session.scalars(found)) == {who.officer.user_id, who.partner.user_id}
    with pytest.raises(Invalid) as refused:
        write(session, who, case)
    assert "contact_barred_higher" in str(refused.value)


def accepted(session: Session, who: Cast, case: Case) -> Case:
    """A transfer of the household that the inspection bureau has accepted."""
    factories.deploy(session, "inspection_transfer")
    payer = session.get_one(Taxpayer, factories.payer_of(case))
    transfer = factories.case_of(session, CaseKind.TI, payer, "VAT-016")
    state(session, who, transfer, "source_accepted_at")
    return transfer


def state(session: Session, who: Cast, transfer: Case, fact: str) -> None:
    cases.begin(transfer)
    transfer.facts = {**transfer.facts, fact: clock.now().isoformat()}
    cases.put_on_record(session, who.officer, transfer, action="case.noted", payload={})


def test_what_inspection_takes_up_is_told_once_and_again_when_it_has_ended(
    session: Session,
) -> None:
    who, case = asked(session)
    transfer = accepted(session, who, case)
    assert evaluation_bars.look_at_all(session) == 1
    assert evaluation_bars.look_at_all(session) == 0
    session.expire_all()
    assert case.facts["contact_barred"] == "under_inspection"
    state(session, who, transfer, "inspection_closed_at")
    assert evaluation_bars.look_at_all(session) == 1
    assert told(session, case) == ["case.contact_barred", "case.contact_freed"]
    session.expire_all()
    write(session, who, case)


def test_an_assessment_of_other_months_bars_nothing(session: Session) -> None:
    who, case = asked(session)
    assessed_above(session, who, case, period=200803)
    assert evaluation_bars.look_at_all(session) == 0
    write(session, who, case)


def test_the_sweep_looks_once_a_day(session: Session) -> None:
    who, case = asked(session)
    assessed_above(session, who, case)
    assert evaluation_bars.watch_nightly(session) == 1
    assert evaluation_bars.watch_nightly(session) == 0
    with at(clock.now() + timedelta(days=1)):
        assert evaluation_bars.watch_nightly(session) == 1
    assert told(session, case) == ["case.contact_barred"]
