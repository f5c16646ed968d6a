"""延期 and 委派 as the pages ask for them, decide on them and show them."""

import re
from io import BytesIO
from typing import Any

from sqlalchemy import select

from caseflow.models import Case, Extension, Task
from tests import desk
from tests.web.conftest import Bureau

WHY = "纳税人账簿尚未送齐，需要更多时间。"


def at_desk_check(bureau: Bureau) -> tuple[int, int]:
    with bureau.database.reading() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        return case.id, desk.open_task(session, case, "desk_check").id


def test_an_extension_is_asked_granted_and_shown_beside_the_date(bureau: Bureau) -> None:
    case_id, task_id = at_desk_check(bureau)
    officer, chief = bureau.visitor("officer"), bureau.visitor("chief")
    assert f"/tasks/{task_id}/extension" in officer.get(f"/cases/{case_id}").text
    page = officer.get(f"/tasks/{task_id}/extension").text
    assert "5 个工作日" in page
    assert "期限怎么算的" in page
    form = {"_version": "1", "days": "3", "reason": WHY}
    refused = officer.post(f"/tasks/{task_id}/extension", {**form, "days": "9"})
    assert refused.status_code == 422
    assert "延长天数须为 1 至 5。" in refused.text
    assert WHY in refused.text
    assert officer.post(f"/tasks/{task_id}/extension", form).status_code == 303
    assert "待决定" in officer.get(f"/cases/{case_id}").text
    assert "延期申请（案头核查）" in chief.get("/inbox").text
    assert "批准延期" in chief.get(f"/cases/{case_id}").text
    with bureau.database.reading() as session:
        row = session.scalars(select(Extension).where(Extension.case_id == case_id)).one()
    decide = f"/extensions/{row.id}/decide"
    assert officer.post(decide, {"decision": "grant"}).status_code == 403
    assert chief.post(decide, {"decision": "refuse", "note": ""}).status_code == 422
    assert chief.post(decide, {"decision": "grant"}).status_code == 303
    shown = officer.get(f"/cases/{case_id}").text
    assert "期限由" in shown
    assert "已批准" in shown
    assert "期限只能延长一次" in officer.get(f"/tasks/{task_id}/extension").text
    assert "批准把“案头核查”的期限" in shown


def test_a_step_is_delegated_and_comes_back(bureau: Bureau) -> None:
    case_id, task_id = at_desk_check(bureau)
    officer, third = bureau.visitor("officer"), bureau.people.third
    assert third.name in officer.get(f"/tasks/{task_id}/delegate").text
    with bureau.database.reading() as session:
        version = str(session.get_one(Task, task_id).version)
    form = {"_version": version, "to": str(third.user_id), "text": "核对进项发票清单"}
    assert officer.post(f"/tasks/{task_id}/delegate", {**form, "text": ""}).status_code == 422
    assert officer.post(f"/tasks/{task_id}/delegate", form).status_code == 303
    visitor = bureau.visitor("third")
    assert "办完交回" in visitor.get(f"/cases/{case_id}").text
    with bureau.database.reading() as session:
        row = session.scalars(
            select(Task.id).where(Task.asked_kind.is_not(None), Task.asked_for_id == task_id)
        ).all()[-1]
    assert visitor.post(f"/tasks/{row}/answer", {"text": "差异三张"}).status_code == 303
    assert "已交回" in officer.get(f"/cases/{case_id}").text
    assert officer.post(f"/tasks/{task_id}/delegate", {**form, "to": []}).status_code == 422


def test_the_chief_lets_a_case_stand_still_and_go_on(bureau: Bureau) -> None:
    case_id, _ = at_desk_check(bureau)
    officer, chief = bureau.visitor("officer"), bureau.visitor("chief")
    address = f"/cases/{case_id}/pause"
    assert address not in officer.get(f"/cases/{case_id}").text
    assert address in chief.get(f"/cases/{case_id}").text
    page = chief.get(address).text
    latest = re.search(r'name="until" type="date" max="([0-9-]{10})"', page)
    assert latest
    form = {"until": latest[1], "reason": "纳税人账簿被法院查封，待解封。"}
    without = chief.post(address, form)
    assert without.status_code == 422
    assert "请上传证明中止事由的证据。" in without.text
    assert form["reason"] in without.text
    sent: dict[str, Any] = {**form, "file": (BytesIO(b"MZ\x00\x01"), "查封.exe")}
    wrong = chief.post(address, sent)
    assert wrong.status_code == 422
    assert "查封.exe" in wrong.text
    sent["file"] = (BytesIO("查封通知".encode()), "查封.txt")
    assert chief.post(address, sent).status_code == 303
    shown = officer.get(f"/cases/{case_id}").text
    assert "决定中止，至" in shown
    assert "查封.txt" in shown
    assert "恢复计时" not in shown.split("cf-page")[0]
    assert officer.post(f"{address}/end", {}).status_code == 403
    assert "已经中止" in chief.get(address).text
    assert chief.post(f"{address}/end", {}).status_code == 303
    assert "决定中止，至" not in chief.get(f"/cases/{case_id}").text


def test_a_deferral_is_entered_only_where_something_is_to_be_paid(bureau: Bureau) -> None:
    case_id, task_id = at_desk_check(bureau)
    officer = bureau.visitor("officer")
    address = f"/tasks/{task_id}/deferral"
    assert address not in officer.get(f"/cases/{case_id}?task={task_id}").text
    assert "没有可登记的延期缴纳" in officer.get(address).text
    form = {"_version": "1", "number": "辽国税延〔2010〕8号", "until": "2030-01-01"}
    assert officer.post(address, form).status_code == 422
    assert bureau.visitor("chief").get(address).status_code == 403
