"""Steps that come to the city bureau: to its leaders, a division, the inspection bureau."""

import pytest
from sqlalchemy.orm import Session

from caseflow.engine import BadValue
from caseflow.services import bureau, tasks
from caseflow.services.bureau import OfficerRow, PostRow, UnitRow
from caseflow.vocabulary import SYSTEM, Forbidden, Role, UnitLevel
from tests import cast, desk, factories

UP = """
    start begin
    user select inspection_selection
    user sort division_chief
    user decide city_director
    end closed
    begin -> select -> sort -> decide -> closed
"""
INSPECTION = UnitRow("90", "00", "稽查局", "Inspection", "稽查局", UnitLevel.INSPECTION)
SELECTS = OfficerRow("selects", "员selects", "selects", "证9001", is_demo=True)


def inspection(session: Session) -> None:
    bureau.put_units(session, SYSTEM, [INSPECTION], since=cast.SINCE)
    post = PostRow("selects", Role.INSPECTION_SELECTION, "90")
    bureau.put_officers(session, SYSTEM, [SELECTS], [post], since=cast.SINCE)


def test_steps_come_to_the_units_of_the_city(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.enter(session)
    inspection(session)
    people = cast.people_on_file(session)
    factories.deploy_sketch(session, monkeypatch, UP, "score: number; ti_flag: boolean")
    case = factories.case_on(session, factories.taxpayer(session))
    with pytest.raises(Forbidden):
        tasks.claim(session, people.leader, desk.open_task(session, case, "select").id)
    desk.do(session, people.selects, case, "select", {})
    desk.do(session, people.division, case, "sort", {})
    tasks.claim(session, people.director, desk.open_task(session, case, "decide").id)


def test_step_for_a_unit_that_the_bureau_lacks_is_refused(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.enter(session)
    factories.deploy_sketch(session, monkeypatch, UP, "score: number; ti_flag: boolean")
    with pytest.raises(BadValue) as refusal:
        factories.case_on(session, factories.taxpayer(session))
    assert refusal.value.code == "no_such_unit"
