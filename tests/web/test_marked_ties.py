"""Marks that leave something to nobody, as pages: they say whom to name, and it is done there."""

import re

from sqlalchemy import select

from caseflow.models import Case, Task
from caseflow.services.powers import sensitive
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
    register = leader.get("/powers/sensitive").text
    (address,) = re.findall(r"/powers/sensitive/\d+/readers", register)
    assert leader.post(address, {"login": "director"}).status_code == 303
    assert told not in leader.get(page).text
    assert "去决定" in bureau.visitor("director").get(f"/cases/{case_id}").text
