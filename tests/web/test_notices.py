"""The notices of a person: counted above every page, listed, opened, read."""

import re

from sqlalchemy import select

from caseflow.models import Case
from tests import desk
from tests.web.conftest import Bureau


def test_a_notice_is_counted_listed_and_opened(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case
        case_id, task_id = case.id, desk.open_task(session, case, "desk_check").id
    chief, officer = bureau.visitor("chief"), bureau.visitor("officer")
    chief.get(f"/cases/{case_id}")
    assert chief.post(f"/tasks/{task_id}/nudge", {}).status_code == 303
    assert "通知，1 条未读" in officer.get("/inbox").text
    page = officer.get("/notices").text
    assert f"{bureau.people.chief.name} 催办" in page
    found = re.search(r"/notices/(\d+)/open", page)
    assert found
    assert chief.post(f"/notices/{found[1]}/open", {}).status_code == 404
    opened = officer.post(f"/notices/{found[1]}/open", {})
    assert opened.status_code == 303
    assert opened.headers["Location"].startswith(f"/cases/{case_id}")
    assert "通知，0 条未读" in officer.get("/inbox").text
