"""The pages of assigning many at once: choosing, the proposals, the outcome, taking it back."""

import re

import pytest
from sqlalchemy import select

from caseflow.models import BulkAssignment
from tests import factories
from tests.web.conftest import Bureau

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z0-9_-]+)" value="([^"]*)">')
_CHOSEN = re.compile(r'name="(section-\d+)".*?value="(\d+)" selected', re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def cases(bureau: Bureau) -> None:
    """Three more cases that wait for the leader."""
    with bureau.database.transaction() as session:
        for serial in (21, 22, 23):
            factories.case_on(session, factories.taxpayer(session, serial=serial))


def test_the_leader_dispatches_many_and_takes_them_back(bureau: Bureau) -> None:
    leader = bureau.visitor("leader")
    assert 'href="/assignments"' in leader.get("/inbox").text
    assert 'href="/assignments"' not in bureau.visitor("officer").get("/inbox").text
    waiting = re.findall(r'name="task" value="(\d+)"', leader.get("/assignments").text)
    assert len(waiting) == 4
    plan = leader.post("/assignments/plan", {"task": waiting[:3]}).text
    assert plan.count("管户</span>") == 3
    hidden = [each for each in _HIDDEN.findall(plan) if each[0] != "csrf_token"]
    fields: dict[str, object] = {name: value for name, value in hidden if name != "task"}
    fields |= dict(_CHOSEN.findall(plan)[:2])  # of the third no section is said
    fields["task"] = [value for name, value in hidden if name == "task"]
    assert leader.post("/assignments", fields).status_code == 303  # type: ignore[arg-type]  # several of one name
    with bureau.database.reading() as session:
        row = session.scalars(select(BulkAssignment)).one()
        assert (len(row.done), len(row.failed)) == (2, 1)
    page = leader.get(f"/assignments/{row.id}").text
    assert "没有选定科（所）或主办、协办" in page
    assert leader.post(f"/assignments/{row.id}/undo", {}).status_code == 303
    again = leader.get("/assignments").text
    assert len(re.findall(r'name="task" value="(\d+)"', again)) == 4
    assert "已拿回" in again
    assert bureau.visitor("chief").get(f"/assignments/{row.id}").status_code == 404


def test_nothing_chosen_is_told(bureau: Bureau) -> None:
    leader = bureau.visitor("leader")
    leader.get("/assignments")
    answer = leader.post("/assignments/plan", {})
    assert answer.status_code == 422
    assert "请勾选 1 至 500 件" in answer.text
