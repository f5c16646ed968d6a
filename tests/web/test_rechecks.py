"""The pages of re-checks: preview and draw, give out, read, report, sign; a spot check."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from caseflow.models import Case, Recheck
from caseflow.services.rechecks import plans
from caseflow.services.rechecks.plans import Period
from caseflow.vocabulary import RecheckLevel
from tests import evaluation, factories
from tests.services.test_time import at
from tests.web.conftest import Bureau


def _half() -> Period:
    return plans.periods(RecheckLevel.DISTRICT, datetime.now(UTC).date())[0]


def _then() -> datetime:
    """A day in the half-year that is over."""
    return datetime.combine(_half().begins_on, time(1), UTC) + timedelta(days=60)


@pytest.fixture(scope="module", autouse=True)
def case(bureau: Bureau) -> int:
    """An evaluation that was closed in the half-year that is over."""
    with bureau.database.transaction() as session, at(_then()):
        who = bureau.people
        case = factories.evaluation(session, factories.taxpayer(session, serial=31))
        evaluation.assigned(session, who, case)
        evaluation.reviewed(session, who, case, "cleared")
        evaluation.signed(session, who, case)
        evaluation.reported(session, who, case)
        evaluation.closed(session, who, case, who.other_chief)
        return case.id


def test_drawn_given_out_read_reported_and_signed(bureau: Bureau, case: int) -> None:
    leader, officer = bureau.visitor("leader"), bureau.visitor("other_officer")
    assert 'href="/rechecks"' in leader.get("/inbox").text
    page = leader.get("/rechecks").text
    assert _half().begins_on.isoformat() in page
    said = {"period": _half().begins_on.isoformat(), "seed": "7"}
    preview = leader.post("/rechecks/preview", said).text
    assert "1 件办结的纳税评估" in preview
    where = leader.post("/rechecks", said)
    assert where.status_code == 303
    assert "同一期间只抽一次" in leader.post("/rechecks", said).text
    plan = leader.get(where.location).text
    assert "待派员" in plan
    (number,) = set(re.findall(r'href="/rechecks/(\d+)"', plan))
    one = f"/rechecks/{number}"
    page = leader.get(one).text
    assert "办过这件任务的步骤" in page
    named = bureau.people.other_officer.user_id
    assert (
        leader.post(f"{one}/assign", {"officer": str(bureau.people.officer.user_id)}).status_code
        == 422
    )
    assert leader.post(f"{one}/assign", {"officer": str(named)}).status_code == 303
    assert "复查" in officer.get("/inbox").text
    assert one in officer.get("/rechecks").text
    answers = {"result": "confirmed", "advice": "可以作为案例。"}
    unread = officer.post(f"{one}/report", answers)
    assert unread.status_code == 422
    assert "可以作为案例。" in unread.text
    assert one in officer.get(f"/cases/{case}").text
    assert officer.post(f"{one}/report", answers).status_code == 303
    assert "签批" in leader.get(one).text
    assert officer.post(f"{one}/sign", {"opinion": "同意复查意见。"}).status_code == 403
    assert leader.post(f"{one}/send-back", {"reason": "请补充说明。"}).status_code == 303
    assert "请补充说明。" in officer.get(one).text
    assert officer.post(f"{one}/report", answers).status_code == 303
    signed = leader.post(f"{one}/sign", {"opinion": "同意复查意见。", "_confirm_yes": "1"})
    assert signed.status_code == 303
    page = leader.get(one).text
    assert re.search("大中国税复查〔20[0-9]{2}〕1号", page)
    assert "维持原结论" in leader.get(where.location).text
    assert "0.00%" in leader.get(where.location).text
    assert bureau.visitor("far_officer").get(one).status_code == 404
    assert bureau.visitor("far_leader").get(where.location).status_code == 404


def test_the_chief_spot_checks(bureau: Bureau) -> None:
    chief = bureau.visitor("chief")
    assert "抽查" in chief.get("/rechecks").text
    bad = chief.post("/rechecks/spot", {"which": "all", "size": "0", "seed": "3"})
    assert bad.status_code == 422
    where = chief.post("/rechecks/spot", {"which": "open", "size": "2", "seed": "3"})
    assert where.status_code == 303
    with bureau.database.reading() as session:
        ids = session.scalars(select(Recheck.id).where(Recheck.why == "spot")).all()
        numbers = session.scalars(select(Case.number)).all()
    assert len(ids) == 2
    assert all(each in numbers for each in re.findall(r"\d\dWV\d+", chief.get(where.location).text))
    one = f"/rechecks/{ids[0]}"
    assert chief.post(f"{one}/spot", {"result": "problem", "found": ""}).status_code == 422
    told = {"result": "problem", "found": "底稿没有写明核对过程。", "advice": "补写。"}
    assert chief.post(f"{one}/spot", told).status_code == 303
    assert "底稿没有写明核对过程。" in chief.get(one).text
    by_hand = chief.post("/rechecks/spot", {"number": numbers[0]})
    assert by_hand.status_code == 303
    assert "指定，未抽签" in chief.get(by_hand.location).text
