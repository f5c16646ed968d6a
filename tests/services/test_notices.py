"""Notices: who is told of which act, what is read, and that nobody reads those of others."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Case, Notice
from caseflow.reads import notices as reads
from caseflow.services import asked, comments, hand_overs, notices, nudges, send_backs, tasks
from caseflow.vocabulary import Actor, Forbidden, Invalid, NotFound, NoticeKind
from tests import cast, desk, factories
from tests.cast import Cast


@pytest.fixture
def who(session: Session) -> Cast:
    return cast.enter(session)


@pytest.fixture
def case(who: Cast, session: Session) -> Case:
    """A case whose review is on the chief's desk."""
    case = factories.case(session, factories.taxpayer(session))
    desk.to_desk_check(session, who, case)
    desk.check(session, who, case)
    desk.do(session, who.officer, case, "conclusion", desk.conclusion(session, case))
    tasks.claim(session, who.chief, desk.open_task(session, case, "review").id)
    return case


def told(session: Session, who: Actor) -> list[NoticeKind]:
    return [row.notice.kind for row in reads.listing(session, who)]


def test_each_act_of_the_office_tells_whom_it_concerns(
    session: Session, who: Cast, case: Case
) -> None:
    review = desk.open_task(session, case, "review")
    nudges.nudge(session, who.officer, review.id, text="请尽快")
    assert told(session, who.chief) == [NoticeKind.NUDGED]
    (question,) = asked.ask_opinions(
        session,
        who.chief,
        review.id,
        seen_version=review.version,
        of=[who.legal.user_id or 0],
        in_turn=False,
        text="请看",
    )
    assert told(session, who.legal) == [NoticeKind.OPINION_ASKED]
    asked.answer(session, who.legal, question.id, text="无异议")
    assert told(session, who.chief) == [NoticeKind.ANSWERED, NoticeKind.NUDGED]
    target = next(
        plan.target
        for plan in send_backs.plans(session, who.chief, review.id)
        if plan.target.element == "conclusion"
    )
    send_backs.send_back(
        session,
        who.chief,
        review.id,
        seen_version=review.version,
        target=target.id,
        reason="请补充合同",
    )
    assert told(session, who.officer) == [NoticeKind.SENT_BACK]


def test_who_gets_a_step_is_told_and_nobody_is_told_of_the_own_act(
    session: Session, who: Cast
) -> None:
    case = factories.case(session, factories.taxpayer(session))
    task = desk.open_task(session, case, "dispatch")
    tasks.claim(session, who.leader, task.id)
    to = who.deputy.user_id or 0
    hand_overs.hand_over(
        session, who.leader, task.id, seen_version=task.version, to=to, reason="外出开会"
    )
    assert told(session, who.deputy) == [NoticeKind.HANDED_OVER]
    assert told(session, who.leader) == []


def test_what_is_read_counts_no_more_and_others_read_nothing(
    session: Session, who: Cast, case: Case
) -> None:
    review = desk.open_task(session, case, "review")
    nudges.nudge(session, who.officer, review.id, text="")
    nudges.nudge(session, who.partner, review.id, text="")
    first = session.scalars(select(Notice).order_by(Notice.id)).first()
    assert first is not None
    assert reads.unread(session, who.chief) == 2
    with pytest.raises(NotFound):
        notices.read(session, who.officer, first.id)
    notices.read(session, who.chief, first.id)
    session.flush()
    assert reads.unread(session, who.chief) == 1
    notices.read_all(session, who.chief)
    assert reads.unread(session, who.chief) == 0


def test_a_comment_tells_whom_it_mentions(session: Session, who: Cast, case: Case) -> None:
    text = f"@{who.chief.name}，合同已补，@{who.partner.name} 请核对"
    comments.comment(session, who.officer, case.id, text=text)
    assert told(session, who.chief) == [NoticeKind.MENTIONED]
    assert told(session, who.partner) == [NoticeKind.MENTIONED]
    assert told(session, who.leader) == []


def test_nobody_is_mentioned_who_does_not_see_the_case_and_an_auditor_says_nothing(
    session: Session, who: Cast, case: Case
) -> None:
    with pytest.raises(Invalid, match="nobody_mentioned"):
        comments.comment(session, who.officer, case.id, text=f"@{who.legal.name} 请看")
    with pytest.raises(Invalid, match="reason_length"):
        comments.comment(session, who.officer, case.id, text="  ")
    with pytest.raises(Forbidden):
        comments.comment(session, who.auditor, case.id, text="请看")
    with pytest.raises(NotFound):
        comments.comment(session, who.far_officer, case.id, text="请看")
