"""延期 and 委派 as the pages ask for them, decide on them and show them."""

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
