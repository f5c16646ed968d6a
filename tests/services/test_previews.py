"""Route preview: what it says before is what happens after, and nothing has happened meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow.models import Case, Task
from caseflow.models.record import RecordEvent
from caseflow.services import previews, tasks
from caseflow.vocabulary import Actor, Invalid, TaskStatus
from tests import cast, desk, factories
from tests.cast import Cast

AGREED = {"review_decision": "agree", "opinion": "同意"}


def course(session: Session, who: Cast, case: Case) -> Iterator[tuple[Actor, str, dict[str, Any]]]:
    """Each step of a case from its dispatch to its end, with who does it and the answers."""
    assigned = {"dispatch_decision": "assign", "section": str(case.section_id)}
    yield who.leader, "dispatch", {**assigned, "priority": "normal"}
    officers = {"main_officer": str(who.officer.user_id)}
    officers["second_officer"] = str(who.partner.user_id)
    yield who.chief, "assign", {"assign_decision": "assign", **officers}
    accepted = {"recusal": "none", "accept_decision": "accept"}
    yield who.officer, "accept_main", accepted
    yield who.partner, "accept_second", accepted
    doubts = desk.doubts_of(session, case)
    checked = {
        "steps": [{"row": f"{doubt}:V01", "state": "done"} for doubt in doubts],
        "doubts": [
            {"row": str(doubt), "result": "explained", "text": desk.REASONS, "evidence": []}
            for doubt in doubts
        ],
        "next_step": "conclude",
    }
    yield who.officer, "desk_check", checked
    yield who.officer, "conclusion", desk.conclusion(session, case)
    yield who.chief, "review", AGREED
    yield who.officer, "closing_check", {"sign_off": True}


def test_what_is_foretold_is_what_comes(session: Session) -> None:
    who = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    for actor, element, answers in course(session, who, case):
        task = desk.open_task(session, case, element)
        if task.assignee_id is None:
            tasks.claim(session, actor, task.id)
        before = {each.id for each in session.scalars(select(Task))}
        told = previews.after(session, actor, task.id, seen_version=task.version, answers=answers)
        assert task.status is TaskStatus.OPEN
        desk.hand_in(session, actor, task, answers)
        opened = [each for each in session.scalars(select(Task)) if each.id not in before]
        assert [step.name for step in told.steps] == [each.name for each in opened]
        names = {each.user_id: each.name for each in who.people.values()}
        assert [step.holder for step in told.steps] == [names.get(e.assignee_id) for e in opened]
        assert told.ends == (case.closed_at is not None)
    assert case.closed_at is not None


def test_a_preview_leaves_nothing_behind_and_is_refused_as_the_act(session: Session) -> None:
    who = cast.enter(session)
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    task = desk.open_task(session, case, "desk_check")
    events = session.scalar(select(func.count()).select_from(RecordEvent))
    revision = case.revision
    with pytest.raises(Invalid), session.begin_nested():
        previews.after(
            session, who.officer, task.id, seen_version=1, answers={"steps": [], "doubts": []}
        )
    session.expire_all()
    assert case.revision == revision
    assert session.scalar(select(func.count()).select_from(RecordEvent)) == events
