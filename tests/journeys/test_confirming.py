"""Asked to confirm and gone back: what was typed stands in the form again, and in no other."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from caseflow import clock
from caseflow.models import Case, UserSession
from caseflow.services.powers import sensitive
from tests import factories
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person

REASON = "重点税源户举报线索，知悉范围须限定"
ENOUGH = "线索已查结，不必再限定知悉范围"

pytestmark = pytest.mark.browser


def test_the_way_back_from_confirming_loses_nothing_typed(bureau: Bureau, company: Company) -> None:
    number, leader = number_of(bureau, bureau.case_at("assign")), company.leader
    page = leader.page
    ask_to_mark(bureau, leader, number)
    page.get_by_role("button", name="标记为涉密").click()
    expect(page.locator("#confirm-wrong")).to_contain_text("请先勾选")
    expect(page.locator("[name=_confirm_yes]")).to_be_focused()
    page.get_by_role("button", name="返回").click()
    expect_heading(page, "标记涉密")
    expect(page.get_by_role("main")).to_contain_text(REASON)
    expect(page.locator("[name=reader][value=chief]")).to_be_checked()
    page.get_by_role("link", name="不标记，返回").click()
    expect_heading(page, "涉密案卷")
    expect(page.locator("#reason")).to_have_value("")


def test_the_way_back_to_a_review_may_lead_through_the_door(
    bureau: Bureau, company: Company
) -> None:
    number, leader = number_of(bureau, bureau.case_at("assign")), company.leader
    ask_to_mark(bureau, leader, number)
    end_sessions(bureau)
    leader.page.get_by_role("button", name="返回").click()
    enter(leader.page, "leader")
    expect(leader.page.locator("#number")).to_have_value(number)
    expect(leader.page.locator("#reason")).to_have_value(REASON)
    leader.page.reload()
    expect(leader.page.locator("#reason")).to_have_value("")


def test_what_was_typed_waits_behind_the_door_for_whom_it_is_of(
    bureau: Bureau, company: Company
) -> None:
    one, other = marked(bureau), marked(bureau)
    page = ask_to_lift(bureau, company.director, one)
    end_sessions(bureau)
    page.get_by_role("link", name="返回").click()
    enter(page, "division")
    expect(page.locator(f"#lift-{one}")).to_have_value("")
    page.get_by_role("button", name="退出登录").click()
    enter(page, "director")
    page.goto(f"{bureau.address}/taxpayers/{taxpayer_of(bureau)}/reason")
    expect(page.locator("[name=reason]")).to_have_value("")
    page.goto(f"{bureau.address}/powers/sensitive")
    expect(page.locator(f"#lift-{one}")).to_have_value(ENOUGH)
    expect(page.locator(f"#lift-{other}")).to_have_value("")
    page.reload()
    expect(page.locator(f"#lift-{one}")).to_have_value("")


def test_what_was_typed_for_one_file_is_not_put_to_another(
    bureau: Bureau, company: Company
) -> None:
    one, other = marked(bureau), marked(bureau)
    page = ask_to_lift(bureau, company.director, one)
    with bureau.database.transaction() as session:
        sensitive.lift(session, bureau.people.division, one, reason=ENOUGH)
    page.get_by_role("link", name="返回").click()
    expect(page.locator(f"#lift-{other}")).to_have_value("")
    for reason in page.locator("[name=reason]").all():
        expect(reason).to_have_value("")


def test_a_way_back_opened_beside_takes_nothing_along(bureau: Bureau, company: Company) -> None:
    one, director = marked(bureau), company.director
    page = ask_to_lift(bureau, director, one)
    with director.context.expect_page():
        page.get_by_role("link", name="返回").click(modifiers=["Control"])
    page.goto(f"{bureau.address}/powers/sensitive")
    expect(page.locator(f"#lift-{one}")).to_have_value("")


def ask_to_mark(bureau: Bureau, leader: Person, number: str) -> None:
    """Name a case and who is to go on with it, up to the question who sits there."""
    page = leader.page
    confirmed_long_ago(bureau)
    page.goto(f"{bureau.address}/powers/sensitive")
    if not page.locator("#number").is_visible():
        page.get_by_text("标记涉密", exact=True).click()
    page.fill("#number", number)
    page.fill("#reason", REASON)
    page.get_by_role("button", name="标记为涉密，下一步").click()
    page.check("[name=reader][value=chief]")
    page.get_by_role("button", name="标记为涉密").click()
    expect_heading(page, "确认是本人")


def ask_to_lift(bureau: Bureau, director: Person, mark_id: int) -> Page:
    """Say why a mark is lifted, up to the question who sits there."""
    page = director.page
    confirmed_long_ago(bureau)
    page.goto(f"{bureau.address}/powers/sensitive")
    page.fill(f"#lift-{mark_id}", ENOUGH)
    page.press(f"#lift-{mark_id}", "Enter")
    expect_heading(page, "确认是本人")
    return page


def enter(page: Page, login: str) -> None:
    """Sign in where a page led to the door."""
    page.locator(f"button[data-login={login}]").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()


def expect_heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def marked(bureau: Bureau) -> int:
    """The mark of a new case."""
    number = number_of(bureau, bureau.case_at("assign"))
    with bureau.database.transaction() as session:
        leader = bureau.people.leader
        return sensitive.mark(session, leader, number=number, tin="", reason=REASON).id


def number_of(bureau: Bureau, case_id: int) -> str:
    with bureau.database.reading() as session:
        return session.get_one(Case, case_id).number


def taxpayer_of(bureau: Bureau) -> int:
    """A household of which a city leader is asked for the reason."""
    case_id = bureau.case_at("dispatch")
    with bureau.database.reading() as session:
        return factories.payer_of(session.get_one(Case, case_id))


def confirmed_long_ago(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        past = clock.wall() - timedelta(minutes=11)
        session.execute(update(UserSession).values(confirmed_at=past))


def end_sessions(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        session.execute(delete(UserSession))
