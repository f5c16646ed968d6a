"""What a drawing does not offer at a step is neither shown nor done, whoever asks for it."""

import pytest
from sqlalchemy.orm import Session

from caseflow.models import Case, Task
from caseflow.services import (
    asked,
    delegations,
    drawn_verbs,
    hand_overs,
    send_backs,
    take_backs,
    tasks,
)
from caseflow.vocabulary import Forbidden, Invalid, Role
from caseflow.vocabulary.drawings import OFFICE_VERBS
from tests import cast, desk, factories
from tests.cast import Cast
from tests.services.test_separation import also

DRAWING = """
    start s
    user first section_chief
    user second section_chief status=for_approval verbs={}
    user third section_chief
    end closed
    s -> first -> second -> third -> closed
"""
REASON = "资料不全，须重新办理"


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


def at_second(session: Session, who: Cast, monkeypatch: pytest.MonkeyPatch, verbs: str) -> Case:
    factories.deploy_sketch(session, monkeypatch, DRAWING.format(verbs), "score: number")
    case = factories.case_on(session, factories.taxpayer(session))
    desk.do(session, who.chief, case, "first", {})
    return case


def held(session: Session, who: Cast, case: Case) -> Task:
    task = desk.open_task(session, case, "second")
    tasks.claim(session, who.chief, task.id)
    return task


def test_a_step_without_verbs_is_only_handed_in(
    session: Session, who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_second(session, who, monkeypatch, "none")
    task = held(session, who, case)
    assert drawn_verbs.offered_at(session, case, "second") == frozenset()
    with pytest.raises(Forbidden, match="verb_not_offered"):
        send_backs.plans(session, who.chief, task.id)
    with pytest.raises(Forbidden, match="verb_not_offered"):
        send_backs.send_back(
            session, who.chief, task.id, seen_version=task.version, target=1, reason=REASON
        )
    with pytest.raises(Forbidden, match="verb_not_offered"):
        hand_overs.hand_over(
            session, who.chief, task.id, seen_version=task.version, to=1, reason=REASON
        )
    with pytest.raises(Forbidden, match="verb_not_offered"):
        delegations.delegate(
            session, who.chief, task.id, seen_version=task.version, to=[1], text="请核对"
        )
    with pytest.raises(Forbidden, match="verb_not_offered"):
        asked.ask_opinions(
            session,
            who.chief,
            task.id,
            seen_version=task.version,
            of=[who.leader.user_id or 0],
            in_turn=False,
            text="请审核",
        )
    desk.do(session, who.chief, case, "second", {})
    assert take_backs.offered(session, who.chief, case) is None
    with pytest.raises(Forbidden, match="verb_not_offered"):
        take_backs.take_back(session, who.chief, task.id)


def test_a_step_offers_what_it_names_and_no_more(
    session: Session, who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_second(session, who, monkeypatch, "send_back,take_back")
    task = held(session, who, case)
    assert not hand_overs.may_hand_over(session, who.chief, case, task)
    assert [plan.target.element for plan in send_backs.plans(session, who.chief, task.id)] == [
        "first"
    ]
    desk.do(session, who.chief, case, "second", {})
    assert take_backs.offered(session, who.chief, case) == task
    take_backs.take_back(session, who.chief, task.id)
    assert desk.open_elements(session, case) == {"second"}


def test_a_step_that_offers_delegation_alone_is_delegated_and_not_handed_over(
    session: Session, who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_second(session, who, monkeypatch, "delegate")
    task = held(session, who, case)
    assert not hand_overs.may_hand_over(session, who.chief, case, task)
    # Nobody else holds the chief's post: the drawing offers it, the rules find nobody.
    with pytest.raises(Invalid, match="not_to_be_asked"):
        delegations.delegate(
            session,
            who.chief,
            task.id,
            seen_version=task.version,
            to=[who.officer.user_id or 0],
            text="请核对",
        )
    also(session, who.third, Role.SECTION_CHIEF, who.chief)
    (row,) = delegations.delegate(
        session,
        who.chief,
        task.id,
        seen_version=task.version,
        to=[who.third.user_id or 0],
        text="请核对",
    )
    assert (row.asked_for_id, row.assignee_id) == (task.id, who.third.user_id)


def test_every_verb_is_offered_where_nothing_is_said(
    session: Session, who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_second(session, who, monkeypatch, "")
    assert drawn_verbs.offered_at(session, case, "second") == set(OFFICE_VERBS)
