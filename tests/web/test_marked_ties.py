"""Marks that leave something to nobody, as pages: they say whom to name, and it is done there."""

import re

from sqlalchemy import select

from caseflow.jobs import worker
from caseflow.jobs.topics import EFFECTS
from caseflow.models import Case, Task
from caseflow.services import self_checks
from caseflow.services.powers import sensitive
from caseflow.vocabulary import SYSTEM
from tests.web.conftest import Bureau


def test_a_tie_that_a_mark_leaves_to_nobody_says_whom_to_name(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).join(Task).where(Task.element == "desk_check")).one()
        case_id = case.id
        sensitive.mark(session, bureau.people.leader, number=case.number, reason="涉及举报人信息")
    leader, told = (
        bureau.visitor("leader"),
        f"能决定的上级（{bureau.people.director.name}）都看不到",
    )
    page = f"/cases/{case_id}/recusal"
    leader.get(page)
    assert leader.post(page, {"tie": "in_law", "note": "妻弟任法定代表人"}).status_code == 303
    assert told in leader.get(page).text
    assert told in leader.get(f"/cases/{case_id}").text
    assert bureau.visitor("director").get(page).status_code == 404
    assert "无人可办" not in leader.get("/powers/sensitive").text
    with bureau.database.transaction() as session:
        self_checks.begin(session, SYSTEM)
    worker.work_through(bureau.database, EFFECTS)
    register = leader.get("/powers/sensitive").text
    assert f"请把 {bureau.people.director.name} 中的一人列入名单" in register
    (address,) = re.findall(r"/powers/sensitive/\d+/readers", register)
    assert leader.post(address, {"login": "director"}).status_code == 303
    assert told not in leader.get(page).text
    assert "去决定" in bureau.visitor("director").get(f"/cases/{case_id}").text
