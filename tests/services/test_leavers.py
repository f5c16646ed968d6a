"""Steps of people who have left: free again, or told of once where only a named officer may."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from caseflow.models import Case, Notice, Post, Task, User
from caseflow.services import hand_overs, leavers, record, tasks
from caseflow.vocabulary import Actor, Forbidden, NotFound, NoticeKind
from tests import cast, desk, factories
from tests.cast import Cast


def close_account(session: Session, who: Actor) -> None:
    session.execute(update(User).where(User.id == who.user_id).values(is_active=False))


def dispatched(session: Session, who: Cast) -> tuple[Case, Task]:
    """A case whose assignment the chief has taken."""
    case = factories.case(session, factories.taxpayer(session))
    answers = {"dispatch_decision": "assign", "section": str(case.section_id), "priority": "normal"}
    desk.do(session, who.leader, case, "dispatch", answers)
    task = desk.open_task(session, case, "assign")
    tasks.claim(session, who.chief, task.id)
    return case, task


def told(session: Session) -> list[tuple[int, int | None]]:
    rows = select(Notice.user_id, Notice.task_id).where(Notice.kind == NoticeKind.RESTS_ON_LEAVER)
    return [(row[0], row[1]) for row in session.execute(rows.order_by(Notice.user_id))]


def test_what_a_leaver_had_taken_is_free_again_and_the_next_head_is_told(session: Session) -> None:
    who = cast.enter(session)
    case, task = dispatched(session, who)
    close_account(session, who.chief)
    assert leavers.release_resting(session) == 1
    assert (task.assignee_id, task.claimed_at) == (None, None)
    heads = {who.leader.user_id, who.deputy.user_id}
    assert {each for each, _ in told(session)} == heads
    last = list(record.told(session, f"case:{case.id}"))[-1]
    assert (last.action, last.actor) == ("task.released", "system:clockwork")
    assert leavers.release_resting(session) == 0


def test_the_step_of_a_named_officer_stays_and_the_chief_is_told_once(session: Session) -> None:
    who = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    session.execute(
        update(Post).where(Post.user_id == who.officer.user_id).values(valid_to=cast.SINCE)
    )
    assert leavers.release_resting(session) == 1
    step = desk.open_task(session, case, "desk_check")
    assert step.assignee_id == who.officer.user_id
    assert told(session) == [(who.chief.user_id, step.id)]
    assert leavers.release_resting(session) == 0


def test_the_chief_gives_the_step_of_a_named_officer_who_left_to_another(session: Session) -> None:
    who = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    session.execute(
        update(Post).where(Post.user_id == who.officer.user_id).values(valid_to=cast.SINCE)
    )
    leavers.release_resting(session)
    step = desk.open_task(session, case, "desk_check")
    version, third = step.version, who.third.user_id or 0
    for other in (who.other_chief, who.partner):
        with pytest.raises((Forbidden, NotFound)):
            hand_overs.hand_over(
                session, other, step.id, seen_version=version, to=third, reason="x"
            )
    hand_overs.hand_over(
        session, who.chief, step.id, seen_version=version, to=third, reason="原主办已调离"
    )
    assert step.assignee_id == who.third.user_id
    assert leavers.release_resting(session) == 0


def test_steps_of_people_in_service_are_left_alone(session: Session) -> None:
    who = cast.enter(session)
    _, task = dispatched(session, who)
    assert leavers.release_resting(session) == 0
    assert task.assignee_id == who.chief.user_id


def test_it_looks_once_a_day_of_the_bureau(session: Session) -> None:
    who = cast.enter(session)
    assert leavers.sweep_nightly(session) == 0
    _, task = dispatched(session, who)
    close_account(session, who.chief)
    assert leavers.sweep_nightly(session) == 0  # today was seen to already
    assert task.assignee_id == who.chief.user_id
