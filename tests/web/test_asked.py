"""加签, 抄送, 协查 as the pages ask for them, answer them and tell them."""

from sqlalchemy import select

from caseflow.models import Case, Task
from caseflow.services import tasks
from tests import desk
from tests.web.conftest import Bureau


def at_review(bureau: Bureau) -> tuple[int, int, int]:
    """A case whose review the chief has taken: its id, the step and the step's version."""
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        people = bureau.people
        if "desk_check" in desk.open_elements(session, case):
            desk.check(session, people, case)
            desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
            tasks.claim(session, people.chief, desk.open_task(session, case, "review").id)
        task = desk.open_task(session, case, "review")
        return case.id, task.id, task.version


def test_an_opinion_is_asked_given_and_shown_beside_the_decision(bureau: Bureau) -> None:
    case_id, task_id, version = at_review(bureau)
    chief, legal = bureau.visitor("chief"), bureau.people.legal
    assert f"/tasks/{task_id}/opinions" in chief.get(f"/cases/{case_id}").text
    assert legal.name in chief.get(f"/tasks/{task_id}/opinions").text
    form = {"_version": str(version), "of": str(legal.user_id), "text": "请看进销是否匹配"}
    assert chief.post(f"/tasks/{task_id}/opinions", {**form, "text": ""}).status_code == 422
    assert chief.post(f"/tasks/{task_id}/opinions", form).status_code == 303
    visitor = bureau.visitor("legal")
    assert "（加签）" in visitor.get("/inbox").text
    page = visitor.get(f"/cases/{case_id}").text
    assert "请看进销是否匹配" in page
    assert "此前填写：核查结论" in page
    with bureau.database.transaction() as session:
        question = session.scalars(
            select(Task.id).where(Task.asked_kind.is_not(None), Task.asked_for_id == task_id)
        ).one()
    assert visitor.post(f"/tasks/{question}", {"_version": "1"}).status_code == 404
    assert visitor.post(f"/tasks/{question}/answer", {"text": "无异议"}).status_code == 303
    shown = chief.get(f"/cases/{case_id}").text
    assert "无异议" in shown
    assert "已答复" in shown


def test_a_copy_is_read_and_marked(bureau: Bureau) -> None:
    case_id, _task_id, _version = at_review(bureau)
    officer, deputy = bureau.visitor("officer"), bureau.people.deputy
    assert deputy.name in officer.get(f"/cases/{case_id}/ask").text
    form = {"to": str(deputy.user_id), "text": "请阅"}
    assert officer.post(f"/cases/{case_id}/copies", form).status_code == 303
    visitor = bureau.visitor("deputy")
    assert "标为已阅" in visitor.get(f"/cases/{case_id}").text
    with bureau.database.transaction() as session:
        copy = session.scalars(select(Task.id).where(Task.element == "copy")).one()
    assert visitor.post(f"/tasks/{copy}/answer", {}).status_code == 303
    assert "已阅" in officer.get(f"/cases/{case_id}").text


def test_help_is_asked_until_a_day(bureau: Bureau) -> None:
    case_id, _task_id, _version = at_review(bureau)
    officer = bureau.visitor("officer")
    officer.get(f"/cases/{case_id}/ask")
    form = {"of": str(bureau.people.deputy.user_id), "text": "调取购销合同", "until": "不知道"}
    assert officer.post(f"/cases/{case_id}/help", form).status_code == 422
    assert (
        officer.post(f"/cases/{case_id}/help", {**form, "until": "2099-01-04"}).status_code == 303
    )
    assert "调取购销合同" in officer.get(f"/cases/{case_id}").text
