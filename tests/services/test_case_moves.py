"""A case put on another step by administration: two people, a reason, and its own entry."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.engine import migration
from caseflow.models import Case, CaseMove, Task
from caseflow.models.record import RecordEvent
from caseflow.reads import case_moves as reads
from caseflow.services import case_moves, definitions, deputies, tasks
from caseflow.services import people as signing
from caseflow.services.deputies import Wish
from caseflow.vocabulary import (
    CaseMoveStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Role,
    TaskStatus,
)
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_deputies import AGREED, taxed

REASON = "系统故障期间误交，须重新分派办理"

FORKED = """
    start s
    and fork
    user left section_chief
    user right section_chief
    and join
    user last section_chief
    end closed
    s -> fork -> left -> join
    fork -> right -> join
    join -> last -> closed
"""


def at_desk(session: Session, people: Cast) -> Case:
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, people, case)
    return case


def asked(session: Session, people: Cast, case: Case, target: str = "dispatching") -> CaseMove:
    process = definitions.process_of(session, case.definition_id)
    keys = [place.key for place in migration.places(process, case.state)]
    return case_moves.ask(session, people.leader, case.id, drop=keys, target=target, reason=REASON)


def test_a_case_is_moved_when_a_second_person_agrees(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    gone = desk.open_task(session, case, "desk_check")
    move = asked(session, people, case)
    assert desk.open_elements(session, case) == {"desk_check"}
    case_moves.approve(session, people.deputy, move.id, note="属实")
    assert desk.open_task(session, case, "dispatch").status is TaskStatus.OPEN
    assert gone.status is TaskStatus.WITHDRAWN
    assert move.status is CaseMoveStatus.DONE


def test_the_record_says_what_it_was_and_who_stood_for_it(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    case_moves.approve(session, people.deputy, move.id, note="")
    actions = session.scalars(
        select(RecordEvent.action)
        .where(RecordEvent.stream == f"case:{case.id}")
        .order_by(RecordEvent.seq.desc())
        .limit(2)
    ).all()
    assert actions == ["case.moved", "case.move_asked"]


def test_who_asked_does_not_agree(session: Session) -> None:
    people = cast.enter(session)
    move = asked(session, people, at_desk(session, people))
    with pytest.raises(Forbidden, match="own_move"):
        case_moves.approve(session, people.leader, move.id, note="")


def test_only_who_asked_takes_a_move_back_and_the_case_stays(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    with pytest.raises(Forbidden, match="not_your_move"):
        case_moves.withdraw(session, people.deputy, move.id)
    case_moves.withdraw(session, people.leader, move.id)
    assert move.status is CaseMoveStatus.WITHDRAWN
    assert desk.open_elements(session, case) == {"desk_check"}
    with pytest.raises(Conflict, match="move_decided"):
        case_moves.approve(session, people.deputy, move.id, note="")
    assert asked(session, people, case).id != move.id


def test_those_who_may_agree_are_known_by_name(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    leader, deputy = people.leader.user_id, people.deputy.user_id
    found = reads.deciders(session, case, asked_by=leader)
    assert [(each.name, each.role) for each in found] == [
        (people.deputy.name, Role.DISTRICT_DEPUTY)
    ]
    task = desk.open_task(session, case, "desk_check")
    session.get_one(Task, task.id).assignee_id = deputy
    session.flush()
    assert reads.deciders(session, case, asked_by=leader) == ()


@pytest.mark.parametrize("login", ["officer", "chief", "sysadmin", "director", "info"])
def test_others_do_not_decide(session: Session, login: str) -> None:
    people = cast.enter(session)
    move = asked(session, people, at_desk(session, people))
    with pytest.raises(Forbidden, match="not_your_post"):
        case_moves.approve(session, people.people[login], move.id, note="")
    with pytest.raises(Forbidden, match="not_your_post"):
        case_moves.reject(session, people.people[login], move.id, note="短")


def test_the_leader_of_another_district_does_not_know_the_case(session: Session) -> None:
    people = cast.enter(session)
    move = asked(session, people, at_desk(session, people))
    with pytest.raises(NotFound):
        case_moves.approve(session, people.far_leader, move.id, note="")


def test_whoever_handles_the_case_neither_asks_nor_agrees(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    task = desk.open_task(session, case, "desk_check")
    session.get_one(Task, task.id).assignee_id = people.deputy.user_id
    session.flush()
    with pytest.raises(Forbidden, match="handles_the_case"):
        case_moves.approve(session, people.deputy, move.id, note="")


@pytest.mark.parametrize("login", ["leader", "officer"])
def test_nor_does_whoever_stands_for_who_asked_or_handles_it(session: Session, login: str) -> None:
    people = cast.enter(session)
    move = asked(session, people, at_desk(session, people))
    wish = Wish(clock.today(), clock.today(), "休年假")
    principal, deputy = people.people[login].user_id or 0, people.deputy.user_id or 0
    deputies.grant(session, people.people[login], principal, deputy, wish=wish)
    with pytest.raises(Forbidden, match=r"own_move|handles_the_case"):
        case_moves.approve(session, signing.actor_of(session, deputy), move.id, note="")


def test_nor_does_one_for_whom_the_asker_stands_and_both_are_off_the_lists(
    session: Session,
) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    assert [each.number for each in reads.to_decide(session, people.deputy)] == [case.number]
    wish = Wish(clock.today(), clock.today(), "休年假")
    principal, asker = people.deputy.user_id or 0, people.leader.user_id or 0
    deputies.grant(session, people.deputy, principal, asker, wish=wish)
    with pytest.raises(Forbidden, match="own_move"):
        case_moves.approve(session, signing.actor_of(session, principal), move.id, note="")
    assert reads.to_decide(session, signing.actor_of(session, principal)) == ()
    assert reads.deciders(session, case, asked_by=asker) == ()


def test_who_asked_or_agreed_does_not_decide_in_the_case(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case, target="deciding")
    case_moves.approve(session, people.deputy, move.id, note="")
    desk.do(session, people.chief, case, "review", AGREED)
    for mover in (people.leader, people.deputy):
        assert desk.barred_by(session, mover, case, "approval") == "case_move"


def test_who_only_asked_for_a_move_decides_in_the_case(session: Session) -> None:
    people = cast.enter(session)
    case = taxed(session, people)
    move = asked(session, people, case)
    case_moves.reject(session, people.deputy, move.id, note="理由不足，按原步骤办理")
    desk.do(session, people.chief, case, "review", AGREED)
    tasks.claim(session, people.leader, desk.open_task(session, case, "approval").id)


def test_a_second_move_waits_for_the_first(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    case_moves.reject(session, people.deputy, move.id, note="理由不足，按原步骤办理")
    again = asked(session, people, case)
    assert again.id != move.id
    with pytest.raises(Conflict, match="move_decided"):
        case_moves.approve(session, people.deputy, move.id, note="")


def test_a_move_that_no_longer_fits_is_refused(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    move = asked(session, people, case)
    desk.check(session, people, case)
    with pytest.raises(Invalid, match="move_refused"):
        case_moves.approve(session, people.deputy, move.id, note="")


def test_a_move_needs_a_reason_and_a_step_that_can_be_entered(session: Session) -> None:
    people = cast.enter(session)
    case = at_desk(session, people)
    with pytest.raises(Invalid, match="reason_length"):
        case_moves.ask(session, people.leader, case.id, drop=[], target="dispatching", reason="短")
    with pytest.raises(Invalid, match="move_refused"):
        case_moves.ask(session, people.leader, case.id, drop=[], target="nothing", reason=REASON)


def test_a_second_task_on_one_way_to_a_join_is_refused_with_the_place_to_give_up(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    factories.deploy_sketch(session, monkeypatch, FORKED, "score: number")
    case = factories.case(session, factories.taxpayer(session))
    with pytest.raises(Invalid, match="move_crowded") as refused:
        case_moves.ask(session, people.leader, case.id, drop=[], target="left", reason=REASON)
    assert refused.value.values == {"place": {"name": "left。", "name_en": "left。"}}


def test_moves_that_somebody_may_not_decide_hide_none_that_comes_after_them(
    session: Session,
) -> None:
    people = cast.enter(session)
    for serial in range(22):
        case = factories.case(session, factories.taxpayer(session, serial=serial + 1))
        asked(session, people, case, target="desk_check")
        if serial < 21:
            tasks.claim(session, people.deputy, desk.open_task(session, case, "dispatch").id)
    assert [each.number for each in reads.to_decide(session, people.deputy)] == [case.number]
