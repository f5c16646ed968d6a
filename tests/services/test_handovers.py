"""Households handed over: who gets which, which open cases go along, who may, who confirms."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import (
    Case,
    Handover,
    HandoverCase,
    HandoverTaker,
    Post,
    Responsibility,
    Taxpayer,
    Unit,
    User,
)
from caseflow.reads import notices as notice_reads
from caseflow.services import handover_plans, handovers, record, recusals, responsibilities
from caseflow.services.handover_plans import Manner, Wish
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    FollowFate,
    Forbidden,
    HandoverReason,
    Invalid,
    NotFound,
    NoticeKind,
    ResponsibilityBasis,
    Stale,
)
from tests import cast, desk, factories
from tests.cast import Cast

FIRST = 101


def households(session: Session, who: Cast, count: int, *, serial: int = FIRST) -> list[Taxpayer]:
    """So many households of ``officer`` in section 0101."""
    found = [factories.taxpayer(session, serial=serial + n) for n in range(count)]
    managed = [Managed(each.id, who.officer.user_id or 0, each.section_id) for each in found]
    responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
    return found


def wish(who: Cast, *takers: Actor, reason: HandoverReason = HandoverReason.ROTATION) -> Wish:
    ids = tuple(each.user_id or 0 for each in takers)
    return Wish(who.officer.user_id or 0, ids, reason)


def hand_over(session: Session, actor: Actor, wanted: Wish) -> Handover:
    seal = handover_plans.plan(session, actor, wanted).seal
    done = handovers.carry_out(session, actor, wanted, seal=seal)
    session.expire_all()
    return done


def case_of(session: Session, who: Cast) -> Case:
    """A case of a household of ``officer`` at its desk check, ``partner`` its second officer."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    managed = Managed(factories.payer_of(case), who.officer.user_id or 0, case.section_id)
    responsibilities.put(session, SYSTEM, [managed], basis=ResponsibilityBasis.FILE)
    return case


def managers(session: Session, payers: list[Taxpayer]) -> list[int | None]:
    ids = [each.id for each in payers]
    rows = session.execute(
        select(Taxpayer.administrator_id).where(Taxpayer.id.in_(ids)).order_by(Taxpayer.id)
    )
    return [row[0] for row in rows]


def test_the_chief_hands_all_over_to_one_and_the_record_tells_it(session: Session) -> None:
    who = cast.enter(session)
    payers = households(session, who, 3)
    done = hand_over(session, who.chief, wish(who, who.third))
    assert managers(session, payers) == [who.third.user_id] * 3
    rows = session.scalars(
        select(Responsibility).where(Responsibility.handover_id == done.id)
    ).all()
    assert {row.set_by for row in rows} == {who.chief.user_id}
    assert {row.basis for row in rows} == {ResponsibilityBasis.HANDOVER}
    (told,) = [
        each
        for each in record.told(session, handovers.STREAM)
        if each.action == "households.handed_over"
    ]
    assert told.payload["to"] == {str(who.third.user_id): [each.id for each in payers]}
    session.execute(text("SET CONSTRAINTS responsibilities_must_be_recorded IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS handover_takers_must_be_recorded IMMEDIATE"))


def test_even_shares_differ_by_one_household_at_most(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 7)
    wanted = replace(wish(who, who.third, who.partner), manner=Manner.EVEN)
    found = handover_plans.plan(session, who.chief, wanted)
    assert sorted(found.count(each.id) for each in found.takers) == [3, 4]


def test_balanced_shares_go_to_who_has_least(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 4)
    extra = [factories.taxpayer(session, serial=301 + n) for n in range(10)]
    managed = [Managed(each.id, who.third.user_id or 0, each.section_id) for each in extra]
    responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
    found = handover_plans.plan(session, who.chief, wish(who, who.third, who.partner))
    assert found.count(who.partner.user_id or 0) == 4
    assert found.before[who.third.user_id or 0].households == 10
    assert found.after[who.partner.user_id or 0].households == 4
    assert found.after[who.officer.user_id or 0].households == 0


def test_an_open_case_goes_along_with_its_steps_and_its_load(session: Session) -> None:
    who = cast.enter(session)
    case = case_of(session, who)
    wanted = wish(who, who.third)
    found = handover_plans.plan(session, who.chief, wanted)
    assert found.after[who.third.user_id or 0].work == Decimal(1)
    hand_over(session, who.chief, wanted)
    assert case.main_officer_id == who.third.user_id
    assert desk.open_task(session, case, "desk_check").assignee_id == who.third.user_id
    desk.check(session, replace_officer(who), case)  # the taker goes on where the giver stopped


def test_each_side_is_told_once_of_its_households_and_cases(session: Session) -> None:
    who = cast.enter(session)
    case_of(session, who)
    households(session, who, 3)
    done = hand_over(session, who.chief, wish(who, who.third, who.partner))
    told = {each: notice_reads.listing(session, each) for each in (who.third, who.partner)}
    assert [row.notice.kind for rows in told.values() for row in rows] == [
        NoticeKind.HOUSEHOLDS_TAKEN
    ] * 2
    shares = [rows[0].handed for rows in told.values()]
    assert {each.giver for each in shares if each} == {who.officer.name}
    assert sorted((each.households, each.cases) for each in shares if each) in (
        [(2, 0), (2, 1)],
        [(1, 1), (3, 0)],
    )
    (given,) = notice_reads.listing(session, who.officer)
    assert (given.notice.kind, given.notice.handover_id) == (NoticeKind.HOUSEHOLDS_GIVEN, done.id)
    assert given.handed is not None
    assert (given.handed.households, given.handed.cases) == (4, 1)
    assert {who.third.name, who.partner.name} == set(given.handed.takers.split("、"))
    assert notice_reads.listing(session, who.chief) == ()  # nobody is told of the own act
    assert notice_reads.unread(session, who.third) == 1


def replace_officer(who: Cast) -> Cast:
    """The cast in which ``third`` is the main officer."""
    return Cast({**who.people, "officer": who.third})


def test_a_case_whose_conclusion_is_handed_in_stays_unless_the_giver_leaves(
    session: Session,
) -> None:
    who = cast.enter(session)
    case = case_of(session, who)
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    stays = handover_plans.plan(session, who.chief, wish(who, who.third))
    assert [each.fate for each in stays.cases] == [FollowFate.CONCLUDED]
    leaves = wish(who, who.third, reason=HandoverReason.LEAVER)
    goes = handover_plans.plan(session, who.chief, leaves)
    assert [each.fate for each in goes.cases] == [FollowFate.FOLLOWS]


def test_a_case_does_not_go_to_its_second_officer_nor_to_whom_is_recused(
    session: Session,
) -> None:
    who = cast.enter(session)
    case = case_of(session, who)
    to_partner = handover_plans.plan(session, who.chief, wish(who, who.partner))
    assert [each.fate for each in to_partner.cases] == [FollowFate.SECOND]
    tie = recusals.Tie("spouse", "其配偶是该户财务负责人")
    recusals.order(
        session, who.chief, case.id, who.third.user_id or 0, tie=tie, successor=recusals.Successor()
    )
    done = hand_over(session, who.chief, wish(who, who.third))
    kept = session.scalars(select(HandoverCase.fate).where(HandoverCase.handover_id == done.id))
    assert kept.all() == [FollowFate.BARRED]
    assert case.main_officer_id == who.officer.user_id


def test_only_the_named_numbers_go_and_unknown_ones_are_told(session: Session) -> None:
    who = cast.enter(session)
    payers = households(session, who, 3)
    wanted = replace(wish(who, who.third), tins=(payers[1].tin, "210299999999999"))
    found = handover_plans.plan(session, who.chief, wanted)
    assert [each.taxpayer_id for each in found.lines] == [payers[1].id]
    assert found.unknown == ("210299999999999",)


def test_households_of_a_kind_that_no_post_of_the_taker_is_for_stay(session: Session) -> None:
    who = cast.enter(session)
    payers = households(session, who, 2)
    payers[0].kind = "individual"
    session.execute(
        update(Post).where(Post.user_id == who.third.user_id).values(household_kind="enterprise")
    )
    found = handover_plans.plan(session, who.chief, wish(who, who.third))
    assert [each.taxpayer_id for each in found.lines] == [payers[1].id]
    assert found.left == (payers[0].name,)


def test_the_leader_moves_households_and_their_cases_to_another_section(session: Session) -> None:
    who = cast.enter(session)
    case = case_of(session, who)
    hand_over(session, who.leader, wish(who, who.other_officer))
    other = session.scalars(select(Unit.id).where(Unit.code == "0102")).one()
    payer = session.get_one(Taxpayer, factories.payer_of(case))
    assert (payer.section_id, payer.administrator_id) == (other, who.other_officer.user_id)
    step = desk.open_task(session, case, "desk_check")
    assert (case.section_id, step.unit_id, step.assignee_id) == (
        other,
        other,
        who.other_officer.user_id,
    )


@pytest.mark.parametrize("login", ["officer", "analyst", "auditor", "director", "sysadmin"])
def test_nobody_else_hands_over(session: Session, login: str) -> None:
    who = cast.enter(session)
    households(session, who, 1)
    with pytest.raises(Forbidden):
        handover_plans.plan(session, who.people[login], wish(who, who.third))


def test_heads_of_other_units_find_no_such_giver(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 1)
    for head in (who.other_chief, who.far_leader):
        with pytest.raises(NotFound):
            handover_plans.plan(session, head, wish(who, who.third))


def test_a_chief_gives_to_nobody_of_another_section(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 1)
    for unfit in ((who.other_officer,), (who.officer,), ()):
        with pytest.raises(Invalid):
            handover_plans.plan(session, who.chief, wish(who, *unfit))


def test_what_has_changed_since_it_was_shown_is_not_carried_out(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 2)
    wanted = wish(who, who.third)
    seal = handover_plans.plan(session, who.chief, wanted).seal
    households(session, who, 1, serial=201)
    with pytest.raises(Stale):
        handovers.carry_out(session, who.chief, wanted, seal=seal)


def test_households_of_somebody_who_has_left_can_be_handed_over(session: Session) -> None:
    who = cast.enter(session)
    payers = households(session, who, 2)
    session.execute(update(User).where(User.id == who.officer.user_id).values(is_active=False))
    hand_over(session, who.chief, wish(who, who.third, reason=HandoverReason.LEAVER))
    assert managers(session, payers) == [who.third.user_id] * 2


def test_the_taker_alone_confirms_and_once(session: Session) -> None:
    who = cast.enter(session)
    households(session, who, 1)
    done = hand_over(session, who.chief, wish(who, who.third))
    for other in (who.chief, who.officer):
        with pytest.raises(NotFound):
            handovers.confirm(session, other, done.id)
    handovers.confirm(session, who.third, done.id)
    taker = session.get_one(HandoverTaker, (done.id, who.third.user_id))
    assert taker.confirmed_at == clock.now()
    with pytest.raises(Conflict):
        handovers.confirm(session, who.third, done.id)
