"""退回 as the pages tell it: what would become of every step, then the act, then the timeline."""

import re

from sqlalchemy import select

from caseflow.models import Case, Task
from tests import desk
from tests.web.conftest import Bureau

REASON = "资料不全，请补充购销合同"


def at_desk_check(bureau: Bureau) -> tuple[int, int]:
    """The case at its desk check, and that step."""
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        return case.id, desk.open_task(session, case, "desk_check").id


def target(page: str, name: str) -> str:
    """The id of an earlier step that the page offers."""
    found = re.search(rf'name="_look" value="(\d+)"[^>]*>{name}<', page)
    assert found, name
    return found[1]


def test_the_page_says_what_becomes_of_each_step_and_the_act_is_told(bureau: Bureau) -> None:
    case_id, task_id = at_desk_check(bureau)
    officer = bureau.visitor("officer")
    assert f"/tasks/{task_id}/send-back" in officer.get(f"/cases/{case_id}?task={task_id}").text
    page = officer.get(f"/tasks/{task_id}/send-back").text
    wanted = target(page, "分派")
    page = officer.get(f"/tasks/{task_id}/send-back?target={wanted}").text
    assert "已办的不再算数，须重新办理" in page
    assert "待办撤销，已填的草稿不再提交" in page
    assert "期限从今天起按流程图重新计算" in page
    look = {"target": wanted, "_look": wanted, "reason": REASON, "_version": "1"}
    looked = officer.post(f"/tasks/{task_id}/send-back", look)
    assert looked.status_code == 200
    assert f">{REASON}</textarea>" in looked.text
    assert f'name="target" value="{wanted}"' in looked.text
    short = officer.post(
        f"/tasks/{task_id}/send-back", {"target": wanted, "reason": "短", "_version": "1"}
    )
    assert short.status_code == 422
    done = officer.post(
        f"/tasks/{task_id}/send-back", {"target": wanted, "reason": REASON, "_version": "1"}
    )
    assert done.status_code == 303
    case = officer.get(f"/cases/{case_id}").text
    assert "退回到 分派" in case
    assert REASON in case
    leader = bureau.visitor("leader").get(f"/cases/{case_id}").text
    assert REASON in leader
    with bureau.database.transaction() as session:
        row = session.scalars(
            select(Task).where(Task.case_id == case_id, Task.return_reason.is_not(None))
        ).one()
        assert row.element == "dispatching/dispatch"
        assert row.assignee_id == bureau.people.leader.user_id


def test_a_step_on_another_desk_is_not_sent_back(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        task_id = session.scalars(select(Task.id).where(desk.named("dispatch"))).first()
    assert bureau.visitor("chief").get(f"/tasks/{task_id}/send-back").status_code in (403, 404)
    assert bureau.visitor("auditor").get(f"/tasks/{task_id}/send-back").status_code == 403
