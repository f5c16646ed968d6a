"""Many assigned at once: what is proposed and why, what could not be done, taking it back."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import BulkAssignment, Case, Post, Task
from caseflow.services import assignments, bureau, recusals, responsibilities, suggestions, tasks
from caseflow.services.assignments import Order
from caseflow.services.responsibilities import Managed
from caseflow.services.suggestions import Suggestion
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    ResponsibilityBasis,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast


def opened(session: Session, count: int) -> list[Case]:
    """So many cases that wait for the leader, of section 0101."""
    factories.deploy(session)
    return [
        factories.case_on(session, factories.taxpayer(session, serial=n + 1)) for n in range(count)
    ]


def at_chief(session: Session, who: Cast, count: int) -> list[Case]:
    """So many cases that wait for the chief of section 0101."""
    cases = opened(session, count)
    answers = {"dispatch_decision": "assign", "priority": "normal"}
    for case in cases:
        desk.do(session, who.leader, case, "dispatch", {**answers, "section": str(case.section_id)})
    return cases


def steps(session: Session, cases: list[Case], element: str) -> list[int]:
    return [desk.open_task(session, case, element).id for case in cases]


def proposed(session: Session, who: Actor, ids: list[int]) -> tuple[Suggestion, ...]:
    return suggestions.propose(session, who, ids).suggestions


def order(each: Suggestion) -> Order:
    return Order(
        each.task_id,
        each.version,
        each.section.id if each.section else None,
        each.main.id if each.main else None,
        each.second.id if each.second else None,
    )


def limit(session: Session, name: str, value: str) -> None:
    bureau.put_limit(session, SYSTEM, name, value, "cases", since=clock.today())


def managed_by(session: Session, case: Case, user_id: int | None) -> None:
    managed = Managed(factories.payer_of(case), user_id or 0, case.section_id)
    responsibilities.put(session, SYSTEM, [managed], basis=ResponsibilityBasis.FILE)


def test_the_leader_dispatches_to_the_sections_of_the_households(session: Session) -> None:
    who = cast.enter(session)
    cases = opened(session, 3)
    found = proposed(session, who.leader, steps(session, cases, "dispatch"))
    assert {each.section and each.section.why for each in found} == {"responsible"}
    row = assignments.carry_out(session, who.leader, [order(each) for each in found])
    assert (len(row.done), row.failed) == (3, [])
    assert {desk.open_task(session, case, "assign").unit_id for case in cases} == {
        cases[0].section_id
    }


def test_the_household_s_administrator_is_proposed_and_the_least_loaded_beside(
    session: Session,
) -> None:
    who = cast.enter(session)
    (case,) = at_chief(session, who, 1)
    managed_by(session, case, who.partner.user_id)
    (each,) = proposed(session, who.chief, steps(session, [case], "assign"))
    assert each.main is not None
    assert (each.main.id, each.main.why) == (who.partner.user_id, "responsible")
    assert each.second is not None
    assert (each.second.id, each.second.why) == (who.officer.user_id, "least_load")


def test_cases_of_nobody_s_households_give_everybody_the_same_load(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 6)
    found = suggestions.propose(session, who.chief, steps(session, cases, "assign"))
    assert {each.load_after for each in found.people} == {Decimal(3)}
    assert sum(each.after - each.before for each in found.people) == 6


def test_who_is_recused_is_proposed_for_nothing(session: Session) -> None:
    who = cast.enter(session)
    (case,) = at_chief(session, who, 1)
    managed_by(session, case, who.partner.user_id)
    tie = recusals.Tie("spouse", "其配偶是该户财务负责人")
    partner = who.partner.user_id or 0
    recusals.order(session, who.chief, case.id, partner, tie=tie, successor=recusals.Successor())
    (each,) = proposed(session, who.chief, steps(session, [case], "assign"))
    assert partner not in {each.main and each.main.id, each.second and each.second.id}


def test_the_cap_of_the_month_passes_to_others_and_then_to_nobody(session: Session) -> None:
    who = cast.enter(session)
    limit(session, "assign_person_most", "1")
    cases = at_chief(session, who, 4)
    for case in cases:
        managed_by(session, case, who.partner.user_id)
    found = proposed(session, who.chief, steps(session, cases, "assign"))
    assert sorted(each.main.id for each in found if each.main) == sorted(
        each.user_id or 0 for each in (who.officer, who.partner, who.third)
    )
    assert [each.problem for each in found if not each.main] == ["nobody_fit"]


def test_a_case_of_a_trade_goes_to_who_is_certified_for_it(session: Session) -> None:
    who = cast.enter(session)
    (case,) = at_chief(session, who, 1)
    managed_by(session, case, who.partner.user_id)
    certified = update(Post).where(Post.user_id == who.third.user_id)
    session.execute(certified.values(trades=["72", "63"]))  # the household is a wholesaler, 6311
    (each,) = proposed(session, who.chief, steps(session, [case], "assign"))
    assert each.main is not None
    assert (each.main.id, each.main.why) == (who.third.user_id, "certified")


def test_a_section_with_its_months_cap_is_not_proposed(session: Session) -> None:
    who = cast.enter(session)
    limit(session, "assign_section_month_most", "2")
    cases = opened(session, 3)
    found = proposed(session, who.leader, steps(session, cases, "dispatch"))
    assert [each.problem for each in found] == ["", "", "section_full"]


def test_who_is_below_the_minimum_comes_before_who_has_least(session: Session) -> None:
    who = cast.enter(session)
    limit(session, "assign_person_least", "1")
    (case,) = at_chief(session, who, 1)
    (each,) = proposed(session, who.chief, steps(session, [case], "assign"))
    assert each.main is not None
    assert each.main.why == "below_least"


def test_one_that_cannot_be_done_is_told_and_holds_up_nobody(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 3)
    found = proposed(session, who.chief, steps(session, cases, "assign"))
    orders = [order(each) for each in found]
    far = who.other_officer.user_id
    orders[0] = Order(orders[0].task_id, orders[0].version, None, far, orders[0].second_id)
    orders[1] = Order(orders[1].task_id, orders[1].version + 1, None, *_officers(found[1]))
    row = assignments.carry_out(session, who.chief, orders)
    assert [each["code"] for each in row.failed] == ["not_an_officer_of_the_section", "changed"]
    assert [each["task"] for each in row.done] == [orders[2].task_id]
    for each in orders[:2]:  # nor are they left on the desk
        assert session.get_one(Task, each.task_id).assignee_id is None


def _officers(each: Suggestion) -> tuple[int | None, int | None]:
    return (each.main.id if each.main else None, each.second.id if each.second else None)


def test_what_nobody_has_touched_is_taken_back_at_once(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 2)
    found = proposed(session, who.chief, steps(session, cases, "assign"))
    row = assignments.carry_out(session, who.chief, [order(each) for each in found])
    task = desk.open_task(session, cases[0], "accept_main")
    officer = next(each for each in who.people.values() if each.user_id == task.assignee_id)
    desk.hand_in(session, officer, task, {"recusal": "none", "accept_decision": "accept"})
    undone = assignments.undo(session, who.chief, row.id)
    assert [each["case"] for each in undone.kept or []] == [cases[0].id]
    again = desk.open_task(session, cases[1], "assign")
    assert again.assignee_id == who.chief.user_id
    with pytest.raises(Conflict):
        assignments.undo(session, who.chief, row.id)


def test_after_its_time_it_is_not_taken_back_and_never_by_others(session: Session) -> None:
    who = cast.enter(session)
    (case,) = at_chief(session, who, 1)
    (each,) = proposed(session, who.chief, steps(session, [case], "assign"))
    row = assignments.carry_out(session, who.chief, [order(each)])
    with pytest.raises(NotFound):
        assignments.undo(session, who.leader, row.id)
    bureau.put_limit(session, SYSTEM, "assign_undo", "-1", "minutes", since=clock.today())
    with pytest.raises(Conflict, match="assignments_too_late"):
        assignments.undo(session, who.chief, row.id)


def test_nobody_else_assigns_at_once_nor_nothing(session: Session) -> None:
    who = cast.enter(session)
    with pytest.raises(Forbidden):
        assignments.carry_out(session, who.officer, [Order(1, 1)])
    with pytest.raises(Invalid):
        assignments.carry_out(session, who.chief, [])


def test_steps_of_others_are_not_proposed(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 1)
    ids = steps(session, cases, "assign")
    assert proposed(session, who.other_chief, ids) == ()
    session.execute(
        update(Post).where(Post.user_id == who.third.user_id).values(valid_to=cast.SINCE)
    )
    found = suggestions.propose(session, who.chief, ids)
    assert who.third.user_id not in {each.id for each in found.officers}
    assert session.scalar(select(BulkAssignment.id)) is None
    tasks.claim(session, who.chief, ids[0])
    assert session.get_one(Task, ids[0]).status is TaskStatus.OPEN
