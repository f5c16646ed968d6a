"""退回: every origin by every target, and what becomes of whatever stands beside and between."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.models import Case, Document, Task
from caseflow.models.record import RecordEvent
from caseflow.services import cases, definitions, limits, send_backs, take_backs, tasks
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    CaseStatus,
    DocumentStatus,
    Forbidden,
    Invalid,
    PaperKind,
    Stale,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast
from tests.unit.engine import sketch

REASON = "资料不全，须重新办理"

# Every kind of scope that a step may stand in, one behind the other.
CROSSROADS = """
    start s
    user first section_chief due=P3D
    user votes section_chief multi=["a","b"]:member
    user signs section_chief multi=["a","b"]:member seq
    and fork
    user left section_chief
    user left_on section_chief due=P2D
    user right section_chief
    and join
    sub inner
      start si
      user inside section_chief
      user inside_on section_chief
      end ei
    up
    on late inner timer:P30D
    user after_late section_chief
    call checked other in:score>score
    call shared other
    sub each multi=["a","b"]:member
      start se
      user draw_up section_chief
      user look_over section_chief
      end ee
    up
    user last section_chief
    end closed
    s -> first -> votes -> signs -> fork -> left -> left_on -> join
    fork -> right -> join
    join -> inner -> checked -> shared -> each -> last -> closed
    late -> after_late -> checked
    si -> inside -> inside_on -> ei
    se -> draw_up -> look_over -> ee
"""
CALLED = """
    start sc
    user asked section_chief
    user answered section_chief
    end ec
    sc -> asked -> answered -> ec
"""
# By origin, the elements that lie before it: nothing that goes on beside it, nothing behind it.
BEFORE = {
    "first": [],
    "votes": ["first"],
    "signs": ["first", "votes", "signs"],
    "left": ["first", "votes", "signs"],
    "left_on": ["first", "votes", "signs", "left"],
    "right": ["first", "votes", "signs"],
    "inside": ["first", "votes", "signs", "left", "left_on", "right"],
    "inside_on": ["first", "votes", "signs", "left", "left_on", "right", "inside"],
    "after_late": ["first", "votes", "signs", "left", "left_on", "right", "inside"],
    "checked/asked": ["first", "votes", "signs", "left", "left_on", "right", "inside", "inside_on"],
}
BEFORE["checked/answered"] = [*BEFORE["checked/asked"], "checked/asked"]
BEFORE["shared/asked"] = [*BEFORE["checked/answered"], "checked/answered"]
BEFORE["shared/answered"] = [*BEFORE["shared/asked"], "shared/asked"]
BEFORE["draw_up"] = [*BEFORE["shared/answered"], "shared/answered"]
BEFORE["look_over"] = [*BEFORE["draw_up"], "draw_up"]
BEFORE["last"] = [*BEFORE["draw_up"], "look_over"]
# What is entered as a whole is named by the last step done in it.
WHOLE = {"checked/asked": "checked/answered", "draw_up": "look_over"}


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(who: Cast, session: Session, monkeypatch: pytest.MonkeyPatch) -> Case:
    del who  # the bureau stands before the case is opened
    called = sketch.bpmn(CALLED).replace(b'"sketch"', b'"other"')
    factories.deploy_sketch(session, monkeypatch, CROSSROADS, "score: number", other__bpmn=called)
    return factories.case(session, factories.taxpayer(session))


def walk_to(session: Session, who: Actor, case: Case, element: str) -> Task:
    """Hand in what is open, the oldest first, until a step of that element is."""
    for _ in range(60):
        found = open_tasks(session, case)
        wanted = [task for task in found if task.element == element]
        if wanted and (element != "signs" or wanted[0].item == {"item": "b"}):
            return claimed(session, who, wanted[-1])
        beside = [task for task in found if task.element != element] or found
        hand_in(session, who, beside[0])
    raise AssertionError(element)


def open_tasks(session: Session, case: Case) -> list[Task]:
    rows = select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    return list(session.scalars(rows.order_by(Task.id)))


def claimed(session: Session, who: Actor, task: Task) -> Task:
    return task if task.assignee_id else tasks.claim(session, who, task.id)


def hand_in(session: Session, who: Actor, task: Task) -> None:
    claimed(session, who, task)
    answers: dict[str, Any] = {}
    tasks.complete(
        session, who, task.id, seen_version=task.version, answers=answers, idem=uuid.uuid4()
    )


def send_back(session: Session, who: Actor, task: Task, target: Task) -> None:
    send_backs.send_back(
        session, who, task.id, seen_version=task.version, target=target.id, reason=REASON
    )


def keys_agree(session: Session, case: Case) -> bool:
    process = definitions.process_of(session, case.definition_id)
    known = {task.key for task in engine.open_tasks(process, case.state)}
    return known == {task.key for task in open_tasks(session, case)}


def walked_to_the_end(session: Session, case: Case) -> str | None:
    """How the case ends when all that is open is handed in, by the engine alone."""
    process = definitions.process_of(session, case.definition_id)
    state, ended = case.state, None
    for _ in range(60):
        found = engine.open_tasks(process, state)
        if not found:
            break
        step = engine.complete(process, state, found[0].key, {}, at=sketch.moment())
        state, ended = step.state, step.ended
    return ended


def at_origin(session: Session, who: Actor, case: Case, origin: str) -> Task:
    if origin == "after_late":
        walk_to(session, who, case, "inside_on")
        case.wake_at = None
        fire(session, case)
    return walk_to(session, who, case, origin)


def fire(session: Session, case: Case) -> None:
    """Let the timer of the sub-process go off, long after."""
    process = definitions.process_of(session, case.definition_id)
    step = engine.fire(process, case.state, at=sketch.moment(20_000))
    cases.begin(case)
    times = limits.of_today(session)
    cases.apply(session, SYSTEM, case, step, act=cases.Act("timer.fired"), times=times)


@pytest.mark.parametrize("origin", BEFORE)
def test_every_earlier_step_is_a_target_and_nothing_else(
    session: Session, who: Cast, case: Case, origin: str
) -> None:
    task = at_origin(session, who.chief, case, origin)
    found = [plan.target.element for plan in send_backs.plans(session, who.chief, task.id)]
    # In the activity that it stands in itself, each step is a target by its own.
    around = (
        origin.partition("/")[0] if "/" in origin else {"look_over": "draw_up"}.get(origin, "-")
    )
    wanted = {e if e.startswith(around) else WHOLE.get(e, e) for e in BEFORE[origin]}
    assert set(found) == wanted
    assert len(found) == len(wanted)


@pytest.mark.parametrize("origin", [each for each in BEFORE if BEFORE[each]])
def test_from_every_origin_to_every_target_the_case_goes_on_to_its_end(
    session: Session, who: Cast, case: Case, origin: str
) -> None:
    task = at_origin(session, who.chief, case, origin)
    for plan in send_backs.plans(session, who.chief, task.id):
        assert plan.refusal is None, plan.refusal
        target = plan.target.element
        with session.begin_nested() as tried:
            send_back(session, who.chief, task, plan.target)
            session.flush()
            opened = [each for each in open_tasks(session, case) if each.return_reason]
            assert keys_agree(session, case), target
            assert {each.element for each in opened} == {e.element.id for e in plan.opened}
            assert task.status is TaskStatus.WITHDRAWN
            assert walked_to_the_end(session, case) == "closed", target
            tried.rollback()
        session.expire_all()


def plan_to(session: Session, who: Actor, task: Task, target: str) -> send_backs.Plan:
    """What it would do to send back to that step."""
    plans = send_backs.plans(session, who, task.id)
    return next(plan for plan in plans if engine.own_name(plan.target.element) == target)


def test_votes_already_given_fall_and_the_page_says_so_before(
    session: Session, who: Cast, case: Case
) -> None:
    voted, open_vote = at_origin(session, who.chief, case, "votes"), None
    hand_in(session, who.chief, voted)
    open_vote = walk_to(session, who.chief, case, "votes")
    plan = plan_to(session, who.chief, open_vote, "first")
    assert [row.element for row in plan.again] == ["first", "votes"]
    assert plan.withdrawn == (open_vote,)
    send_back(session, who.chief, open_vote, plan.target)
    assert desk.open_elements(session, case) == {"first"}
    walk_to(session, who.chief, case, "signs")
    votes = select(Task).where(Task.case_id == case.id, Task.element == "votes")
    assert sum(vote.status is TaskStatus.DONE for vote in session.scalars(votes)) == 3


def test_a_step_beside_goes_on_and_one_behind_is_withdrawn(
    session: Session, who: Cast, case: Case
) -> None:
    left = walk_to(session, who.chief, case, "left_on")
    plan = plan_to(session, who.chief, left, "left")
    assert {row.element for row in plan.kept} == desk.open_elements(session, case) - {"left_on"}
    before = plan_to(session, who.chief, left, "first")
    assert {row.element for row in before.withdrawn} == desk.open_elements(session, case)


def test_ways_that_met_since_stay_done(session: Session, who: Cast, case: Case) -> None:
    inside = walk_to(session, who.chief, case, "inside")
    send_back(session, who.chief, inside, plan_to(session, who.chief, inside, "left_on").target)
    assert desk.open_elements(session, case) == {"left_on"}
    hand_in(session, who.chief, desk.open_task(session, case, "left_on"))
    assert desk.open_elements(session, case) == {"inside"}


def test_the_step_goes_to_who_did_it_with_its_limit_anew(
    session: Session, who: Cast, case: Case
) -> None:
    votes = walk_to(session, who.chief, case, "votes")
    send_back(session, who.chief, votes, plan_to(session, who.chief, votes, "first").target)
    first = desk.open_task(session, case, "first")
    assert first.assignee_id == who.chief.user_id
    assert first.return_reason == REASON
    assert first.returned_by == who.chief.user_id
    assert case.status is CaseStatus.RETURNED
    assert first.due_at is not None


def test_one_act_one_event_that_tells_where_and_why(
    session: Session, who: Cast, case: Case
) -> None:
    votes = walk_to(session, who.chief, case, "votes")
    before = case.revision
    send_back(session, who.chief, votes, plan_to(session, who.chief, votes, "first").target)
    assert case.revision == before + 1
    newest = session.scalars(
        select(RecordEvent)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(1)
    ).one()
    assert newest.action == "task.sent_back"
    assert REASON in newest.payload


def test_after_going_back_the_steps_behind_are_no_targets(
    session: Session, who: Cast, case: Case
) -> None:
    inside = walk_to(session, who.chief, case, "inside")
    send_back(session, who.chief, inside, plan_to(session, who.chief, inside, "votes").target)
    votes = walk_to(session, who.chief, case, "votes")
    found = [plan.target.element for plan in send_backs.plans(session, who.chief, votes.id)]
    assert found == ["first"]


def test_a_step_that_is_on_another_desk_is_sent_back_by_nobody_else(
    session: Session, who: Cast, case: Case
) -> None:
    votes = walk_to(session, who.chief, case, "votes")
    target = plan_to(session, who.chief, votes, "first").target
    with pytest.raises(Forbidden):
        send_back(session, who.leader, votes, target)


def test_sent_back_twice_the_second_is_told(session: Session, who: Cast, case: Case) -> None:
    votes = walk_to(session, who.chief, case, "votes")
    target = plan_to(session, who.chief, votes, "first").target
    send_back(session, who.chief, votes, target)
    with pytest.raises(Stale):
        send_back(session, who.chief, votes, target)


def test_a_reason_is_wanted_and_a_step_that_lies_before(
    session: Session, who: Cast, case: Case
) -> None:
    votes = walk_to(session, who.chief, case, "votes")
    first = plan_to(session, who.chief, votes, "first").target
    for target, reason, code in (
        (first.id, "不", "reason_length"),
        (votes.id, REASON, "not_before"),
    ):
        with pytest.raises(Invalid, match=code):
            send_backs.send_back(
                session,
                who.chief,
                votes.id,
                seen_version=votes.version,
                target=target,
                reason=reason,
            )


def at_conclusion(session: Session, who: Cast) -> Case:
    """A case on the shipped drawing, with the conclusion to be written."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    desk.check(session, who, case)
    return case


def test_on_the_shipped_drawing_it_goes_back_into_a_sub_process_and_on_to_the_end(
    session: Session, who: Cast
) -> None:
    case = at_conclusion(session, who)
    task = desk.open_task(session, case, "conclusion")
    plan = plan_to(session, who.officer, task, "accept_second")
    assert plan.entry is not None
    assert plan.entry.id == "dispatching/acceptance"
    send_back(session, who.officer, task, plan.target)
    assert desk.open_elements(session, case) == {"accept_main", "accept_second"}
    accepted = {"recusal": "none", "accept_decision": "accept"}
    desk.do(session, who.officer, case, "accept_main", accepted)
    desk.do(session, who.partner, case, "accept_second", accepted)
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    review = desk.open_task(session, case, "review")
    tasks.claim(session, who.chief, review.id)
    send_back(session, who.chief, review, plan_to(session, who.chief, review, "desk_check").target)
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    desk.do(session, who.chief, case, "review", {"review_decision": "agree", "opinion": "同意"})
    desk.do(session, who.officer, case, "closing_check", {"sign_off": True})
    assert case.status is CaseStatus.CLOSED
    assert not open_tasks(session, case)


def test_a_served_paper_is_not_unsaid(session: Session, who: Cast) -> None:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_letter_served(session, who, case)
    reply = desk.open_task(session, case, "reply")
    found = send_backs.plans(session, who.officer, reply.id)
    plans = {engine.own_name(each.target.element): each for each in found}
    refusal = plans["make_inquiry"].refusal
    assert refusal is not None
    assert refusal.code == "served_since"
    numbers = refusal.values["numbers"]
    assert isinstance(numbers, list)
    assert len(numbers) == 1
    with pytest.raises(Invalid, match="served_since") as refused:
        send_back(session, who.officer, reply, plans["serve_letter"].target)
    assert refused.value.values["numbers"] == numbers
    served = plans["serve_letter"].target
    doer = replace(who.officer, user_id=served.done_by)
    assert take_backs.offered(session, doer, case) is None
    with pytest.raises(Invalid, match="served_not_taken_back") as kept:
        take_backs.take_back(session, doer, served.id)
    assert kept.value.values["numbers"] == numbers


def test_what_was_issued_and_not_served_is_void_and_its_pause_ends(
    session: Session, who: Cast
) -> None:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    desk.check(session, who, case, then="inquiry")
    letter = {"inquiry_method": "letter", "questions": "进项税额增长的原因是什么？"}
    desk.do(session, who.officer, case, "make_inquiry", letter)
    signed = {"letter_signature": "sign", "opinion": "同意"}
    desk.do(session, who.chief, case, "sign_letter", signed)
    serve = desk.open_task(session, case, "serve_letter")
    plan = plan_to(session, who.officer, serve, "make_inquiry")
    assert len(plan.voided) == 1
    send_back(session, who.officer, serve, plan.target)
    letters = select(Document).where(
        Document.case_id == case.id, Document.kind == PaperKind.INQUIRY_LETTER.value
    )
    assert session.scalars(letters).one().status is DocumentStatus.VOID
    desk.do(session, who.officer, case, "make_inquiry", letter)
    desk.do(session, who.chief, case, "sign_letter", signed)
    assert len({letter.number for letter in session.scalars(letters)}) == 2


def test_a_third_return_of_a_reviewer_is_the_leaders(session: Session, who: Cast) -> None:
    case = at_conclusion(session, who)
    for _ in range(2):
        desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
        review = desk.open_task(session, case, "review")
        tasks.claim(session, who.chief, review.id)
        target = plan_to(session, who.chief, review, "conclusion").target
        send_back(session, who.chief, review, target)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    review = desk.open_task(session, case, "review")
    tasks.claim(session, who.chief, review.id)
    refusals = [each.refusal for each in send_backs.plans(session, who.chief, review.id)]
    assert {refusal and refusal.code for refusal in refusals} == {"third_return"}


def test_answers_of_the_steps_that_fell_decide_nothing_more(session: Session, who: Cast) -> None:
    case = at_conclusion(session, who)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    process = definitions.process_of(session, case.definition_id)
    assert engine.variables_of(process, case.state)["tax_computable"] == "yes"
    review = desk.open_task(session, case, "review")
    tasks.claim(session, who.chief, review.id)
    send_back(session, who.chief, review, plan_to(session, who.chief, review, "desk_check").target)
    assert engine.variables_of(process, case.state)["tax_computable"] is None
