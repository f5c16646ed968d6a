"""Powers traced over days on which acts did not yet tell what they overwrote."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Definition
from caseflow.policy import Before
from caseflow.reads import trace
from caseflow.reads.trace import actors
from caseflow.services import approvals, bureau_clock, cases, deputies, tasks
from caseflow.vocabulary import SYSTEM, Actor
from caseflow.vocabulary.choices import DecidedBy
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_approval_limits import deploy_with
from tests.services.test_deputies import taxed
from tests.services.test_rules_of_drawings import carry
from tests.services.test_time import MONDAY, at


def _next_day(session: Session) -> None:
    clock.set_moment(bureau_clock.advance(session, SYSTEM, timedelta(days=1)))


def _taken_as_before(session: Session, who: Actor, case: Case, element: str) -> None:
    """Somebody takes a step as the release before did: its event tells no more than the step."""
    task = desk.open_task(session, case, element)
    task.assignee_id, task.claimed_at = who.user_id, clock.now()
    cases.note(session, who, case, action="task.claimed", payload={"task": element})


def _able(session: Session, case: Case, day: date) -> set[int | None]:
    """Who could take or hand in a step of the case when a day ended, as the trace tells it."""
    answer = trace.who_could(session, SYSTEM, case.number, day)
    return {
        person.actor.user_id
        for person in answer.people
        if any(act.refusal is None for act in person.acts)
    }


@pytest.fixture
def upgraded(session: Session) -> Iterator[tuple[Cast, Case, date]]:
    """A case that waited on the first day, and was taken on the second; it is the third."""
    with at(MONDAY):
        bureau_clock.begin_demo(session, SYSTEM, MONDAY)
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
        first = clock.today()
        _next_day(session)
        _taken_as_before(session, people.leader, case, "dispatch")
        _next_day(session)
        yield people, case, first


def test_a_step_that_was_taken_later_was_nobodys_though_its_event_does_not_tell(
    session: Session, upgraded: tuple[Cast, Case, date]
) -> None:
    people, case, first = upgraded
    seats = {who.user_id for who in (people.leader, people.deputy, people.info)}
    assert _able(session, case, first) == seats
    assert _able(session, case, first + timedelta(days=1)) == {people.leader.user_id}


def test_the_answer_is_exact_from_the_first_act_that_tells(
    session: Session, upgraded: tuple[Cast, Case, date]
) -> None:
    people, case, first = upgraded
    assert trace.exact_from(session) == clock.today() + timedelta(days=1)
    other = factories.case(session, factories.taxpayer(session, serial=2))
    tasks.claim(session, people.leader, desk.open_task(session, other, "dispatch").id)
    assert trace.exact_from(session) == clock.today()
    answer = trace.who_could(session, SYSTEM, case.number, first)
    assert answer.is_presumed
    assert not trace.who_could(session, SYSTEM, other.number, clock.today()).is_presumed


def test_every_day_is_exact_where_acts_have_told_from_the_first(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    assert trace.exact_from(session) is None
    tasks.claim(session, people.leader, desk.open_task(session, case, "dispatch").id)
    assert trace.exact_from(session) is None


def test_officers_are_those_of_the_steps_of_the_time_where_no_act_tells_of_them(
    session: Session,
) -> None:
    with at(MONDAY):
        people = cast.enter(session)
        case = factories.case(session, factories.taxpayer(session))
    with at(MONDAY + timedelta(days=2)):
        desk.to_desk_check(session, people, case)
        officers = (people.officer.user_id, people.partner.user_id)
        silent = Before(is_whole=False)
        earlier = policy.case_then(session, case, clock.local_date(MONDAY), silent)
        assert (earlier.main_officer_id, earlier.second_officer_id) == (None, None)
        known = policy.case_then(session, case, clock.today(), silent)
        assert (known.main_officer_id, known.second_officer_id) == officers
        told = Before({"main_officer_id": people.third.user_id}, is_whole=False)
        known = policy.case_then(session, case, clock.today(), told)
        assert (known.main_officer_id, known.second_officer_id) == (
            people.third.user_id,
            people.partner.user_id,
        )


def test_limits_of_approval_are_those_of_the_version_that_the_case_ran_on_that_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(MONDAY):
        bureau_clock.begin_demo(session, SYSTEM, MONDAY)
        people = cast.enter(session)
        case = taxed(session, people)
        first, old = clock.today(), case.definition_id
        _next_day(session)
        chief = '<outputEntry id="wv_approval_limit_chief_answer">\n          <text>'
        deploy_with(session, monkeypatch, f"{chief}approve_tax_district", f"{chief}70000")
        new = session.scalars(select(Definition.id).order_by(Definition.id.desc()).limit(1)).one()
        carry(session, people, case, new)
        for day, on, limit in ((first, old, 10_000), (clock.today(), new, 70_000)):
            told = trace.who_could(session, SYSTEM, case.number, day)
            assert told.definition_id == on
            limits = approvals.limits_of(session, case, told.definition_id, told.routed)
            assert limits[DecidedBy.SECTION_CHIEF] == limit


def test_some_people_are_looked_up_as_they_are_among_everybody(session: Session) -> None:
    people = cast.enter(session)
    day = clock.today()
    wish = deputies.Wish(day, day, "休年假")
    for by, principal, deputy in (
        (people.leader, people.chief, people.deputy),
        (people.deputy, people.deputy, people.leader),
    ):
        ids = (principal.user_id or 0, deputy.user_id or 0)
        deputies.grant(session, by, *ids, wish=wish)
    everybody = actors.on(session, day)
    assert len(everybody[people.leader.user_id or 0].stands_for) == 2
    for user_id in everybody:
        assert actors.some(session, day, [user_id]) == {user_id: everybody[user_id]}


def test_a_chain_of_deputies_is_told_with_the_days_of_both_links(session: Session) -> None:
    people = cast.enter(session)
    day, last = clock.today(), clock.today() + timedelta(days=5)
    long, short = deputies.Wish(day, last, "休年假"), deputies.Wish(day, day, "外出")
    for by, principal, deputy, wish in (
        (people.leader, people.chief, people.deputy, long),
        (people.deputy, people.deputy, people.leader, short),
    ):
        ids = (principal.user_id or 0, deputy.user_id or 0)
        deputies.grant(session, by, *ids, wish=wish)
    told = trace.profile_of(session, people.auditor, "leader", day).principals
    assert [(each.name, each.since, each.to, each.through) for each in told] == [
        ("员deputy", day, day, ""),
        ("员chief", day, day, "员deputy"),
    ]
    (given,) = trace.profile_of(session, people.auditor, "chief", day).deputies
    assert (given.name, given.to) == ("员deputy", last)
