"""更正数据: what the page says before a correction opens, and that it opens once."""

import pytest
from sqlalchemy import select

from caseflow.models import Case, Taxpayer
from caseflow.services import record, responsibilities
from caseflow.services.responsibilities import Managed
from caseflow.vocabulary import SYSTEM, CaseKind, ResponsibilityBasis
from tests import factories, orders
from tests.web.conftest import Bureau

WHY = "海关缴款书原件载明税额为 5000 元，导入时多录。"


@pytest.fixture(scope="module")
def household(bureau: Bureau) -> Taxpayer:
    """A household that ``officer`` manages."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=61)
        managed = [Managed(payer.id, bureau.people.officer.user_id or 0, payer.section_id)]
        responsibilities.put(session, SYSTEM, managed, basis=ResponsibilityBasis.FILE)
        record.append(session, SYSTEM, "sys:facts", action="facts.taken_in", payload={})
        orders.deploy(session, "data_correction")
        payer_id = payer.id
    with bureau.database.reading() as session:
        return session.get_one(Taxpayer, payer_id)


def opened(bureau: Bureau) -> list[Case]:
    with bureau.database.reading() as session:
        found = select(Case).where(Case.kind == CaseKind.DC).order_by(Case.id)
        return list(session.scalars(found))


def test_page_says_what_will_be_opened_and_opens_nothing(
    bureau: Bureau, household: Taxpayer
) -> None:
    officer = bureau.visitor("officer")
    before = len(opened(bureau))
    assert (
        f"/taxpayers/{household.id}/corrections/new"
        in officer.get(f"/taxpayers/{household.id}").text
    )
    page = officer.get(f"/taxpayers/{household.id}/corrections/new").text
    for words in (
        "将开立一件数据更正",
        household.name,
        "科（所）长",
        "10 个工作日",
        "不更正，返回",
    ):
        assert words in page
    assert len(opened(bureau)) == before


def test_what_is_missing_is_told_beside_it_and_what_was_typed_stays(
    bureau: Bureau, household: Taxpayer
) -> None:
    officer = bureau.visitor("officer")
    officer.get(f"/taxpayers/{household.id}/corrections/new")
    said = {"field": "vat_input", "period": "2009年", "reason": WHY}
    page = officer.post(f"/taxpayers/{household.id}/corrections", said)
    assert page.status_code == 422
    assert 'id="period-wrong"' in page.text
    assert WHY in page.text
    assert 'value="vat_input" selected' in page.text


def test_a_double_click_opens_one(bureau: Bureau, household: Taxpayer) -> None:
    officer = bureau.visitor("officer")
    officer.get(f"/taxpayers/{household.id}/corrections/new")
    before = len(opened(bureau))
    said = {
        "field": "input_customs",
        "period": "2009-12",
        "reason": WHY,
        "_once": "0b4f6c3e-52a4-4a55-8f0e-2f1f2c9f7a01",
    }
    first, second = (officer.post(f"/taxpayers/{household.id}/corrections", said) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(opened(bureau)) == before + 1
    form = officer.get(first.headers["Location"]).text
    assert WHY in form
    assert 'value="2009-12"' in form


def test_second_correction_of_a_value_is_told_the_first(
    bureau: Bureau, household: Taxpayer
) -> None:
    officer = bureau.visitor("officer")
    officer.get(f"/taxpayers/{household.id}/corrections/new")
    said = {"field": "credit_grade", "period": "2009-12", "reason": WHY}
    officer.post(f"/taxpayers/{household.id}/corrections", said)
    first = opened(bureau)[-1]
    again = officer.post(f"/taxpayers/{household.id}/corrections", said)
    assert again.status_code == 422
    assert f"同一数据已有在办的更正 {first.number}" in again.text
    assert opened(bureau)[-1].id == first.id


def test_who_may_not_ask_opens_no_page(bureau: Bureau, household: Taxpayer) -> None:
    address = f"/taxpayers/{household.id}/corrections/new"
    assert bureau.visitor("chief").get(address).status_code == 403
    assert bureau.visitor("far_officer").get(address).status_code == 404
