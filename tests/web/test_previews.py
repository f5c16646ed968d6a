"""Route preview on the form: the next step and who gets it, before anything is done."""

from sqlalchemy import select

from caseflow.models import Case
from tests import desk
from tests.web.conftest import Bureau


def test_the_next_step_is_foretold_on_the_form_and_nothing_is_done(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        if "desk_check" in desk.open_elements(session, case):
            desk.check(session, bureau.people, case)
        if "conclusion" in desk.open_elements(session, case):
            answers = desk.conclusion(session, case)
            desk.do(session, bureau.people.officer, case, "conclusion", answers)
        task = desk.open_task(session, case, "review")
        case_id, task_id, version = case.id, task.id, task.version
    chief = bureau.visitor("chief")
    chief.get(f"/cases/{case_id}")
    assert chief.post(f"/tasks/{task_id}/claim", {}).status_code == 303
    form = {"review_decision": "agree", "opinion": "同意", "_version": str(version)}
    page = chief.post(f"/tasks/{task_id}", {**form, "_preview": "1"})
    assert page.status_code == 200
    assert f"下一步：办结，由 {bureau.people.officer.name} 办理" in page.text
    with bureau.database.transaction() as session:
        assert desk.open_elements(session, session.get_one(Case, case_id)) == {"review"}
