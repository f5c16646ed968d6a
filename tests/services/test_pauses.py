"""The chief's own pause: who, how long, with what, which limits move on, and what ends it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Attachment, Case, Notice, Task
from caseflow.reads import record_check
from caseflow.services import pauses, record, reminders
from caseflow.services.pauses import Evidence
from caseflow.vocabulary import (
    Actor,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
)
from tests import cast, desk, factories
from tests.services.test_extensions import MONDAY, at_assigning, at_desk_check, last
from tests.services.test_time import at, rungs

WHY = "纳税人账簿被法院查封，须待解封后才能核对。"
LETTER = b"\xe6\xb3\x95\xe9\x99\xa2\xe6\x9d\xa5\xe5\x87\xbd\n"


def letter() -> Evidence:
    return Evidence("法院来函.txt", [LETTER])


def paused(session: Session, who: Actor, case: Case, days: int = 10) -> Case:
    until = clock.today() + timedelta(days=days)
    return pauses.begin(session, who, case.id, until=until, reason=WHY, evidence=letter())


def why_not(session: Session, who: Actor, case: Case) -> str:
    with pytest.raises(Invalid) as refused:
        pauses.offer(session, who, case)
    return refused.value.code


def end_of(day: str) -> datetime:
    return clock.end_of(date.fromisoformat(day))


def test_limits_in_working_days_move_on_by_what_stood_still(session: Session) -> None:
    record.introduce(session)
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        assert (task.due_at, case.due_at) == (end_of("2010-02-01"), end_of("2010-02-25"))
        paused(session, people.chief, case)
        assert case.status is CaseStatus.PAUSED
    with at(MONDAY + timedelta(days=20)):
        assert (pauses.end_due(session), pauses.end_due(session)) == (1, 0)
    session.expire_all()
    # 26 January to 4 February, eight working days: the first of the limit is 5 February.
    assert (task.due_at, case.due_at) == (end_of("2010-02-11"), end_of("2010-03-09"))
    assert (case.paused_at, case.paused_days, case.status) == (None, 8, CaseStatus.IN_PROGRESS)
    told = last(session, case)
    assert (told["action"], told["actor"]) == ("limit.pause_ended", "system:clockwork")
    assert (told["from"], told["to"], told["paused_days"]) == ("2010-01-25", "2010-02-04", 8)
    assert record_check.verify_case(session, case.id).is_sound


def test_the_record_keeps_the_reason_the_end_and_the_document(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        paused(session, people.chief, case)
    told = last(session, case)
    file = session.scalars(select(Attachment).where(Attachment.case_id == case.id)).one()
    assert (told["action"], told["reason"], told["until"]) == ("limit.paused", WHY, "2010-02-04")
    assert (told["file"], told["sha256"]) == (file.id, file.sha256)
    assert (file.task_id, file.name, file.field) == (None, "法院来函.txt", pauses.EVIDENCE)
    notices = select(Notice.user_id).where(Notice.kind == NoticeKind.PAUSED)
    assert set(session.scalars(notices)) == {people.officer.user_id, people.partner.user_id}


def test_only_the_chief_of_the_section(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        for who in (people.officer, people.leader):
            with pytest.raises(Forbidden):
                paused(session, who, case)
        for who in (people.other_chief, people.far_chief):
            with pytest.raises(NotFound):
                paused(session, who, case)
        paused(session, people.chief, case)
        with pytest.raises(Forbidden):
            pauses.end(session, people.officer, case.id)


@pytest.mark.parametrize("days", [0, -1, 31])
def test_to_a_day_within_thirty_days(session: Session, days: int) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        with pytest.raises(Invalid, match="pause_until"):
            paused(session, people.chief, case, days)


def test_never_without_reason_and_evidence(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        until = clock.today() + timedelta(days=3)
        with pytest.raises(Invalid, match="reason_length"):
            pauses.begin(
                session, people.chief, case.id, until=until, reason="太忙", evidence=letter()
            )
        with pytest.raises(Invalid, match="pause_evidence"):
            pauses.begin(session, people.chief, case.id, until=until, reason=WHY, evidence=None)
        assert case.paused_at is None


def test_thirty_days_in_all(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        paused(session, people.chief, case, 20)
        assert why_not(session, people.chief, case) == "pause_runs"
    with at(MONDAY + timedelta(days=12)):
        pauses.end(session, people.chief, case.id)
        assert pauses.offer(session, people.chief, case).most == 18
        paused(session, people.chief, case, 18)
    with at(MONDAY + timedelta(days=40)):
        pauses.end_due(session)
        assert why_not(session, people.chief, case) == "pause_used_up"


def test_it_can_be_ended_early_once(session: Session) -> None:
    with at(MONDAY):
        people, case, task = at_desk_check(session)
        paused(session, people.chief, case)
    with at(MONDAY + timedelta(days=2)):
        pauses.end(session, people.chief, case.id)
        assert task.due_at == end_of("2010-02-03")
        with pytest.raises(Conflict, match="pause_ended"):
            pauses.end(session, people.chief, case.id)


def test_what_the_taxpayer_has_and_what_waits_for_the_leader_is_not_the_chief_s(
    session: Session,
) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        assert why_not(session, people.chief, case) == "pause_no_limit"
        desk.to_letter_served(session, people, case)
        assert why_not(session, people.chief, case) == "pause_stands_still"


def test_a_letter_that_is_served_takes_its_place(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_letter_signed(session, people, case)
        paused(session, people.chief, case, 30)
    with at(MONDAY + timedelta(days=1)):
        desk.serve_letter(session, people, case)
        assert case.status is CaseStatus.WAITING_TAXPAYER
        assert [each["to"] for each in case.facts["own_pauses"]] == ["2010-01-26"]
        assert clock.last_day_of(datetime.fromisoformat(case.facts["paused_until"])) == date(
            2010, 2, 2
        )
        assert why_not(session, people.chief, case) == "pause_stands_still"


def test_the_work_goes_on_and_its_steps_have_their_own_time(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = at_desk_check(session)
        paused(session, people.chief, case, 10)
    with at(MONDAY + timedelta(days=1)):
        desk.check(session, people, case)
        conclusion = desk.own_task(session, people.officer, case, "conclusion")
        assert case.status is CaseStatus.PAUSED
        assert conclusion.due_at == case.due_at
    with at(MONDAY + timedelta(days=11)):
        pauses.end_due(session)
        assert conclusion.due_at == case.due_at == end_of("2010-03-09")


def test_nobody_is_reminded_meanwhile_and_each_rung_fires_once(session: Session) -> None:
    with at(MONDAY):
        people, case, task = at_desk_check(session)
    with at(MONDAY + timedelta(days=4)):
        reminders.climb_due(session)
        assert rungs(session, task) == ["half"]
        paused(session, people.chief, case, 10)
    with at(MONDAY + timedelta(days=13)):
        assert reminders.climb_due(session) == 0
    with at(MONDAY + timedelta(days=15)):
        pauses.end_due(session)
        reminders.climb_due(session)
        # Four of its five days were used before; the fifth ends today.
        assert task.due_at == end_of("2010-02-09")
        assert rungs(session, task) == ["half", "four_fifths"]
    with at(MONDAY + timedelta(days=90)):
        reminders.climb_due(session)
        reminders.climb_due(session)
    assert rungs(session, task) == ["half", "four_fifths", "overdue", "overdue_3", "overdue_10"]


def test_a_step_of_another_unit_alone_is_not_stopped(session: Session) -> None:
    with at(datetime(2010, 1, 25, 1, tzinfo=UTC)):
        people, case, task = at_assigning(session)
        assert task.unit_id == case.section_id
        assert pauses.offer(session, people.chief, case).most == 30
        session.get_one(Task, task.id).unit_id = case.district_id
        factories.tell(session, "sys:people")
        assert why_not(session, people.chief, case) == "pause_no_limit"
