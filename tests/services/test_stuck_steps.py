"""The self-check finds every open step that nobody may do today, and says why nobody may."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, Recusal, Taxpayer, User
from caseflow.reads import inbox
from caseflow.services import recusals
from caseflow.services.powers import sensitive
from caseflow.services.recusals import Tie
from caseflow.services.self_checks import Finding, of_steps
from caseflow.vocabulary import Actor
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_deputies import AGREED, named, to_review, today

REASON = "涉及举报人信息"
TIE = Tie("in_law", "法定代表人系本人妻弟")


def at_review(session: Session) -> tuple[Cast, Case]:
    """A case at its review, which waits for the only chief of the section."""
    people = cast.enter(session)
    return people, to_review(session, people)


def found(session: Session) -> list[Finding]:
    return list(of_steps.doers(session, {}).findings)


def codes(session: Session) -> list[str]:
    return [each.code for each in found(session)]


def recuse(session: Session, case: Case, who: Actor) -> None:
    """As an act of a release without stand-ins, or a hand in the database, leaves it."""
    session.add(
        Recusal(
            case_id=case.id,
            user_id=who.user_id,
            declaration="other",
            decided_by=who.user_id,
            at=clock.now(),
        )
    )
    session.flush()


def test_a_step_that_its_people_may_do_is_no_finding(session: Session) -> None:
    people, case = at_review(session)
    seen = of_steps.doers(session, {})
    assert (seen.looked_at, seen.findings, seen.after) == (1, (), None)
    desk.do(session, people.chief, case, "review", AGREED)


def test_marked_case_whose_chief_is_not_named_has_nobody_for_the_review(session: Session) -> None:
    people, case = at_review(session)
    mark = sensitive.mark(session, people.leader, number=case.number, reason=REASON)
    assert inbox.of(session, people.chief, inbox.Wish()).rows == ()
    (told,) = found(session)
    assert (told.code, told.case_id, told.values["step"]) == ("withheld", case.id, "复核")
    assert told.values["people"] == [people.chief.user_id]
    assert told.values["files"] == [mark.id]
    sensitive.allow(session, people.leader, mark.id, login="chief")
    assert found(session) == []


def test_marked_household_hides_its_steps_in_the_same_way(session: Session) -> None:
    people, case = at_review(session)
    payer = session.get_one(Taxpayer, case.taxpayer_id)
    sensitive.mark(session, people.leader, tin=payer.tin, reason=REASON)
    assert codes(session) == ["withheld"]


def test_a_deputy_who_is_named_is_somebody(session: Session) -> None:
    people, case = at_review(session)
    named(session, people.leader, people.chief, people.other_chief)
    mark = sensitive.mark(session, people.leader, number=case.number, reason=REASON)
    (told,) = found(session)
    both = [people.chief.user_id, people.other_chief.user_id]
    assert told.values["people"] == both
    sensitive.allow(session, people.leader, mark.id, login="other_chief")
    assert found(session) == []
    desk.do(session, today(session, people.other_chief), case, "review", AGREED)


def test_the_only_chief_recused_is_found_until_somebody_steps_in(session: Session) -> None:
    people, case = at_review(session)
    recuse(session, case, people.chief)
    assert codes(session) == ["recused"]
    session.execute(update(Recusal).values(replaced_by=people.other_chief.user_id))
    assert codes(session) == []


def test_chief_who_stands_for_an_officer_of_the_case_may_not_review_it(session: Session) -> None:
    people, case = at_review(session)
    named(session, people.leader, people.officer, people.chief)
    assert codes(session) == ["separated"]
    assert desk.barred_by(session, today(session, people.chief), case, "review") == "main_officer"
    named(session, people.leader, people.chief, people.other_chief)
    assert codes(session) == ["separated"]


def test_post_that_nobody_in_service_holds_is_one_finding(session: Session) -> None:
    people, case = at_review(session)
    session.execute(update(User).where(User.login == "chief").values(is_active=False))
    (told,) = found(session)
    assert (told.subject, told.code) == (f"seat:{case.section_id}:section_chief", "vacant")
    assert policy.watches(people.leader, (told.values["unit"], told.values["above"]))
    assert not policy.watches(people.far_leader, (told.values["unit"], told.values["above"]))


def test_holder_who_was_recused_and_still_holds_the_step_is_found(session: Session) -> None:
    people, case = at_review(session)
    task = desk.open_task(session, case, "review")
    task.assignee_id = people.chief.user_id
    recuse(session, case, people.chief)
    (told,) = found(session)
    assert (told.code, told.values["user"]) == ("held", people.chief.user_id)


def test_a_declared_tie_waits_for_a_superior_and_is_no_finding(session: Session) -> None:
    people, case = at_review(session)
    recusals.declare(session, people.chief, case.id, tie=TIE)
    assert codes(session) == []


def test_a_declared_tie_that_no_superior_who_sees_the_case_decides_on(session: Session) -> None:
    """Whoever marked it is kept from no case; those above are, until one of them is named."""
    people, case = at_review(session)
    mark = sensitive.mark(session, people.leader, number=case.number, reason=REASON)
    sensitive.allow(session, people.leader, mark.id, login="chief")
    declared = recusals.declare(session, people.leader, case.id, tie=TIE)
    (told,) = found(session)
    assert (told.subject, told.code) == (f"recusal:{declared.id}", "undecided")
    assert told.case_id == case.id
    assert told.values["people"] == [people.director.user_id]
    assert told.values["files"] == [mark.id]
    sensitive.allow(session, people.leader, mark.id, login="director")
    assert found(session) == []


def test_a_declared_tie_of_somebody_whom_nobody_is_above(session: Session) -> None:
    people, case = at_review(session)
    recusals.declare(session, people.director, case.id, tie=TIE)
    assert codes(session) == ["unheaded"]


def test_portions_go_on_where_the_last_one_ended(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    for serial in (1, 2):
        payer = factories.taxpayer(session, serial=serial)
        case = factories.case(session, payer)
        desk.to_desk_check(session, people, case)
        recuse(session, case, people.officer)
    monkeypatch.setattr(of_steps, "_AT_ONCE", 1)
    first = of_steps.doers(session, {})
    assert first.after is not None
    second = of_steps.doers(session, first.after)
    assert second.looked_at == 0
    ids = session.scalars(select(Case.id).order_by(Case.id)).all()
    assert [each.case_id for each in (*first.findings, *second.findings)] == list(ids)
