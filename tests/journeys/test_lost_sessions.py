"""A session that ends in the middle of a long form: nothing typed is lost, no place is lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from caseflow.models import Draft, Task, UserSession
from caseflow.services.sessions import IDLE
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person

TYPED = "已调阅一户式资料，逐月比对进项凭证，尚需企业说明十二月海关凭证的来源。"
LATER = f"{TYPED}企业电话答复称系集中进口。"
TEXT = "doubts-0-text"

pytestmark = pytest.mark.browser


def end_all_sessions(bureau: Bureau) -> None:
    """Let half an hour of silence pass for everybody."""
    with bureau.database.transaction() as session:
        silence = IDLE + timedelta(minutes=1)
        session.execute(update(UserSession).values(seen_at=UserSession.seen_at - silence))


@pytest.fixture
def case_id(bureau: Bureau) -> int:
    return bureau.case_at("desk_check")


def type_and_wait(person: Person, text: str, told: str) -> None:
    """Type, and wait for what the page says of the draft."""
    person.fill({"next_step": "inquiry", TEXT: text})
    expect(person.page.locator("#draft-state")).to_contain_text(told)


def sign_in_again(person: Person) -> None:
    person.page.locator(f"button[data-login={person.login}]").click()
    expect(person.form).to_be_visible()


def draft(bureau: Bureau, case_id: int) -> list[str]:
    with bureau.database.reading() as session:
        of_case = select(Draft).join(Task).where(Task.case_id == case_id)
        content: list[str] = session.scalars(of_case).one().content[TEXT]
        return content


def test_the_draft_is_there_and_the_person_back_at_the_form(
    bureau: Bureau, case_id: int, company: Company
) -> None:
    officer = company.officer
    officer.open_case(case_id)
    type_and_wait(officer, TYPED, "草稿已存")
    end_all_sessions(bureau)
    place = officer.page.url
    officer.page.reload()
    sign_in_again(officer)
    assert officer.page.url == place
    expect(officer.form.locator(f"[name={TEXT}]")).to_have_value(TYPED)


def test_what_was_typed_after_the_end_comes_back_too(
    bureau: Bureau, case_id: int, company: Company
) -> None:
    officer = company.officer
    officer.open_case(case_id)
    type_and_wait(officer, TYPED, "草稿已存")
    end_all_sessions(bureau)
    type_and_wait(officer, LATER, "登录已过期")
    assert draft(bureau, case_id) == [TYPED]
    officer.submit()
    sign_in_again(officer)
    expect(officer.form.locator(f"[name={TEXT}]")).to_have_value(LATER)
    expect(officer.form.locator("[name=next_step][value=inquiry]")).to_be_checked()
    expect(officer.page.locator("#draft-state")).to_contain_text("草稿已存")
    assert draft(bureau, case_id) == [LATER]


def test_nobody_else_at_this_browser_gets_what_was_typed(
    bureau: Bureau, case_id: int, company: Company
) -> None:
    officer = company.officer
    officer.open_case(case_id)
    end_all_sessions(bureau)
    type_and_wait(officer, TYPED, "登录已过期")
    officer.page.reload()
    officer.page.locator("button[data-login=partner]").click()
    expect(officer.page.get_by_role("heading", level=1)).to_be_visible()
    assert TYPED not in officer.page.content()


def test_without_scripts_the_saved_draft_is_there(
    bureau: Bureau, case_id: int, company: Company
) -> None:
    company.has_scripts = False
    officer = company.officer
    officer.open_case(case_id)
    officer.fill({"next_step": "inquiry", TEXT: TYPED})
    officer.form.get_by_role("button", name="存草稿").click()
    end_all_sessions(bureau)
    officer.submit()
    sign_in_again(officer)
    expect(officer.form.locator(f"[name={TEXT}]")).to_have_value(TYPED)
