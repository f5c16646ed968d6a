"""Many assigned at once: what is proposed and why, what could not be done, taking it back."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Answer, BulkAssignment, Case, Draft, Post, SeenCase, Task, Unit
from caseflow.models.base import Base, Json
from caseflow.models.record import RecordEvent
from caseflow.reads import record_check
from caseflow.services import (
    assignments,
    bureau,
    record,
    recusals,
    responsibilities,
    sights,
    suggestions,
    take_backs,
    tasks,
)
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
    Refused,
    ResponsibilityBasis,
    TaskStatus,
)
from tests import cast, desk, factories, transfers
from tests.cast import Cast
from tests.orders import MONDAY, at
from tests.services.test_deputies import named, today


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


# What tells two cases, or two tasks, of the same kind apart.
_OWN = {"id", "number", "taxpayer_id", "state", "case_id", "key", "task_id", "sha256"}


def everything(session: Session, case: Case) -> list[Json]:
    """All that is on file of a case but what is its own: rows, answers, events."""
    session.expire_all()
    rows: list[Base] = [case]
    for table in (Task, Answer):
        rows += session.scalars(select(table).where(table.case_id == case.id).order_by(table.id))
    told: list[Json] = [
        {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in _OWN}
        for row in rows
    ]
    for event in session.scalars(
        select(RecordEvent).where(RecordEvent.stream == f"case:{case.id}").order_by(RecordEvent.seq)
    ):
        payload = json.loads(event.payload)
        before = payload.get("before", {})
        if "steps" in before:  # by the numbers of the steps
            payload["before"] = {**before, "steps": list(before["steps"].values())}
        own = {"case": "", "number": "", "warnings": len(payload.get("warnings", ()))}
        told.append({"action": event.action, "actor": event.actor, **payload, **own})
    return told


def test_done_together_leaves_the_rows_of_each_done_alone(session: Session) -> None:
    record.introduce(session)
    who = cast.enter(session)
    cases = opened(session, 5)
    named = _officers_of(who)
    for element, chief, chosen in (
        ("dispatch", who.leader, (cases[0].section_id,)),
        ("assign", who.chief, (None, *named)),
    ):
        ids = steps(session, cases, element)
        assert assignments.carry_out(session, chief, [Order(ids[0], 1, *chosen)]).failed == []
        row = assignments.carry_out(session, chief, [Order(each, 1, *chosen) for each in ids[1:]])
        assert (len(row.done), row.failed) == (4, [])
        first, *others = (everything(session, case) for case in cases)
        assert all(each == first for each in others)
    assert all(record_check.verify_case(session, case.id).is_sound for case in cases)


def test_each_of_many_is_refused_as_it_would_be_alone(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 6)
    main, second = _officers_of(who)
    ids = steps(session, cases, "assign")
    recused_in(session, who, cases[2], main)
    far = who.other_officer.user_id or 0
    orders = [
        Order(ids[0], 1, None, main, second),
        Order(ids[1], 7, None, main, second),
        Order(ids[2], 1, None, main, second),
        Order(ids[3], 1, None, main, main),
        Order(ids[4], 1, None, main, far),
        Order(ids[5], 1, None, main, second),
    ]
    singly = []
    for each in orders[1:5]:
        with session.begin_nested() as nested:
            singly += assignments.carry_out(session, who.chief, [each]).failed
            nested.rollback()
    row = assignments.carry_out(session, who.chief, orders)
    assert row.failed == singly
    assert [each["code"] for each in singly] == [
        "changed",
        "recused",
        "same_officer",
        "not_an_officer_of_the_section",
    ]
    assert [each["task"] for each in row.done] == [ids[0], ids[5]]


def test_a_deputy_assigns_many_in_the_chief_s_name(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 3)
    named(session, who.leader, who.chief, who.other_chief)
    stand_in = today(session, who.other_chief)
    row = assignments.carry_out(
        session,
        stand_in,
        [Order(each, 1, None, *_officers_of(who)) for each in steps(session, cases, "assign")],
    )
    assert len(row.done) == 3
    done = session.scalars(select(Task).where(Task.form_key == "wv_assign")).all()
    assert {(each.done_by, each.done_for) for each in done} == {
        (stand_in.user_id, who.chief.user_id)
    }


def _officers_of(who: Cast) -> tuple[int, int]:
    return who.officer.user_id or 0, who.partner.user_id or 0


def recused_in(session: Session, who: Cast, case: Case, user_id: int) -> None:
    tie = recusals.Tie("spouse", "其配偶是该户财务负责人")
    recusals.order(session, who.chief, case.id, user_id, tie=tie, successor=recusals.Successor())


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


def test_taken_back_together_leaves_the_rows_of_each_taken_back_alone(session: Session) -> None:
    record.introduce(session)
    who = cast.enter(session)
    cases = at_chief(session, who, 5)
    ids = steps(session, cases, "assign")
    orders = [Order(each, 1, None, *_officers_of(who)) for each in ids]
    alone = assignments.carry_out(session, who.chief, orders[:1])
    together = assignments.carry_out(session, who.chief, orders[1:])
    assert assignments.undo(session, who.chief, alone.id).kept == []
    assert assignments.undo(session, who.chief, together.id).kept == []
    first, *others = (everything(session, case) for case in cases)
    assert all(each == first for each in others)
    assert all(record_check.verify_case(session, case.id).is_sound for case in cases)
    assert {desk.open_task(session, case, "assign").assignee_id for case in cases} == {
        who.chief.user_id
    }


def test_each_of_many_stays_for_the_reason_for_which_it_would_stay_alone(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 5)
    ids = steps(session, cases, "assign")
    main, second = _officers_of(who)
    orders = [Order(each, 1, None, main, second) for each in ids]
    row = assignments.carry_out(session, who.chief, orders)
    session.add(SeenCase(user_id=main, case_id=cases[1].id, at=clock.now()))
    session.add(SeenCase(user_id=who.auditor.user_id, case_id=cases[2].id, at=clock.now()))
    accepting = desk.open_task(session, cases[3], "accept_main")
    session.add(Draft(task_id=accepting.id, user_id=main, content={}, saved_at=clock.now()))
    accept = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, who.partner, cases[4], "accept_second", accept)
    singly: dict[int, Refused] = {}
    for task_id in ids:
        with session.begin_nested() as nested:
            singly |= take_backs.take_back_each(session, who.chief, [task_id])
            nested.rollback()
    undone = assignments.undo(session, who.chief, row.id)
    kept = {each["task"]: each["code"] for each in undone.kept or []}
    assert kept == {task_id: refusal.code for task_id, refusal in singly.items()}
    # Whoever only watches has opened a case and touched nothing.
    assert kept == {
        ids[1]: "followed_opened",
        ids[3]: "followed_opened",
        ids[4]: "followed_done",
    }
    assert {desk.open_task(session, cases[n], "assign").assignee_id for n in (0, 2)} == {
        who.chief.user_id
    }


def test_what_the_record_refuses_of_one_holds_up_none(session: Session) -> None:
    who = cast.enter(session)
    cases = at_chief(session, who, 4)
    ids = steps(session, cases, "assign")
    orders = [Order(each, 1, None, *_officers_of(who)) for each in ids]
    row = assignments.carry_out(session, who.chief, orders)
    # Its record has an act of which the case knows nothing: the two are out of step.
    stream = f"case:{cases[2].id}"
    record.append(session, SYSTEM, stream, action="task.nudged", payload={})
    undone = assignments.undo(session, who.chief, row.id)
    assert [each["task"] for each in undone.kept or []] == [ids[2]]
    opened_again = (cases[0], cases[1], cases[3])
    assert all(desk.open_elements(session, case) == {"assign"} for case in opened_again)


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


def test_a_transfer_that_lacks_its_officer_is_assigned_like_any_other(session: Session) -> None:
    people = transfers.enter(session)
    case = transfers.opened(session, people)
    transfers.do(session, people.officer, case, "propose", recusal="spouse")
    replaced = {"recusal_decision": "replace"}
    transfers.do(session, people.chief, case, "decide_main_recusal", **replaced)
    (each,) = proposed(session, people.chief, steps(session, [case], "assign"))
    assert (each.form_key, each.asks_second) == ("ti_assign", False)
    row = assignments.carry_out(session, people.chief, [order(each)])
    assert (len(row.done), row.failed) == (1, [])
    assert desk.open_task(session, case, "propose").assignee_id == (each.main and each.main.id)


def test_taken_back_days_later_it_is_as_it_was_with_its_limit_and_without_officers(
    session: Session,
) -> None:
    record.introduce(session)
    who = cast.enter(session)
    with at(MONDAY):
        bureau.put_limit(session, SYSTEM, "assign_undo", "14400", "minutes", since=clock.today())
        cases = at_chief(session, who, 2)
        ids = steps(session, cases, "assign")
        were = {step: limit_of(session.get_one(Task, step)) for step in ids}
        orders = [Order(each, 1, None, *_officers_of(who)) for each in ids]
        row = assignments.carry_out(session, who.chief, orders)
        assert {case.main_officer_id for case in cases} == {who.officer.user_id}
    with at(MONDAY + timedelta(days=3)):
        assert assignments.undo(session, who.chief, row.id).kept == []
    session.expire_all()
    for case, step in zip(cases, ids, strict=True):
        assert (case.main_officer_id, case.second_officer_id) == (None, None)
        again = desk.open_task(session, case, "assign")
        assert (again.id != step, limit_of(again)) == (True, were[step])
        assert again.due_at is not None
        assert again.due_at < MONDAY + timedelta(days=3)  # it is late, as it would have been
        assert record_check.verify_case(session, case.id).is_sound


def limit_of(task: Task) -> tuple[object, object]:
    return task.due_at, task.due_facts


def test_a_dispatch_taken_back_leaves_the_case_with_its_own_section(session: Session) -> None:
    who = cast.enter(session)
    (case,) = opened(session, 1)
    own = case.section_id
    beside = select(Unit.id).where(Unit.code == "0102")
    other = session.scalars(beside).one()
    (step,) = steps(session, [case], "dispatch")
    row = assignments.carry_out(session, who.leader, [Order(step, 1, other)])
    assert (row.failed, case.section_id) == ([], other)
    assert assignments.undo(session, who.leader, row.id).kept == []
    session.expire_all()
    assert case.section_id == own
    assert not sights.sees(session, who.other_chief, case.id)


def test_who_is_recused_since_does_not_come_back_by_it(session: Session) -> None:
    who = cast.enter(session)
    (case,) = at_chief(session, who, 1)
    main, second = _officers_of(who)
    chosen = {"assign_decision": "assign", "second_officer": str(second)}
    desk.do(session, who.chief, case, "assign", {**chosen, "main_officer": str(main)})
    refusal = {"refusal_reason": "workload", "refusal_text": "在办任务已满，请另派他人。"}
    refused = {"recusal": "none", "accept_decision": "refuse", **refusal}
    desk.do(session, who.officer, case, "accept_main", refused)
    (step,) = steps(session, [case], "assign")
    row = assignments.carry_out(
        session, who.chief, [Order(step, 1, None, who.third.user_id, second)]
    )
    recused_in(session, who, case, main)
    assert assignments.undo(session, who.chief, row.id).kept == []
    session.expire_all()
    assert (case.main_officer_id, case.second_officer_id) == (None, second)
