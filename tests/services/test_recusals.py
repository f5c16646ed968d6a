"""Recusal 回避 at any time: declared or ordered, decided by a superior, and then no access."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, true, update
from sqlalchemy.orm import Session

from caseflow import clock, database_roles, policy
from caseflow.models import Case, Grant, Recusal, Task, TaxWarning, User
from caseflow.models.record import RecordEvent
from caseflow.reads import inbox
from caseflow.services import deputies, recusals, sights, tasks
from caseflow.services import people as signing
from caseflow.services.recusals import Successor, Tie
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, NotFound
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_deputies import AGREED, named, to_review, today, wish

TIE = Tie("in_law", "纳税人法定代表人系本人妻弟")
NOBODY = Successor()


def at_desk_check(session: Session) -> tuple[Cast, Case]:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    return people, case


def replaced(session: Session, people: Cast, case: Case, who: Actor, **by: Actor) -> None:
    """Somebody declares a tie, and whoever heads them agrees."""
    request = recusals.declare(session, who, case.id, tie=TIE)
    head = people.leader if who is people.chief else people.chief
    successor = Successor(**{name: each.user_id for name, each in by.items()})
    recusals.decide(session, head, request.id, is_recused=True, reason="", successor=successor)


def test_a_recused_officer_loses_the_case_at_once_and_another_goes_on(session: Session) -> None:
    people, case = at_desk_check(session)
    replaced(session, people, case, people.officer, officer=people.third)
    assert not sights.sees(session, people.officer, case.id)
    assert inbox.of(session, people.officer, inbox.Wish()).rows == ()
    with pytest.raises(NotFound):
        desk.check(session, people, case)
    desk.check(session, Cast({**people.people, "officer": people.third}), case)
    assert case.main_officer_id == people.third.user_id


def test_the_doubts_of_the_case_are_gone_with_it(session: Session) -> None:
    """The household stays in the chief's section; what was found in the case does not."""
    people, case = at_desk_check(session)
    doubts = select(TaxWarning.id).where(TaxWarning.case_id == case.id)
    told = [policy.visible_warnings(people.chief), policy.counted_warnings(people.chief)]
    assert all(session.scalars(doubts.where(each)).all() for each in told)
    replaced(session, people, case, people.chief, stand_in=people.other_chief)
    assert [session.scalars(doubts.where(each)).all() for each in told] == [[], []]
    for actor, is_told in ((people.chief, False), (people.leader, True)):
        for name, value in database_roles.told_of(policy.reader_of(actor)).items():
            session.execute(select(func.set_config(name, value, true())))
        assert bool(session.scalars(doubts).all()) is is_told
        session.execute(text("RESET ROLE"))


def test_each_part_is_an_event_of_the_case(session: Session) -> None:
    people, case = at_desk_check(session)
    replaced(session, people, case, people.officer, officer=people.third)
    acts = session.scalars(
        select(RecordEvent.action)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(2)
    ).all()
    assert list(acts) == ["case.recused", "recusal.declared"]


def test_until_the_decision_the_declarer_does_no_step(session: Session) -> None:
    people, case = at_desk_check(session)
    request = recusals.declare(session, people.officer, case.id, tie=TIE)
    with pytest.raises(Forbidden, match="barred") as refusal:
        desk.check(session, people, case)
    assert refusal.value.values["because"] == "tie_declared"
    recusals.decide(
        session,
        people.chief,
        request.id,
        is_recused=False,
        reason="系同名，并无亲属关系。",
        successor=NOBODY,
    )
    desk.check(session, people, case)


def test_a_step_that_was_taken_is_free_again(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    task = tasks.claim(session, people.chief, desk.open_task(session, case, "review").id)
    replaced(session, people, case, people.chief, stand_in=people.other_chief)
    session.refresh(task)
    assert task.assignee_id is None


def test_who_steps_in_for_the_only_chief_reviews_this_case_and_no_other(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    other = factories.case(session, factories.taxpayer(session, serial=2))
    replaced(session, people, case, people.chief, stand_in=people.other_chief)
    stand_in = today(session, people.other_chief)
    rows = inbox.of(session, stand_in, inbox.Wish()).rows
    assert [row.case_id for row in rows] == [case.id]
    assert not sights.sees(session, stand_in, other.id)
    desk.do(session, stand_in, case, "review", AGREED)


@pytest.mark.parametrize("has_acted", [False, True])
def test_who_steps_in_sees_the_case_while_it_is_open_and_then_by_what_was_done(
    session: Session, *, has_acted: bool
) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    replaced(session, people, case, people.chief, stand_in=people.other_chief)
    assert session.scalar(select(Grant.id)) is None
    if has_acted:
        desk.do(session, today(session, people.other_chief), case, "review", AGREED)
    case.closed_at, case.revision = clock.now() + timedelta(days=1), case.revision + 1
    session.flush()
    stand_in = today(session, people.other_chief)
    assert sights.sees(session, stand_in, case.id) is has_acted
    assert policy.may_see(stand_in, sights.case_facts(session, case)) is has_acted
    for name, value in database_roles.told_of(policy.reader_of(stand_in)).items():
        session.execute(select(func.set_config(name, value, true())))
    assert bool(session.scalars(select(Case.id).where(Case.id == case.id)).all()) is has_acted
    session.execute(text("RESET ROLE"))
    day, stood_in = clock.today(), {people.other_chief.user_id}
    for then, successors in ((day, stood_in), (day + timedelta(days=1), set())):
        known = policy.case_then(session, case, then, policy.Before())
        assert policy.case_facts(known).successors == successors


@pytest.mark.parametrize(
    ("who", "by", "code"),
    [
        ("officer", {}, "recusal_needs_officer"),
        ("officer", {"officer": "partner"}, "recusal_same_officer"),
        ("officer", {"officer": "other_officer"}, "recusal_unfit_officer"),
        ("chief", {}, "recusal_needs_stand_in"),
        ("chief", {"stand_in": "officer"}, "recusal_same_officer"),
        ("chief", {"stand_in": "third"}, "recusal_unfit_stand_in"),
    ],
)
def test_nobody_is_recused_while_nobody_fit_goes_on(
    session: Session, who: str, by: dict[str, str], code: str
) -> None:
    people, case = at_desk_check(session)
    others = {name: people.people[login] for name, login in by.items()}
    with pytest.raises(Invalid, match=code):
        replaced(session, people, case, people.people[who], **others)


def test_a_leader_is_recused_and_the_other_leader_dispatches(session: Session) -> None:
    people = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    recusals.order(
        session, people.director, case.id, people.leader.user_id or 0, tie=TIE, successor=NOBODY
    )
    dispatched = {"dispatch_decision": "assign", "section": str(case.section_id)}
    task = desk.open_task(session, case, "dispatch")
    with pytest.raises(NotFound):
        tasks.claim(session, people.leader, task.id)
    desk.do(session, people.deputy, case, "dispatch", {**dispatched, "priority": "normal"})


@pytest.mark.parametrize("login", ["officer", "partner", "far_leader", "info", "other_chief"])
def test_only_a_superior_decides(session: Session, login: str) -> None:
    people, case = at_desk_check(session)
    request = recusals.declare(session, people.officer, case.id, tie=TIE)
    with pytest.raises((Forbidden, NotFound)):
        recusals.decide(
            session,
            people.people[login],
            request.id,
            is_recused=True,
            reason="",
            successor=Successor(officer=people.third.user_id),
        )


def test_bad_declarations_are_refused(session: Session) -> None:
    people, case = at_desk_check(session)
    for tie, code in (
        (Tie("none", "无"), "recusal_tie"),
        (Tie("friend", "朋友"), "recusal_tie"),
        (Tie("spouse", " "), "recusal_note"),
        (Tie("spouse", "长" * 501), "recusal_note"),
    ):
        with pytest.raises(Invalid, match=code):
            recusals.declare(session, people.officer, case.id, tie=tie)
    recusals.declare(session, people.officer, case.id, tie=TIE)
    with pytest.raises(Conflict, match="recusal_waiting"):
        recusals.declare(session, people.officer, case.id, tie=TIE)
    with pytest.raises(NotFound):
        recusals.declare(session, people.far_officer, case.id, tie=TIE)


def test_nobody_acts_in_the_name_of_somebody_recused(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    named(session, people.leader, people.chief, people.deputy)
    deputy = today(session, people.deputy)
    task = tasks.claim(session, deputy, desk.open_task(session, case, "review").id)
    replaced(session, people, case, people.chief, stand_in=people.other_chief)
    with pytest.raises(Forbidden):
        desk.hand_in(session, deputy, task, AGREED)
    assert inbox.of(session, deputy, inbox.Wish(for_id=people.chief.user_id)).rows == ()


def test_a_recused_deputy_acts_for_nobody(session: Session) -> None:
    people = cast.enter(session)
    case = to_review(session, people)
    deputies.grant(
        session,
        people.leader,
        people.chief.user_id or 0,
        people.deputy.user_id or 0,
        wish=wish(),
    )
    recusals.order(
        session, people.leader, case.id, people.deputy.user_id or 0, tie=TIE, successor=NOBODY
    )
    deputy = signing.actor_of(session, people.deputy.user_id or 0)
    with pytest.raises(NotFound):
        tasks.claim(session, deputy, desk.open_task(session, case, "review").id)
    assert session.scalar(select(Recusal.user_id)) == people.deputy.user_id
    assert session.scalars(select(Task.id).where(Task.held_for.is_not(None))).all() == []


@pytest.mark.parametrize("away", ["recused", "gone"])
def test_the_last_who_could_do_what_comes_to_the_post_needs_a_stand_in(
    session: Session, away: str
) -> None:
    """Another holder who is recused already, or not in service, goes on with nothing."""
    people, case = at_desk_check(session)
    if away == "gone":
        session.execute(update(User).where(User.login == "leader").values(is_active=False))
    else:
        request = recusals.declare(session, people.leader, case.id, tie=TIE)
        _decide_by_director(session, people, request.id, NOBODY)
    request = recusals.declare(session, people.deputy, case.id, tie=TIE)
    with pytest.raises(Invalid, match="recusal_needs_stand_in"):
        _decide_by_director(session, people, request.id, NOBODY)


def _decide_by_director(
    session: Session, people: Cast, request_id: int, successor: Successor
) -> None:
    recusals.decide(
        session, people.director, request_id, is_recused=True, reason="", successor=successor
    )
