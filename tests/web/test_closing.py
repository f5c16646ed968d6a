"""Before a case is closed, its page says what is left to another."""

from caseflow.models import Case
from tests import desk, factories
from tests.cast import Cast
from tests.services.test_decisions import review, taxed
from tests.web.conftest import Bureau


def _at_closing(bureau: Bureau, serial: int, **changes: object) -> int:
    with bureau.database.transaction() as session:
        people: Cast = bureau.people
        case = factories.case(session, factories.taxpayer(session, serial=serial))
        desk.to_desk_check(session, people, case)
        desk.check(session, people, case)
        answers = desk.conclusion(session, case, **changes)
        desk.do(session, people.officer, case, "conclusion", answers)
        desk.do(session, people.chief, case, "review", review("agree"))
        assert desk.open_elements(session, case) == {"closing_check"}
        return int(session.get_one(Case, case.id).id)


def test_page_says_before_closing_which_referral_the_tax_is_left_to(bureau: Bureau) -> None:
    case_id = _at_closing(bureau, 3, duty_not_met="payment", **taxed("3200"))
    page = bureau.visitor("officer").get(f"/cases/{case_id}").text
    assert (
        "应补税款 3,200.00 元及滞纳金不在本任务中缴纳，由责令限期改正（待立第 1 号）征收。" in page
    )


def test_page_says_nothing_of_a_referral_where_there_is_none(bureau: Bureau) -> None:
    case_id = _at_closing(bureau, 4)
    assert "不在本任务中缴纳" not in bureau.visitor("officer").get(f"/cases/{case_id}").text
