"""Steps that approve or close: handed in only by somebody who has just confirmed to be there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from caseflow import clock, engine, policy
from caseflow.engine import Element
from caseflow.models import Case, Task, UserSession
from caseflow.models.record import RecordEvent
from caseflow.services import definitions
from caseflow.vocabulary import TaskStatus
from tests import desk, factories
from tests.desk import own_names
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


def test_the_tick_stays_on_a_form_that_shows_what_follows(bureau: Bureau, case_id: int) -> None:
    officer = bureau.visitor("officer")
    officer.get("/")
    _grow_stale(bureau)
    page = officer.get(f"/cases/{case_id}").text
    task = re.findall(r'action="/tasks/(\d+)"', page)[0]
    typed = {**_hidden(page), "sign_off": "y", "_confirm_asked": "y"}
    shown = officer.post(f"/tasks/{task}", {**typed, "_confirm_yes": "y", "_preview": "1"})
    assert shown.status_code == 200
    assert re.search(r'name="_confirm_yes" value="y" checked', shown.text)
    # The answer stands at the end of the form and is brought into view.
    assert re.search(r'id="preview" tabindex="-1" autofocus', shown.text)
    bare = officer.post(f"/tasks/{task}", {**typed, "_preview": "1"})
    assert 'name="_confirm_yes" value="y" aria' in bare.text
    assert "还没有办理" not in bare.text
    missing = officer.post(f"/tasks/{task}", typed)
    assert missing.status_code == 403
    summary = missing.text.partition("data-error-summary")[2].partition("</div>")[0]
    assert "请先勾选" in summary
    assert 'href="#confirm"' in summary
    assert "请先勾选" in missing.text.partition('id="confirm-wrong"')[2]
    done = officer.post(f"/tasks/{task}", {**_hidden(shown.text), **typed, "_confirm_yes": "y"})
    assert done.status_code == 303


def test_other_steps_are_handed_in_without_being_asked(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        waiting = session.scalars(select(Case.id).where(Case.stage == "dispatch")).first()
    leader = bureau.visitor("leader")
    _grow_stale(bureau)
    assert "确认是本人" not in leader.get(f"/cases/{waiting}").text


def test_voiding_asks_and_dispatching_does_not(bureau: Bureau) -> None:
    with bureau.database.reading() as session:
        is_open = (own_names() == "dispatch") & (Task.status == TaskStatus.OPEN)
        waiting = session.scalars(select(Task).where(is_open)).first()
    assert waiting is not None
    leader = bureau.visitor("leader")
    leader.get(f"/cases/{waiting.case_id}")  # every form needs the token of a page
    assert leader.post(f"/tasks/{waiting.id}/claim", {}).status_code == 303
    _grow_stale(bureau)
    page = leader.get(f"/cases/{waiting.case_id}?task={waiting.id}").text
    assert "确认是本人" not in page
    typed = {
        **_hidden(page),
        "dispatch_decision": "void_data_error",
        "reason": "外部数据导入有误，本批预警作废",
    }
    asked = leader.post(f"/tasks/{waiting.id}", typed)
    assert asked.status_code == 403
    assert "确认是本人" in asked.text
    assert "外部数据导入有误，本批预警作废" in asked.text
    done = leader.post(f"/tasks/{waiting.id}", {**typed, "_confirm_yes": "y"})
    assert done.status_code == 303


def _guards(element: Element) -> policy.StepGuards:
    said = element.properties
    separates = bool(said.get("separation"))
    return policy.StepGuards(element.form_key, said.get("relation"), separates=separates)


def test_every_step_that_keeps_somebody_away_is_confirmed(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        latest = definitions.latest(session, "warning_verification")
        steps = definitions.process_of(session, latest.id).elements.values()
    held = {engine.own_name(each.id): _guards(each) for each in steps if each.form_key}
    confirmed = {name for name, each in held.items() if policy.needs_confirmation(each)}
    apart = {name for name, each in held.items() if each.separates}
    assert len(apart) > 9
    assert confirmed == apart | {"vote", "record_review", "closing_check"}


def test_the_table_of_confirmed_steps_names_forms_that_there_are() -> None:
    shipped = {path.stem for path in (factories.ROOT / "forms").glob("*.form")}
    assert shipped >= policy.CONFIRMED_FORMS | policy.FREE_FORMS


def test_a_drawing_that_renames_or_unties_a_step_does_not_free_it() -> None:
    for form in policy.CONFIRMED_FORMS:
        assert policy.needs_confirmation(policy.StepGuards(form, None, separates=False))
    assert policy.needs_confirmation(policy.StepGuards("own_form", None, separates=True))
    assert not policy.needs_confirmation(policy.StepGuards("wv_assign", None, separates=True))
