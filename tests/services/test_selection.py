"""From accepted warnings to cases: the post decides, the pool opens by score and quota."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, OutboxMessage, Run, ScreeningRun, Taxpayer, TaxWarning
from caseflow.services import bureau, screening, selection
from caseflow.vocabulary import SYSTEM, Conflict, Forbidden, RunStatus, WarningStatus
from tests import cast, desk, factories
from tests.cast import Cast


def limit(session: Session, cases: str) -> None:
    """From today on so many cases a month."""
    bureau.put_limit(session, SYSTEM, "wv_monthly", cases, "cases", since=clock.today())


def payers(session: Session, count: int, *, owner: int | None) -> list[Taxpayer]:
    found = [factories.taxpayer(session, serial=serial) for serial in range(count)]
    for payer in found:
        payer.administrator_id = owner
    factories.tell(session, "sys:facts")
    return found


def to_review(session: Session) -> ScreeningRun:
    run = session.scalars(select(ScreeningRun)).one()
    run.status = RunStatus.TO_REVIEW
    return run


def pooled(session: Session, count: int) -> tuple[Cast, list[Taxpayer]]:
    people = cast.enter(session)
    factories.deploy(session)
    found = payers(session, count, owner=people.officer.user_id)
    for place, payer in enumerate(found):
        factories.warning(session, payer, points=f"{place + 1}.0").status = WarningStatus.POOL
    return people, found


def open_next(session: Session) -> int:
    """How many cases one share of opening moved."""
    return selection.open_share(session).moved


def opened_for(session: Session) -> Sequence[int | None]:
    return session.scalars(select(Case.taxpayer_id).order_by(Case.id)).all()


def test_nothing_opens_before_the_analysis_post_accepts(session: Session) -> None:
    people = cast.enter(session)
    factories.deploy(session)
    warning = factories.warning(session, factories.taxpayer(session))
    run = to_review(session)
    assert open_next(session) == 0
    screening.accept(session, people.analyst, run.id)
    session.refresh(warning)
    assert warning.status == WarningStatus.POOL
    assert session.scalars(select(OutboxMessage.topic)).all() == [screening.OPENING]
    assert open_next(session) == 1


def test_only_the_analysis_post_accepts_a_run(session: Session) -> None:
    people = cast.enter(session)
    factories.warning(session, factories.taxpayer(session))
    with pytest.raises(Forbidden):
        screening.accept(session, people.leader, to_review(session).id)


def test_a_held_run_opens_nothing_and_is_held_once(session: Session) -> None:
    people = cast.enter(session)
    factories.warning(session, factories.taxpayer(session))
    run = to_review(session)
    screening.hold(session, people.analyst, run.id, reason="十一月发票数据不全")
    assert open_next(session) == 0
    with pytest.raises(Conflict):
        screening.hold(session, people.analyst, run.id, reason="再次暂扣")


def test_the_highest_scores_come_first_and_the_quota_holds(session: Session) -> None:
    _, found = pooled(session, 4)
    limit(session, "2")
    assert open_next(session) == 2
    assert opened_for(session) == [found[3].id, found[2].id]
    assert open_next(session) == 0


def test_opening_twice_opens_nothing_twice(session: Session) -> None:
    pooled(session, 2)
    assert open_next(session) == 2
    assert open_next(session) == 0


def test_a_later_hit_joins_the_open_case_and_asks_to_look_again(session: Session) -> None:
    people, (payer,) = pooled(session, 1)
    open_next(session)
    case = session.scalars(select(Case)).one()
    desk.to_desk_check(session, people, case)
    seen = desk.open_task(session, case, "desk_check").version
    later = factories.warning(session, payer, code="INV-002", points="2.4")
    later.status = WarningStatus.POOL
    open_next(session)
    assert (later.case_id, later.status) == (case.id, WarningStatus.IN_CASE)
    assert desk.open_task(session, case, "desk_check").version == seen + 1
    assert str(case.score) == "3.4"


def test_a_hit_after_the_conclusion_waits_for_closure(session: Session) -> None:
    people, (payer,) = pooled(session, 1)
    open_next(session)
    case = session.scalars(select(Case)).one()
    desk.to_desk_check(session, people, case)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    factories.warning(session, payer, code="INV-002").status = WarningStatus.POOL
    assert open_next(session) == 0
    waiting = session.scalars(select(TaxWarning).where(TaxWarning.indicator == "INV-002")).one()
    assert waiting.status == WarningStatus.POOL


def test_the_pool_opens_again_once_when_a_month_begins(session: Session) -> None:
    pooled(session, 1)
    assert (selection.begin_month(session), selection.begin_month(session)) == (1, 0)
    assert session.scalars(select(OutboxMessage.topic)).all() == [screening.OPENING]


def test_a_held_run_may_be_accepted_later(session: Session) -> None:
    people = cast.enter(session)
    warning = factories.warning(session, factories.taxpayer(session))
    run = to_review(session)
    screening.hold(session, people.analyst, run.id, reason="等待更正后的发票数据")
    screening.accept(session, people.analyst, run.id)
    session.refresh(warning)
    assert (run.status, warning.status) == (RunStatus.ACCEPTED, WarningStatus.POOL)


def test_the_opening_of_an_accepted_run_tells_how_far_it_has_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.enter(session)
    factories.deploy(session)
    for payer in payers(session, 3, owner=people.officer.user_id):
        factories.warning(session, payer)
    screening.accept(session, people.analyst, to_review(session).id)
    monkeypatch.setattr(selection, "AT_ONCE", 2)
    told = []
    for _ in range(3):
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert message
        selection.open_and_go_on(session, message.payload)
        work = session.scalars(select(Run)).one()
        told.append((work.done, work.total, work.finished_at is None))
    assert told == [(2, 3, True), (3, 3, True), (3, 3, False)]


def test_households_that_nobody_manages_share_one_quota(session: Session) -> None:
    _, found = pooled(session, 3)
    for payer in found:
        payer.administrator_id = None
    limit(session, "1")
    assert (open_next(session), open_next(session)) == (1, 0)


def test_a_period_counts_once_for_the_order_of_the_pool(session: Session) -> None:
    _, (often, strong) = pooled(session, 2)
    for period in (200910, 200911):
        again = factories.warning(session, often, points="1.0")
        again.period, again.status = period, WarningStatus.POOL
    limit(session, "1")
    open_next(session)
    assert opened_for(session) == [strong.id]


def test_a_transfer_flag_that_joins_later_asks_for_the_transfer(session: Session) -> None:
    people, (payer,) = pooled(session, 1)
    open_next(session)
    case = session.scalars(select(Case)).one()
    desk.to_desk_check(session, people, case)
    later = factories.warning(session, payer, code="INV-003")
    later.kind, later.status = "TI", WarningStatus.POOL
    open_next(session)
    desk.check(session, people, case)
    desk.do(session, people.officer, case, "conclusion", desk.conclusion(session, case))
    agreed = {"review_decision": "agree", "opinion": "同意"}
    desk.do(session, people.chief, case, "review", agreed)
    assert desk.open_elements(session, case) == {"approval"}
