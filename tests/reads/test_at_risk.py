"""What is likely to be late: shares of the time, bands, who sees which."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from caseflow.models import Case
from caseflow.reads import at_risk
from caseflow.reads.at_risk import Band, Sort, Wish
from caseflow.services import reminders
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_time import at

MONDAY = datetime(2010, 1, 25, 1, tzinfo=UTC)


def two_steps(session: Session) -> tuple[Cast, Case, Case]:
    """A case whose dispatch waits one day, and one whose desk check has five."""
    people = cast.enter(session)
    short = factories.case(session, factories.taxpayer(session))
    long = factories.case(session, factories.taxpayer(session, serial=2))
    desk.to_desk_check(session, people, long)
    return people, short, long


def shown(session: Session, people: Cast, login: str, **wish: object) -> at_risk.Listing:
    return at_risk.listing(session, people.people[login], Wish(**wish))  # type: ignore[arg-type]  # as each test asks


def test_the_least_share_of_the_time_comes_first_with_its_rung(session: Session) -> None:
    with at(MONDAY):
        people, short, long = two_steps(session)
    with at(MONDAY + timedelta(days=4)):
        reminders.climb_due(session)
        found = shown(session, people, "leader")
        assert [(row.case_id, row.band, row.rung) for row in found.rows] == [
            (short.id, Band.LATE, "overdue"),
            (long.id, Band.HALF, "half"),
        ]
        assert found.counts == {Band.LATE: 1, Band.HALF: 1}
        assert [(unit.name, unit.at_risk) for unit in found.units] == [("一科", 2)]
        by_day = shown(session, people, "leader", sort=Sort.DUE)
        assert [row.case_id for row in by_day.rows] == [short.id, long.id]


def test_what_stands_still_is_told_apart_and_what_has_time_is_not_at_risk(
    session: Session,
) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        desk.to_letter_served(session, people, case)
        assert shown(session, people, "chief", of_cases=True).rows == ()
        paused = shown(session, people, "chief", of_cases=True, band=Band.PAUSED)
        assert [(row.case_id, row.task_id) for row in paused.rows] == [(case.id, None)]
        # The taxpayer's answer is waited for by its own day.
        steps = shown(session, people, "chief", band=Band.EASY)
        assert [row.task_id for row in steps.rows] == [desk.open_task(session, case, "reply").id]


def test_everybody_sees_the_own_part_of_the_bureau(session: Session) -> None:
    with at(MONDAY):
        people, _, _ = two_steps(session)
    with at(MONDAY + timedelta(days=30)):
        counts = {
            login: len(shown(session, people, login).rows)
            for login in ("chief", "leader", "director", "other_chief", "far_leader")
        }
    assert counts == {"chief": 2, "leader": 2, "director": 2, "other_chief": 0, "far_leader": 0}
