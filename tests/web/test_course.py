"""Where a case stands: its stepper and its drawing say the same."""

import json
import re
from typing import Any

from caseflow.models import Case
from tests import desk, factories
from tests.web.conftest import Bureau

AGREED = {"review_decision": "agree", "opinion": "同意核查结论。"}


def _course(page: str) -> dict[str, Any]:
    text = re.findall(r'<script type="application/json">(.+?)</script>', page)[0]
    course: dict[str, Any] = json.loads(text)
    return course


def _stage(page: str, name: str) -> tuple[str, str]:
    """State and words of one stage of the stepper."""
    steps = re.findall(
        r'cf-step--(\w+)".+?<span title="([^"]+)".+?cf-step__sub" title="([^"]*)"', page, re.DOTALL
    )
    return next((state, sub) for state, found, sub in steps if found == name)


def test_sub_process_with_the_open_step_is_current_on_the_drawing(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        desk.check(session, bureau.people, session.get_one(Case, 2), then="onsite")
    course = _course(bureau.visitor("officer").get("/cases/2").text)
    assert course["current"] == ["onsite/apply_onsite", "onsite"]
    assert course["pills"]["onsite"] == course["pills"]["onsite/apply_onsite"]


def test_stage_without_a_persons_step_is_called_so_in_both(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        people = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=3))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        desk.do(session, people.chief, case, "review", AGREED)
        number = case.id
    page = bureau.visitor("officer").get(f"/cases/{number}").text
    assert _stage(page, "执行") == ("done", "无须办理")
    assert _course(page)["pills"]["carry_out"] == "无须办理"
    assert _stage(page, "函询约谈实地") == ("todo", "")
    assert "onsite" not in _course(page)["done"]
