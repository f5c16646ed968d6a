"""Steps that approve or close: handed in only by somebody who has just confirmed to be there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from caseflow import clock, policy
from caseflow.models import Case, UserSession
from caseflow.models.record import RecordEvent
from caseflow.services import definitions
from tests import desk, factories
from tests.web.conftest import Bureau


@pytest.fixture
def case_id(bureau: Bureau) -> int:
    """A case that waits for its officer to close it."""
    with bureau.database.transaction() as session:
        number = len(session.scalars(select(Case.id)).all()) + 1
        case = factories.case(session, factories.taxpayer(session, serial=number))
        people = bureau.people
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
        agreed = {"review_decision": "agree", "opinion": "同意"}
        desk.do(session, people.chief, case, "review", agreed)
        return case.id


def _grow_stale(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        past = clock.wall() - timedelta(minutes=11)
        session.execute(update(UserSession).values(confirmed_at=past))


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(_\w+)" value="([^"]*)"', page))


def test_closing_asks_who_sits_there_and_keeps_what_was_typed(bureau: Bureau, case_id: int) -> None:
    officer = bureau.visitor("officer")
    assert "确认是本人" not in officer.get(f"/cases/{case_id}").text  # has just signed in
    _grow_stale(bureau)
    page = officer.get(f"/cases/{case_id}").text
    assert "确认是本人" in page
    task = re.findall(r'action="/tasks/(\d+)"', page)[0]
    typed = {**_hidden(page), "sign_off": "y"}
    asked = officer.post(f"/tasks/{task}", typed)
    assert asked.status_code == 403
    assert re.search(r'name="sign_off" value="y" checked', asked.text)
    done = officer.post(f"/tasks/{task}", {**typed, "_confirm_yes": "y"})
    assert done.status_code == 303
    with bureau.database.reading() as session:
        assert session.get_one(Case, case_id).closed_at is not None
        said = select(RecordEvent.payload).where(RecordEvent.action == "person.confirmed")
        assert session.scalars(said.order_by(RecordEvent.id.desc()).limit(1)).one() == (
            '{"by":"one_click"}'
        )


def test_other_steps_are_handed_in_without_being_asked(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        waiting = session.scalars(select(Case.id).where(Case.stage == "dispatch")).first()
    leader = bureau.visitor("leader")
    _grow_stale(bureau)
    assert "确认是本人" not in leader.get(f"/cases/{waiting}").text


def test_the_table_names_steps_that_are_in_the_drawings(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        for process, elements in policy.CONFIRMED_STEPS.items():
            latest = definitions.latest(session, process)
            assert elements <= set(definitions.process_of(session, latest.id).elements)
