"""The calculation sheet of a case stands behind its amounts, for whoever sees the case."""

from datetime import date
from decimal import Decimal

import pytest

from caseflow.models import AssessedAmount, Case
from tests import factories
from tests.web.conftest import Bureau


@pytest.fixture(scope="module")
def assessed(bureau: Bureau) -> int:
    """The case at its desk check with two months of value-added tax."""
    with bureau.database.transaction() as session:
        case = session.get_one(Case, 2)
        for period, declared, recomputed, due in (
            (200903, "0.00", "55000.00", date(2009, 4, 20)),
            (200904, "20000.00", "50000.00", date(2009, 5, 18)),
        ):
            session.add(
                AssessedAmount(
                    case_id=case.id,
                    tax="vat",
                    period=period,
                    declared=Decimal(declared),
                    recomputed=Decimal(recomputed),
                    due_on=due,
                    surcharge=Decimal(0),
                    income_adjusted=Decimal(0),
                    loss_offset=Decimal(0),
                    credit_reduced=Decimal(0),
                    tax_paid=Decimal(0),
                    surcharge_paid=Decimal(0),
                )
            )
        factories.tell(session, f"case:{case.id}")
        return case.id


def test_every_step_of_the_sums_is_shown_to_a_day(bureau: Bureau, assessed: int) -> None:
    visitor = bureau.visitor("officer")
    assert f'href="/cases/{assessed}/calculation"' in visitor.get(f"/cases/{assessed}").text
    page = visitor.get(f"/cases/{assessed}/calculation?until=2009-12-02").text
    for text in (
        "增值税",
        "2009 年 3 月，2009-04-20 到期",
        "max(0, 55,000.00 + 30,000.00)",
        "55,000.00 × 0.05% × 226",
        "9,185.00",
        "第三十二条",
        "滞纳金合计（算至 2009-12-02）",
    ):
        assert text in page


def test_a_day_that_cannot_be_read_is_told_and_nothing_is_reckoned(
    bureau: Bureau, assessed: int
) -> None:
    answer = bureau.visitor("officer").get(f"/cases/{assessed}/calculation?until=2009-02-30")
    assert answer.status_code == 422
    assert "没有计算" in answer.text
    assert "9,185.00" not in answer.text


def test_a_case_without_amounts_says_when_there_will_be_some(bureau: Bureau) -> None:
    assert "还没有核定税款" in bureau.visitor("leader").get("/cases/1/calculation").text


@pytest.mark.parametrize("login", ["far_officer", "sysadmin", "other_officer"])
def test_who_may_not_see_the_case_does_not_see_its_sums(
    bureau: Bureau, assessed: int, login: str
) -> None:
    answer = bureau.visitor(login).get(f"/cases/{assessed}/calculation")
    assert answer.status_code == 404
