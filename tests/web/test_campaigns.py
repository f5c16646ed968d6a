"""The pages of campaigns: composed of a file with bad rows, previewed, counted, done alike."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.models import Case, RepeatedAnswer, Task
from tests import campaigns, desk, factories, orders
from tests.web.conftest import Bureau

_BEGUN = {
    "name": "纯地税户标识专项",
    "subject": "mark_local_only",
    "due_on": "2099-12-31",
    "method": campaigns.METHOD,
}


@pytest.fixture(scope="module")
def tins(bureau: Bureau) -> list[str]:
    """Households of the district, with the drawings that a campaign needs."""
    with bureau.database.transaction() as session:
        for process in ("campaign", "third_party_verification"):
            orders.deploy(session, process)
        found = [factories.taxpayer(session, serial=serial).tin for serial in range(301, 310)]
        factories.tell(session, "sys:facts")
    return found


def begun(bureau: Bureau) -> str:
    """The address of a campaign that the district's post has begun."""
    info = bureau.visitor("info")
    assert info.get("/campaigns/new").status_code == 200
    posted = info.post("/campaigns/new", _BEGUN)
    assert posted.status_code == 303
    return posted.headers["Location"]


def case_of(where: str) -> int:
    return int(where.split("?", maxsplit=1)[0].rsplit("/", 1)[1])


def uploaded(bureau: Bureau, where: str, rows: list[str]) -> int:
    content = "纳税人识别号\n" + "\n".join(rows)
    file = (io.BytesIO(content.encode("gb18030")), "清册.csv")
    info = bureau.visitor("info")
    info.get(where)
    fields: dict[str, Any] = {"source": "file", "file": file}
    posted = info.post(f"{where}/list", fields)
    return posted.status_code


def opened(bureau: Bureau, where: str) -> list[Case]:
    """The list is handed in, approved, and the worker opens its cases."""
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_of(where))
        campaigns.handed_in(session, bureau.people.info, case)
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_of(where))
        desk.do(session, bureau.people.leader, case, "approve", campaigns.AGREED)
    with bureau.database.transaction() as session:
        campaigns.work_off(session)
    with bureau.database.transaction() as session:
        return campaigns.of(session, session.get_one(Case, case_of(where)))


def test_what_is_missing_is_told_and_what_was_typed_stays(bureau: Bureau, tins: list[str]) -> None:
    del tins
    info = bureau.visitor("info")
    info.get("/campaigns/new")
    refused = info.post("/campaigns/new", {**_BEGUN, "method": "太短", "due_on": "2009-01-01"})
    assert refused.status_code == 422
    assert 'value="纯地税户标识专项"' in refused.text
    assert "请写明办理方法" in refused.text
    assert bureau.visitor("officer").get("/campaigns/new").status_code == 403


def test_list_of_a_file_is_previewed_row_by_row_and_rows_are_taken_out(
    bureau: Bureau, tins: list[str]
) -> None:
    where = begun(bureau)
    info = bureau.visitor("info")
    assert uploaded(bureau, where, []) == 422
    assert uploaded(bureau, where, [tins[0], tins[1], tins[0], "91X"]) == 303
    page = info.get(where).text
    assert "清册中重复 1" in page
    assert "税号校验不符 1" in page
    assert info.post(f"{where}/take-out", {"number": "1", "reason": "短"}).status_code == 422
    out = info.post(f"{where}/take-out", {"number": "1", "reason": "该户正在稽查，暂不列入。"})
    assert out.status_code == 303
    assert "该户正在稽查" in info.get(f"{where}?which=left_out").text
    none = info.post(f"{where}/list", {"source": "query"})
    assert none.status_code == 422
    assert "请至少选一个条件" in none.text
    leader = bureau.visitor("leader")
    assert "剔除勾选的户" not in leader.get(where).text
    assert leader.post(f"{where}/take-out", {"number": "2"}).status_code == 403
    assert bureau.visitor("far_leader").get(where).status_code == 404


def test_progress_opens_its_cases_and_the_file_of_results_has_every_row(
    bureau: Bureau, tins: list[str]
) -> None:
    where = begun(bureau)
    assert uploaded(bureau, where, [*tins[2:5], "91X"]) == 303
    held = opened(bureau, where)
    assert len(held) == 3
    leader = bureau.visitor("leader")
    page = leader.get(where).text
    assert f"/cases?campaign={case_of(where)}" in page
    listed = leader.get(f"/cases?campaign={case_of(where)}").text
    assert all(case.number in listed for case in held)
    file = leader.get(f"{where}.csv")
    text = file.data.decode("utf-8")
    assert text.startswith("\ufeff")
    assert all(case.number in text for case in held)
    assert "税号校验不符" in text
    assert "纯地税户标识专项" in leader.get("/campaigns").text


def test_what_was_done_of_one_case_is_done_of_the_others(bureau: Bureau, tins: list[str]) -> None:
    where = begun(bureau)
    assert uploaded(bureau, where, tins[5:8]) == 303
    held = opened(bureau, where)
    named = {
        "assign_decision": "assign",
        "main_officer": str(bureau.people.officer.user_id),
        "second_officer": str(bureau.people.partner.user_id),
    }
    taken = {"recusal": "none", "accept_decision": "accept"}
    with bureau.database.transaction() as session:
        for case in held:
            desk.do(session, bureau.people.chief, case, "dispatching/assign", named)
    with bureau.database.transaction() as session:
        first = desk.do(session, bureau.people.officer, held[0], "dispatching/accept_main", taken)
        task_id = first.id
    chief = bureau.visitor("chief")
    assert "本单位的部分" in chief.get("/campaigns").text
    shown = chief.get(where)
    assert shown.status_code == 200
    assert "只列出您能看到的任务" in shown.text
    assert held[0].number in chief.get(f"/campaigns/{case_of(where)}.csv").text
    assert bureau.visitor("far_chief").get(where).status_code == 404
    officer = bureau.visitor("officer")
    assert officer.get(where).status_code == 404
    assert "照此办理其余 2 件" in officer.get(f"/cases/{held[0].id}").text
    review = officer.get(f"/steps/{task_id}/alike").text
    assert held[1].number in review
    assert bureau.visitor("partner").get(f"/steps/{task_id}/alike").status_code == 404
    done = officer.post(f"/steps/{task_id}/alike", {"which": "all", "_confirm_yes": "1"})
    assert done.status_code == 303
    with bureau.database.transaction() as session:
        campaigns.work_off(session)
    with bureau.database.reading() as session:
        row = session.scalars(select(RepeatedAnswer)).one()
        assert (len(row.done), row.failed) == (2, [])
        steps = session.scalars(
            select(Task.element).where(Task.case_id == held[1].id, Task.done_at.is_not(None))
        ).all()
    assert "dispatching/accept_main" in steps
    told = officer.get(done.headers["Location"]).text
    assert "已完成" in told
    assert held[1].number in told
    assert bureau.visitor("chief").get(done.headers["Location"]).status_code == 404
