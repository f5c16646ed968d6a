"""Whom the ladder of reminders tells where a kind of case names other people than the usual."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Reminder, Unit
from caseflow.reads import reminders as reminder_reads
from caseflow.services import reminders
from tests import corrections, data_requests, desk, transfers
from tests.orders import MONDAY, at

HEADS = ["division_chief", "district_director", "district_deputy"]
LATE = MONDAY + timedelta(days=90)


def told(session: Session, case: Case, element: str) -> dict[str, tuple[str, list[str]]]:
    """By rung of a step that nobody does: the unit and the posts that are told."""
    step = desk.open_task(session, case, element)
    with at(LATE):
        reminders.climb_due(session)
    found = (
        select(Reminder.rung, Unit.code, Reminder.roles)
        .join(Unit, Unit.id == Reminder.unit_id)
        .where(Reminder.task_id == step.id, Reminder.rung.startswith("overdue"))
    )
    return {rung: (code, roles) for rung, code, roles in session.execute(found)}


def test_steps_of_inspection_climb_to_its_leader_the_division_and_the_city_deputy(
    session: Session,
) -> None:
    with at(MONDAY):
        people = transfers.enter(session)
        case = transfers.opened(session, people)
        transfers.proposed(session, people, case)
        transfers.approved(session, people, case)
        transfers.sent_on(session, people, case)
        transfers.accepted(session, people, case)
    assert told(session, case, "feedback") == {
        "overdue": ("90", ["inspection_leader"]),
        "overdue_3": ("D07", ["division_chief"]),
        "overdue_10": ("00", ["city_deputy"]),
    }
    with at(LATE):
        listed = {row.rung for row in reminder_reads.listing(session, people.inspects)}
        assert "overdue" in listed
        assert reminder_reads.listing(session, people.leader) == ()


def test_steps_of_the_section_on_a_transfer_climb_as_usual(session: Session) -> None:
    with at(MONDAY):
        people = transfers.enter(session)
        case = transfers.opened(session, people)
    assert told(session, case, "propose") == {
        "overdue": ("0101", ["section_chief"]),
        "overdue_3": ("01", ["district_director", "district_deputy"]),
        "overdue_10": ("00", ["division_chief"]),
    }


def test_a_data_request_climbs_to_the_head_and_the_chief_of_the_analysis_division(
    session: Session,
) -> None:
    with at(MONDAY):
        people = data_requests.enter(session)
        case = data_requests.submitted(session, people)
    assert told(session, case, "receive") == {
        "overdue": ("D07", HEADS),
        "overdue_3": ("D07", ["division_chief"]),
    }


def test_the_delivery_of_a_data_request_climbs_to_the_head_of_the_asking_unit(
    session: Session,
) -> None:
    with at(MONDAY):
        people = data_requests.enter(session)
        case = data_requests.submitted(session, people)
        accepted = data_requests.receipt(people)
        data_requests.do(session, people.analyst, case, "receive", **accepted)
        data_requests.prepared(session, people, case)
        data_requests.released(session, people, case)
    assert told(session, case, "deliver") == {
        "overdue": ("D07", HEADS),
        "overdue_3": ("D03", HEADS),
    }


def test_the_city_s_steps_of_a_correction_climb_to_the_analysis_division_and_the_deputy(
    session: Session, tmp_path: Path
) -> None:
    with at(MONDAY), corrections.lake(tmp_path):
        people = corrections.enter(session, tmp_path)
        case = corrections.opened(session, people.officer)
        begun = corrections.request(corrections.line())
        corrections.do(session, people.officer, case, "request_section", **begun)
        agreed = {"opinion": "同意更正。"}
        review = {"correction_review": "agree", **agreed}
        corrections.do(session, people.chief, case, "review_section", **review)
        approval = {"correction_approval": "agree", **agreed}
        corrections.do(session, people.leader, case, "approve_district", **approval)
    assert told(session, case, "check") == {
        "overdue": ("D07", ["division_chief"]),
        "overdue_3": ("00", ["city_deputy"]),
    }
