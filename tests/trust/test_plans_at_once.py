"""Plans at the same moment: one a month for each district, and no household in two of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from caseflow.db import Database
from caseflow.models import Case, EvaluationPlan, OutboxMessage, PlanObject, Taxpayer
from caseflow.models.base import Json
from caseflow.services import evaluation_plans, record
from caseflow.services.kinds.evaluation_plan import calling
from caseflow.vocabulary import CaseKind
from caseflow.vocabulary.choices.plan import PlanKind
from tests import desk, factories, plans

pytestmark = pytest.mark.crash

_HANDS = 4
_HOUSEHOLDS = 6


def test_several_hands_begin_one_plan_of_the_month(own_database: Database) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        plans.enter(session)
        district = plans.district(session)
        for serial in range(_HOUSEHOLDS):
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        factories.tell(session, "sys:facts")
    together = Barrier(_HANDS)

    def begin(_: int) -> bool:
        with own_database.transaction() as session:
            together.wait()
            return evaluation_plans.begin_monthly(session, district) is not None

    with ThreadPoolExecutor(_HANDS) as pool:
        assert sorted(pool.map(begin, range(_HANDS))) == [False] * (_HANDS - 1) + [True]
    with own_database.reading() as session:
        monthly = EvaluationPlan.kind == PlanKind.MONTHLY.value
        assert session.scalar(select(func.count()).where(monthly)) == 1
        twice = select(PlanObject.taxpayer_id).group_by(PlanObject.taxpayer_id)
        assert session.scalars(twice.having(func.count() > 1)).all() == []


def test_two_plans_with_the_same_households_open_each_of_them_once(own_database: Database) -> None:
    with own_database.transaction() as session:
        record.introduce(session)
        people = plans.enter(session)
        for serial in range(_HOUSEHOLDS):
            plans.pooled(session, factories.taxpayer(session, serial=serial))
        factories.tell(session, "sys:facts")
        month = plans.begun(session)
        beside = evaluation_plans.begin_by_hand(
            session, people.analyst, plans.district(session), PlanKind.SUPPLEMENT, None
        )
        for plan in (month, beside):
            said = {"decision": "include", "reason": plans.REASON, "period_reason": plans.REASON}
            edits = [plans.edit(row, **said) for row in plans.objects(session, plan)]
            reasons = {session.scalars(select(Taxpayer.section_id)).first() or 0: plans.REASON}
            task = desk.open_task(session, plan, "draft")
            evaluation_plans.save(session, people.analyst, task.id, edits, reasons)
            plans.drafted(session, people, plan)
            desk.do(session, people.leader, plan, "approve", plans.AGREED)
    with own_database.transaction() as session:
        found = select(OutboxMessage).where(OutboxMessage.topic == calling.OPENING)
        waiting = [message.payload for message in session.scalars(found)]
    assert len(waiting) == 2
    together = Barrier(len(waiting))

    def carry_out(payload: Json) -> None:
        with own_database.transaction() as session:
            together.wait()
            evaluation_plans.open_share(session, payload)

    with ThreadPoolExecutor(len(waiting)) as pool:
        list(pool.map(carry_out, waiting))
    with own_database.reading() as session:
        opened = session.scalars(select(Case.taxpayer_id).where(Case.kind == CaseKind.TA)).all()
        assert len(opened) == len(set(opened)) == _HOUSEHOLDS
        rows = session.scalars(select(PlanObject)).all()
        carried = [row.taxpayer_id for row in rows if row.evaluation_id is not None]
        assert set(carried) == set(opened)
        assert {row.refused for row in rows if row.evaluation_id is None} != {None}
