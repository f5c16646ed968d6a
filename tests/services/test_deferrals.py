"""An approved deferral of payment moves the day to pay by, once, within the law, and no more."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case
from caseflow.services import cases, deferrals
from caseflow.vocabulary import Actor, Forbidden, Invalid
from tests import cast, desk
from tests.services.test_extensions import MONDAY, at_desk_check, at_follow_up, last
from tests.services.test_time import at

NUMBER = "辽国税延〔2010〕8号"
UNTIL = date(2010, 4, 30)


def entered(
    session: Session, who: Actor, case: Case, until: date | None = UNTIL, number: str = NUMBER
) -> Case:
    task = desk.open_task(session, case, "follow_up")
    return deferrals.enter(
        session, who, task.id, seen_version=task.version, number=number, until=until
    )


def test_the_day_to_pay_by_moves_with_its_timer(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case, task = at_follow_up(session, people)
        assert clock.last_day_of(task.due_at or MONDAY) == date(2010, 2, 9)
        entered(session, people.officer, case)
    session.expire_all()
    ends_at = clock.end_of(UNTIL)
    assert (task.due_at, case.wake_at) == (ends_at, ends_at)
    assert datetime.fromisoformat(case.facts["paused_until"]) == ends_at
    told = last(session, case)
    assert (told["action"], told["number"]) == ("payment.deferred", NUMBER)
    assert (told["from"], told["to"]) == ("2010-02-09", "2010-04-30")
    with at(ends_at - timedelta(hours=1)):
        assert cases.wake_due(session) == 0
        assert desk.open_elements(session, case) == {"follow_up"}
    with at(ends_at + timedelta(hours=1)):
        assert cases.wake_due(session) == 1
        assert desk.open_elements(session, case) == {"exec_notice"}


@pytest.mark.parametrize("until", [None, date(2010, 2, 9), date(2010, 5, 11)])
def test_at_most_three_months_beyond_the_day(session: Session, until: date | None) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case, _ = at_follow_up(session, people)
        with pytest.raises(Invalid, match="deferral_until"):
            entered(session, people.officer, case, until)
        # 9 May is a Sunday: three months end on the Monday.
        entered(session, people.officer, case, date(2010, 5, 10))


def test_once_with_its_number_and_by_whom_the_step_is(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case, _ = at_follow_up(session, people)
        with pytest.raises(Invalid, match="deferral_number"):
            entered(session, people.officer, case, number=" ")
        with pytest.raises(Forbidden):
            entered(session, people.chief, case)
        entered(session, people.officer, case)
        with pytest.raises(Invalid, match="deferral_once"):
            entered(session, people.officer, case)


def test_not_once_the_day_is_over_nor_where_nothing_is_due(session: Session) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case, task = at_follow_up(session, people)
    with at(MONDAY + timedelta(days=16)), pytest.raises(Invalid, match="deferral_too_late"):
        deferrals.offer(session, case, task)


def test_another_step_has_nothing_to_defer(session: Session) -> None:
    with at(MONDAY):
        _, case, task = at_desk_check(session)
        with pytest.raises(Invalid, match="deferral_nothing_due"):
            deferrals.offer(session, case, task)
