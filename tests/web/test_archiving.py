"""The pages of the archive: checked, filed by one and by many, lent, found again, printed."""

import pytest
from sqlalchemy import select

from caseflow.models import ArchivedFile, Case
from caseflow.services import archiving
from caseflow.vocabulary import CaseStatus, Role
from tests import evaluation, factories
from tests.services.test_separation import also
from tests.web.conftest import Bureau

SHELF = "档案室 3 排 2 柜 5 盒"


@pytest.fixture(scope="module", autouse=True)
def cases(bureau: Bureau) -> list[int]:
    """Three evaluations that were worked through, before the archivist of district 01."""
    found = []
    with bureau.database.transaction() as session:
        who = bureau.people
        also(session, who.legal, Role.ARCHIVIST, who.leader)
        factories.tell(session, "sys:people")
        for serial in (41, 42, 43):
            case = factories.evaluation(session, factories.taxpayer(session, serial=serial))
            evaluation.assigned(session, who, case)
            evaluation.reviewed(session, who, case, "cleared")
            evaluation.signed(session, who, case)
            evaluation.reported(session, who, case)
            evaluation.closed(session, who, case, who.other_chief)
            found.append(case.id)
    with bureau.database.transaction() as session:
        archiving.call_due(session)
    return found


def test_one_is_filed_then_lent_and_its_sheets_printed(bureau: Bureau, cases: list[int]) -> None:
    keeper, officer = bureau.visitor("legal"), bureau.visitor("officer")
    one = f"/archive/{cases[0]}"
    assert 'href="/archive"' in keeper.get("/inbox").text
    assert "归档" in keeper.get("/inbox").text
    assert "去归档" in keeper.get(f"/cases/{cases[0]}").text
    page = keeper.get(one).text
    assert "齐全" in page
    assert "纳税评估报告" in page
    assert keeper.get(f"{one}/sheets").status_code == 404
    assert "由档案管理岗" in officer.get(one).text
    assert officer.post(one, {"place": SHELF}).status_code == 403
    said = {"place": SHELF, "retention": "30"}
    refused = keeper.post(one, said)
    assert refused.status_code == 422
    assert "须写明理由" in refused.text
    assert SHELF in refused.text  # nothing typed is lost
    assert keeper.post(one, {**said, "reason": "同类案件参考价值较高。"}).status_code == 303
    kept = keeper.get(one).text
    assert "30 年" in kept
    sheets = keeper.get(f"{one}/sheets")
    assert sheets.status_code == 200
    assert sheets.data.startswith(b"%PDF")
    assert "已归档" in officer.get(f"/cases/{cases[0]}").text
    lent = {"borrower": str(bureau.people.officer.user_id), "purpose": "同行业案件参考"}
    assert officer.post(f"{one}/lend", lent).status_code == 403
    assert keeper.post(f"{one}/lend", lent).status_code == 303
    assert "员officer" in keeper.get("/archive").text
    assert keeper.post(f"{one}/take-in", {"note": ""}).status_code == 303
    assert "完好" in keeper.get(one).text
    trace = bureau.visitor("auditor").get(f"/cases/{cases[0]}/record").text
    assert "归档" in trace
    assert bureau.visitor("far_leader").get(one).status_code == 404


def test_all_that_are_ticked_are_filed_at_once(bureau: Bureau, cases: list[int]) -> None:
    keeper = bureau.visitor("legal")
    ticked = {"case": [str(each) for each in cases[1:]]}
    leader = bureau.visitor("leader")
    assert "待归档" in keeper.get("/archive").text
    assert "待归档" not in leader.get("/archive").text
    assert keeper.post("/archive", {**ticked, "place": ""}).status_code == 422
    assert leader.post("/archive", {**ticked, "place": SHELF}).status_code == 403
    assert keeper.post("/archive", {**ticked, "place": SHELF}).status_code == 303
    assert "已归档 2 件" in keeper.get("/archive").text
    with bureau.database.reading() as session:
        filed = session.scalars(select(Case.status).where(Case.id.in_(cases[1:]))).all()
        numbers = session.scalars(
            select(ArchivedFile.number).where(ArchivedFile.case_id.in_(cases[1:]))
        ).all()
    assert filed == [CaseStatus.ARCHIVED] * 2
    found = keeper.get(f"/archive?q={numbers[0]}").text
    assert numbers[0] in found
    assert numbers[1] not in found
    listed = leader.get("/cases?status=archived").text
    assert all(f"/cases/{each}" in listed for each in cases[1:])
