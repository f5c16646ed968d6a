"""The forms of orders to correct and penalties on their pages: what is typed is what is kept."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.models import Answer, Case, Task
from caseflow.vocabulary import TaskStatus
from tests import factories, orders, penalties
from tests.web.conftest import Bureau

_HIDDEN = r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"'
WHAT = "补报2009年12月增值税纳税申报表。"


@pytest.fixture(scope="module")
def order_id(bureau: Bureau) -> int:
    """An order to correct that the main officer has accepted, on two duties."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=71)
        case = orders.opened(session, payer, "FIL-011", "COL-008")
        orders.accepted(session, bureau.people, case)
        return case.id


@pytest.fixture(scope="module")
def penalty_id(bureau: Bureau) -> int:
    """A penalty that both officers have accepted."""
    with bureau.database.transaction() as session:
        case = penalties.called_for(session, bureau.people, serial=72, penalty_change="propose")
        penalties.accepted(session, bureau.people, case)
        return case.id


def _send(bureau: Bureau, case_id: int, element: str, **typed: str) -> tuple[int, str]:
    with bureau.database.reading() as session:
        task = session.scalars(
            select(Task).where(
                Task.case_id == case_id, Task.element == element, Task.status == TaskStatus.OPEN
            )
        ).one()
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{case_id}?task={task.id}").text
    hidden = dict(
        re.findall(r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page)
    )
    sent = {name.replace("__", "-"): value for name, value in typed.items()}
    answer = officer.post(f"/tasks/{task.id}", {**hidden, **sent})
    return answer.status_code, answer.text


def _kept(bureau: Bureau, case_id: int) -> dict[str, Any]:
    with bureau.database.reading() as session:
        newest = select(Answer.content).where(Answer.case_id == case_id)
        found = session.scalars(newest.order_by(Answer.id.desc())).first()
        assert found is not None
        return found


def test_lines_come_back_until_they_are_complete_and_are_kept_as_typed(
    bureau: Bureau, order_id: int
) -> None:
    status, page = _send(
        bureau,
        order_id,
        "prepare",
        lines__0__duty="filing",
        lines__0__finding="not_done",
        lines__0__requirement=WHAT,
        preparation="order",
    )
    assert status == 422
    assert WHAT in page
    assert 'aria-invalid="true"' in page
    status, page = _send(
        bureau,
        order_id,
        "prepare",
        lines__0__duty="filing",
        lines__0__finding="not_done",
        lines__0__deadline="2010年1月18日",
        lines__0__paper="order_to_correct",
        lines__0__requirement=WHAT,
        lines__0__limit_days="１０",
        lines__1__duty="payment",
        lines__1__finding="not_done",
        lines__1__deadline="2010-01-18",
        lines__1__paper="payment_demand",
        lines__1__amount="１２,０００.50",
        lines__1__requirement="缴清2009年12月增值税。",
        lines__1__limit_days="15",
        preparation="order",
    )
    assert status == 303, re.findall(r'aria-invalid="true"[^>]*name="([^"]+)"', page)
    first, second = _kept(bureau, order_id)["lines"]
    assert (first["deadline"], first["limit_days"]) == ("2010-01-18", "10")
    assert second["amount"] == "12000.50"


def test_an_act_without_evidence_comes_back_with_its_facts(bureau: Bureau, penalty_id: int) -> None:
    status, page = _send(
        bureau,
        penalty_id,
        "investigate",
        acts__0__facts=penalties.FACTS,
        acts__0__act_on="2010-01-19",
        acts__0__article="L62",
        acts__0__circumstances="none",
        acts__0__seriousness="ordinary",
        acts__0__amount="50",
        proposal="fine",
    )
    assert status == 422
    assert penalties.FACTS in page


def test_a_closed_order_says_which_penalty_it_opened_and_the_penalty_whence_it_came(
    bureau: Bureau, penalty_id: int
) -> None:
    with bureau.database.reading() as session:
        penalty = session.get_one(Case, penalty_id)
        order = session.get_one(Case, penalty.facts["origin_case"])
    officer = bureau.visitor("officer")
    assert f"立案 {penalty.number}" in officer.get(f"/cases/{order.id}").text
    told = officer.get(f"/cases/{penalty.id}").text
    assert re.search(rf"来自.*{order.number}.*责令限期改正 · 已改正", told)
