"""Deputies and recusal as pages: named, acting, shown with both names, ended; ties declared."""

import re
from datetime import timedelta

from sqlalchemy import select

from caseflow import clock
from caseflow.models import Task
from tests.web.conftest import Bureau


def test_a_deputy_is_named_finds_the_steps_and_loses_them_again(bureau: Bureau) -> None:
    people, leader = bureau.people, bureau.visitor("leader")
    principal, deputy = people.leader, people.deputy
    page = f"/deputies/new?principal={principal.user_id}"
    assert f'value="{deputy.user_id}"' in leader.get(page).text
    with bureau.database.reading():
        today = clock.today()
    form = {
        "principal": str(principal.user_id),
        "deputy": str(deputy.user_id),
        "first": today.isoformat(),
        "last": (today + timedelta(days=3)).isoformat(),
        "reason": "年休假",
    }
    back = leader.post("/deputies/new", {**form, "last": "2001-01-01"})
    assert back.status_code == 422
    assert "结束日期不能早于开始日期" in back.text
    assert "年休假" in back.text
    assert leader.post("/deputies/new", form).status_code == 303
    assert leader.post("/deputies/new", form).status_code == 303  # sent twice
    acting = bureau.visitor("deputy")
    mine = acting.get("/deputies").text
    assert mine.count("代理中") == 1
    assert f"{principal.name}（" in mine
    assert "您今天代理" in acting.get("/inbox").text
    assert acting.get(f"/inbox?for={principal.user_id}").status_code == 200
    assert "年休假" in bureau.visitor("auditor").get("/deputies").text
    (address,) = re.findall(r"/deputies/\d+/revoke", mine)
    assert acting.post(address, {}).status_code == 303
    assert "您今天代理" not in acting.get("/inbox").text


def test_a_tie_is_declared_on_the_case_and_decided_by_the_chief(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        case_id = session.scalars(select(Task.case_id).where(Task.element == "desk_check")).one()
    officer, chief = bureau.visitor("officer"), bureau.visitor("chief")
    page = f"/cases/{case_id}/recusal"
    assert "回避" in officer.get(f"/cases/{case_id}").text
    assert officer.post(page, {"tie": "none", "note": "无"}).status_code == 422
    assert officer.post(page, {"tie": "in_law", "note": "妻弟任法定代表人"}).status_code == 303
    assert "您的申报待上级决定" in officer.get(page).text
    assert "妻弟任法定代表人" in chief.get("/recusals").text
    shown = chief.get(page).text
    address = shown.split(f'action="{page}/')[1].split('"')[0]
    decided = f"{page}/{address}"
    refused = chief.post(decided, {"decision": "recuse"})
    assert refused.status_code == 422
    assert "请指定接替人员" in refused.text
    third = str(bureau.people.third.user_id)
    assert chief.post(decided, {"decision": "recuse", "officer": third}).status_code == 303
    assert officer.get(f"/cases/{case_id}").status_code == 404
    assert "决定" in bureau.visitor("third").get(f"/cases/{case_id}").text
    assert "妻弟任法定代表人" in bureau.visitor("auditor").get("/recusals").text
