"""Steps on desks: taking, giving back, drafts, handing in, and who is refused."""

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.models import Case, Draft
from caseflow.models.record import RecordEvent
from caseflow.services import tasks
from caseflow.vocabulary import Conflict, Forbidden, Invalid, NotFound, Stale
from tests import cast, desk, factories
from tests.cast import Cast

DISPATCHED = {"dispatch_decision": "assign", "priority": "normal"}


def waiting(session: Session) -> tuple[Cast, Case]:
    people = cast.enter(session)
    return people, factories.case(session, factories.taxpayer(session))


def events(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(RecordEvent)).one()


def test_two_may_take_a_step_and_the_second_is_told_who_was_first(session: Session) -> None:
    people, case = waiting(session)
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, people.leader, task.id)
    with pytest.raises(Conflict) as refusal:
        tasks.claim(session, people.deputy, task.id)
    assert refusal.value.values["by"] == people.leader.name


def test_a_released_step_can_be_taken_by_another(session: Session) -> None:
    people, case = waiting(session)
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, people.leader, task.id)
    tasks.release(session, people.leader, task.id)
    assert tasks.claim(session, people.deputy, task.id).assignee_id == people.deputy.user_id


def test_a_chief_cannot_dispatch(session: Session) -> None:
    people, case = waiting(session)
    with pytest.raises(Forbidden):
        tasks.claim(session, people.chief, desk.open_task(session, case, "dispatch").id)


def test_a_leader_of_another_district_does_not_see_the_step(session: Session) -> None:
    people, case = waiting(session)
    with pytest.raises(NotFound):
        tasks.claim(session, people.far_leader, desk.open_task(session, case, "dispatch").id)


def test_the_auditor_changes_nothing(session: Session) -> None:
    people, case = waiting(session)
    with pytest.raises(Forbidden):
        tasks.claim(session, people.auditor, desk.open_task(session, case, "dispatch").id)


def test_handing_in_twice_under_one_key_is_one_act(session: Session) -> None:
    people, case = waiting(session)
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, people.leader, task.id)
    key, answers = uuid.uuid4(), {**DISPATCHED, "section": str(case.section_id)}
    for _ in range(2):
        tasks.complete(session, people.leader, task.id, seen_version=1, answers=answers, idem=key)
    acts = select(func.count()).select_from(RecordEvent).where(RecordEvent.idem == key)
    assert session.scalars(acts).one() == 1


def test_the_key_of_another_act_is_refused(session: Session) -> None:
    people, case = waiting(session)
    other = factories.case(session, factories.taxpayer(session, serial=2))
    key = uuid.uuid4()
    answers = {**DISPATCHED, "section": str(case.section_id)}
    for each in (case, other):
        tasks.claim(session, people.leader, desk.open_task(session, each, "dispatch").id)
    first, second = (desk.open_task(session, each, "dispatch") for each in (case, other))
    tasks.complete(session, people.leader, first.id, seen_version=1, answers=answers, idem=key)
    with pytest.raises(Conflict, match="key_used"):
        tasks.complete(session, people.leader, second.id, seen_version=1, answers=answers, idem=key)


def test_handing_in_what_is_done_says_who_did_it(session: Session) -> None:
    people, case = waiting(session)
    answers = {**DISPATCHED, "section": str(case.section_id)}
    task = desk.do(session, people.leader, case, "dispatch", answers)
    with pytest.raises(Stale) as refusal:
        desk.hand_in(session, people.leader, task, answers)
    assert refusal.value.values["by"] == people.leader.name


def test_a_form_that_saw_an_older_version_is_refused(session: Session) -> None:
    people, case = waiting(session)
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, people.leader, task.id)
    task.version += 1
    with pytest.raises(Stale):
        tasks.complete(
            session, people.leader, task.id, seen_version=1, answers={}, idem=uuid.uuid4()
        )


def test_a_draft_is_replaced_by_the_next_and_leaves_no_event(session: Session) -> None:
    people, case = waiting(session)
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, people.leader, task.id)
    before = events(session)
    tasks.save_draft(session, people.leader, task.id, {"reason": ["一"]})
    tasks.save_draft(session, people.leader, task.id, {"reason": ["一二"]})
    assert session.scalars(select(Draft.content)).all() == [{"reason": ["一二"]}]
    assert events(session) == before


def test_a_section_of_another_district_cannot_be_dispatched_to(session: Session) -> None:
    people, case = waiting(session)
    elsewhere = people.far_chief.posts[0].unit_id
    answers = {**DISPATCHED, "section": str(elsewhere)}
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.leader, case, "dispatch", answers)
    assert "section" in desk.refused(refusal.value)


def test_main_and_second_officer_differ(session: Session) -> None:
    people, case = waiting(session)
    answers = {**DISPATCHED, "section": str(case.section_id)}
    desk.do(session, people.leader, case, "dispatch", answers)
    same = {
        "assign_decision": "assign",
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.officer.user_id),
    }
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.chief, case, "assign", same)
    assert desk.refused(refusal.value)["second_officer"] == "same_officer"


def test_a_recused_officer_loses_access_at_once(session: Session) -> None:
    people, case = waiting(session)
    desk.do(
        session,
        people.leader,
        case,
        "dispatch",
        {**DISPATCHED, "section": str(case.section_id)},
    )
    named = {
        "main_officer": str(people.officer.user_id),
        "second_officer": str(people.partner.user_id),
    }
    desk.do(session, people.chief, case, "assign", {"assign_decision": "assign", **named})
    declared = {"recusal": "in_law", "recusal_note": "纳税人法定代表人系本人妻弟"}
    task = desk.do(session, people.officer, case, "accept_main", declared)
    replaced = {"recusal_decision": "replace"}
    desk.do(session, people.chief, case, "decide_main_recusal", replaced)
    assert case.main_officer_id is None
    with pytest.raises(NotFound):
        tasks.held(session, people.officer, task.id)


def test_a_desk_check_that_leaves_a_doubt_out_is_refused(session: Session) -> None:
    people, case = waiting(session)
    desk.to_desk_check(session, people, case)
    steps = [{"row": f"{row}:V01", "state": "done"} for row in desk.doubts_of(session, case)]
    empty = {"steps": steps, "doubts": [], "next_step": "conclude"}
    with pytest.raises(Invalid) as refusal:
        desk.do(session, people.officer, case, "desk_check", empty)
    assert desk.refused(refusal.value) == {"doubts": "every_doubt"}
