"""Grants, sensitive files and reasons: who may give them, to whom, and what they change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Grant, Taxpayer
from caseflow.services import people, sights
from caseflow.services.powers import drill_downs, grants, sensitive
from caseflow.vocabulary import Actor, Conflict, Forbidden, Granted, Invalid, NotFound
from tests import cast, desk, factories
from tests.cast import Cast

REASON = "跨科协助核查进项发票"


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(session: Session, who: Cast) -> Case:
    """A case with ``officer`` and ``partner`` of section 0101, at the desk check."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    return case


def _give(
    session: Session,
    giver: Actor,
    login: str,
    wish: grants.Wish,
    *,
    days: tuple[int, int] = (0, 10),
) -> Grant:
    today = clock.today()
    return grants.give(
        session,
        giver,
        wish,
        login=login,
        valid_from=today + timedelta(days=days[0]),
        valid_to=today + timedelta(days=days[1]),
        reason=REASON,
    )


def _anew(session: Session, actor: Actor) -> Actor:
    return people.actor_of(session, actor.user_id or 0)


def test_a_grant_lets_somebody_see_the_case_until_it_is_revoked(
    session: Session, who: Cast, case: Case
) -> None:
    assert not sights.sees(session, who.far_officer, case.id)
    grant = _give(session, who.leader, "far_officer", grants.Wish(number=case.number))
    assert sights.sees(session, _anew(session, who.far_officer), case.id)
    grants.revoke(session, who.director, grant.id)
    assert not sights.sees(session, _anew(session, who.far_officer), case.id)


def test_a_grant_of_a_unit_or_a_household_opens_its_cases(
    session: Session, who: Cast, case: Case
) -> None:
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    _give(session, who.leader, "far_officer", grants.Wish(unit_id=case.section_id))
    _give(session, who.leader, "far_chief", grants.Wish(tin=payer.tin))
    for actor in (who.far_officer, who.far_chief):
        assert sights.sees(session, _anew(session, actor), case.id)


def test_a_grant_holds_on_its_days_alone(session: Session, who: Cast, case: Case) -> None:
    _give(session, who.leader, "far_officer", grants.Wish(number=case.number), days=(1, 2))
    assert not sights.sees(session, _anew(session, who.far_officer), case.id)


def test_nobody_grants_to_oneself(session: Session, who: Cast, case: Case) -> None:
    with pytest.raises(Forbidden, match="own_grant"):
        _give(session, who.leader, "leader", grants.Wish(number=case.number))


def test_a_system_administrator_is_let_see_nothing(session: Session, who: Cast, case: Case) -> None:
    with pytest.raises(Invalid, match="grant_system"):
        _give(session, who.leader, "sysadmin", grants.Wish(number=case.number))
    mark = sensitive.mark(session, who.leader, number=case.number, reason=REASON)
    with pytest.raises(Invalid, match="grant_system"):
        sensitive.allow(session, who.leader, mark.id, login="sysadmin")


def test_a_mark_hinders_no_other_mark(session: Session, who: Cast, case: Case) -> None:
    other = factories.case(session, factories.taxpayer(session, serial=2))
    for each in (case, other):
        sensitive.mark(session, who.leader, number=each.number, reason=REASON)
        home = session.get_one(Taxpayer, each.taxpayer_id)
        sensitive.mark(session, who.leader, tin=home.tin, reason=REASON)
    with pytest.raises(Conflict, match="marked_already"):
        sensitive.mark(session, who.leader, number=other.number, reason=REASON)


def test_no_file_exists_for_a_system_administrator_whatever_was_given(
    session: Session, who: Cast, case: Case
) -> None:
    """As a grant that was given before the person came to that post."""
    desk.open_task(session, case, "desk_check").assignee_id = who.sysadmin.user_id
    granted = (Granted(case_id=case.id), Granted(taxpayer_id=case.taxpayer_id))
    sysadmin = replace(who.sysadmin, grants=granted)
    session.flush()
    assert not sights.sees(session, sysadmin, case.id)
    homes = select(Taxpayer.id).where(policy.visible_taxpayers(sysadmin))
    assert session.scalars(homes).all() == []
    assert policy.taken_part_in(sysadmin, Case.id) == ()


def test_the_database_refuses_a_grant_to_oneself(session: Session, who: Cast, case: Case) -> None:
    own = Grant(
        user_id=who.leader.user_id,
        case_id=case.id,
        reason=REASON,
        valid_from=clock.today(),
        valid_to=clock.today(),
        granted_by=who.leader.user_id,
        granted_at=clock.now(),
    )
    session.add(own)
    with pytest.raises(IntegrityError, match="not_self_made"):
        session.flush()


def test_the_application_may_not_alter_what_was_granted(session: Session) -> None:
    with pytest.raises(Exception, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE grants SET valid_to = valid_to + 1"))
    with pytest.raises(Exception, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE sensitive_files SET marked_by = 1"))


def test_a_leader_grants_in_the_own_district_alone(session: Session, who: Cast, case: Case) -> None:
    with pytest.raises(NotFound, match="case"):
        _give(session, who.far_leader, "far_officer", grants.Wish(number=case.number))
    with pytest.raises(NotFound, match="grant_unit"):
        _give(session, who.far_leader, "far_officer", grants.Wish(unit_id=case.section_id))
    with pytest.raises(Forbidden, match="not_your_post"):
        _give(session, who.chief, "far_officer", grants.Wish(number=case.number))


def test_a_far_leader_does_not_revoke_what_is_not_there_for_him(
    session: Session, who: Cast, case: Case
) -> None:
    grant = _give(session, who.leader, "far_officer", grants.Wish(number=case.number))
    with pytest.raises(NotFound, match="grant"):
        grants.revoke(session, who.far_leader, grant.id)
    grants.revoke(session, who.leader, grant.id)
    with pytest.raises(Conflict, match="grant_ended"):
        grants.revoke(session, who.leader, grant.id)


@pytest.mark.parametrize(
    ("days", "code"), [((-1, 3), "grant_dates"), ((2, 1), "grant_dates_order"), ((0, 400), "dates")]
)
def test_the_days_of_a_grant_are_bounded(
    session: Session, who: Cast, case: Case, days: tuple[int, int], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        _give(session, who.leader, "far_officer", grants.Wish(number=case.number), days=days)


def test_the_same_grant_is_not_given_twice(session: Session, who: Cast, case: Case) -> None:
    _give(session, who.leader, "far_officer", grants.Wish(number=case.number))
    with pytest.raises(Conflict, match="grant_twice"):
        _give(session, who.director, "far_officer", grants.Wish(number=case.number), days=(5, 20))


def test_a_marked_case_is_there_for_those_who_handle_it_and_for_named_readers_alone(
    session: Session, who: Cast, case: Case
) -> None:
    mark = sensitive.mark(session, who.leader, number=case.number, reason=REASON)
    sensitive.allow(session, who.leader, mark.id, login="legal")
    seeing = {name for name, each in who.people.items() if sights.sees(session, each, case.id)}
    assert seeing == {"officer", "partner", "leader", "legal", "auditor"}


def test_a_marked_household_is_hidden_with_all_its_cases(
    session: Session, who: Cast, case: Case
) -> None:
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    sensitive.mark(session, who.director, tin=payer.tin, reason=REASON)
    for actor in (who.leader, who.chief, who.analyst, who.division):
        homes = select(Taxpayer.id).where(policy.visible_taxpayers(actor))
        assert session.scalar(homes) is None
        assert not sights.sees(session, actor, case.id)
    homes = select(Taxpayer.id).where(policy.visible_taxpayers(who.officer))
    assert session.scalar(homes) == payer.id


def test_a_mark_is_lifted_by_the_city_and_never_by_who_set_it(
    session: Session, who: Cast, case: Case
) -> None:
    mark = sensitive.mark(session, who.director, number=case.number, reason=REASON)
    with pytest.raises(Forbidden, match="own_mark"):
        sensitive.lift(session, who.director, mark.id, reason=REASON)
    with pytest.raises(Forbidden, match="not_your_post"):
        sensitive.lift(session, who.leader, mark.id, reason=REASON)
    sensitive.lift(session, who.division, mark.id, reason=REASON)
    assert sights.sees(session, who.chief, case.id)
    with pytest.raises(Conflict, match="mark_lifted"):
        sensitive.allow(session, who.division, mark.id, login="legal")


def test_marks_of_others_are_not_there_for_a_leader(
    session: Session, who: Cast, case: Case
) -> None:
    mark = sensitive.mark(session, who.director, number=case.number, reason=REASON)
    with pytest.raises(NotFound, match="sensitive_file"):
        sensitive.allow(session, who.leader, mark.id, login="legal")
    with pytest.raises(NotFound, match="case"):
        sensitive.mark(session, who.leader, number=case.number, reason=REASON)


def test_a_reader_taken_off_the_list_sees_it_no_more(
    session: Session, who: Cast, case: Case
) -> None:
    mark = sensitive.mark(session, who.leader, number=case.number, reason=REASON)
    sensitive.allow(session, who.leader, mark.id, login="chief")
    assert sights.sees(session, who.chief, case.id)
    sensitive.end(session, who.leader, mark.id, who.chief.user_id or 0)
    assert not sights.sees(session, who.chief, case.id)


def test_a_reason_is_kept_once_a_day(session: Session, who: Cast, case: Case) -> None:
    assert drill_downs.give_reason(session, who.director, factories.payer_of(case), reason=REASON)
    assert not drill_downs.give_reason(
        session, who.director, factories.payer_of(case), reason=REASON
    )
    found = session.scalar(policy.opened_today(who.director, factories.payer_of(case)))
    assert found is not None
    with pytest.raises(Invalid, match="reason_length"):
        drill_downs.give_reason(session, who.director, factories.payer_of(case), reason="看")


def test_a_case_is_of_the_lines_of_its_doubts(case: Case) -> None:
    assert case.lines == ["vat_division"]
