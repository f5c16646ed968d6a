"""转办, 催办, 拿回 as the pages offer and tell them."""

from sqlalchemy import select

from caseflow.models import Case, Task
from caseflow.web import term_filters
from tests import desk
from tests.web.conftest import Bureau


def at_desk(bureau: Bureau) -> tuple[int, int]:
    """The case at its desk check, and that step."""
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        return case.id, desk.open_task(session, case, "desk_check").id


def test_a_nudge_is_seen_on_the_form_and_in_the_course(bureau: Bureau) -> None:
    case_id, task_id = at_desk(bureau)
    chief = bureau.visitor("chief")
    assert f"/tasks/{task_id}/nudge" in chief.get(f"/cases/{case_id}").text
    assert chief.post(f"/tasks/{task_id}/nudge", {}).status_code == 303
    again = chief.post(f"/tasks/{task_id}/nudge", {})
    assert again.headers["Location"] == f"/cases/{case_id}"  # told on the case, not on a bare page
    assert "今天已经催办过" in chief.get(f"/cases/{case_id}").text
    page = bureau.visitor("officer").get(f"/cases/{case_id}").text
    assert f"{bureau.people.chief.name} 催办" in page
    assert f"/tasks/{task_id}/nudge" not in page


def test_what_was_handed_in_comes_back_with_what_was_typed(bureau: Bureau) -> None:
    case_id, _task_id = at_desk(bureau)
    officer = bureau.visitor("officer")
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        desk.check(session, bureau.people, case)
        done = session.scalars(
            select(Task.id).where(Task.case_id == case_id, Task.element == "desk_check")
        ).one()
    assert f"/tasks/{done}/take-back" in officer.get(f"/cases/{case_id}").text
    assert officer.post(f"/tasks/{done}/take-back", {}).status_code == 303
    page = officer.get(f"/cases/{case_id}").text
    assert desk.REASONS in page
    assert "拿回" in page


def test_a_step_is_given_to_one_of_the_list(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert case
        task = desk.open_task(session, case, "dispatch")
        task_id, version = task.id, task.version
    leader, deputy = bureau.visitor("leader"), bureau.people.deputy
    leader.get(f"/cases/{case.id}")
    assert leader.post(f"/tasks/{task_id}/claim", {}).status_code == 303
    page = leader.get(f"/tasks/{task_id}/hand-over").text
    assert deputy.name in page
    form = {"_version": str(version), "to": str(deputy.user_id), "reason": "外出开会"}
    assert leader.post(f"/tasks/{task_id}/hand-over", {**form, "reason": ""}).status_code == 422
    assert leader.post(f"/tasks/{task_id}/hand-over", form).status_code == 303
    assert f"转办给 {deputy.name}" in leader.get(f"/cases/{case.id}").text


def test_the_list_of_cases_is_narrowed_by_kind_and_says_voided_in_words(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        case = session.scalars(select(Case).order_by(Case.id)).first()
        assert case
    leader = bureau.visitor("leader")
    assert case.number in leader.get(f"/cases?kind={case.kind.value}").text
    assert case.number not in leader.get("/cases?kind=PN").text
    with bureau.app.test_request_context():
        assert term_filters.outcome("voided") == "已作废"
