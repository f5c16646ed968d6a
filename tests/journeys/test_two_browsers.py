"""Two browsers at one step, and one browser twice: one act, and everybody is told."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from caseflow.models import Answer, Case, Task
from caseflow.models.record import RecordEvent
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person

LETTER = {"inquiry_method": "letter", "questions": "贵单位十二月进项税额大幅增长的原因是什么？"}
CALL = "贵单位十二月海关凭证由谁经办，请提供报关单。"

pytestmark = pytest.mark.browser


@pytest.fixture
def case_id(at_inquiry: Bureau) -> int:
    with at_inquiry.database.reading() as session:
        return session.scalars(select(Case.id)).one()


@pytest.fixture
def windows(case_id: int, company: Company) -> Iterator[tuple[Person, Person]]:
    """The main officer at two machines, both with the form of the inquiry open."""
    second = company.newcomer("officer")
    second.sign_in()
    both = company.officer, second
    for window in both:
        window.open_case(case_id)
        expect(window.form).to_be_visible()
    yield both
    second.context.close()


def acts(bureau: Bureau, element: str) -> int:
    """How often a step was handed in, by the record and by its answers alike."""
    with bureau.database.reading() as session:
        answers = session.scalar(
            select(func.count()).select_from(Answer).join(Task).where(Task.element == element)
        )
        events = session.scalar(
            select(func.count())
            .select_from(RecordEvent)
            .where(
                RecordEvent.action == "task.completed",
                RecordEvent.payload.contains(f'"task":"{element}"'),
            )
        )
        assert answers == events
        return answers or 0


def test_the_second_is_told_who_was_faster_and_when_and_keeps_the_text(
    at_inquiry: Bureau, windows: tuple[Person, Person]
) -> None:
    first, second = windows
    first.fill(LETTER)
    second.fill({**LETTER, "questions": CALL})
    first.hand_in()
    second.submit()
    told = re.compile(r"员officer 已于 2010-01-25 15:\d\d 提交了这一步")
    expect(second.page.get_by_text(told)).to_be_visible()
    expect(second.form.locator("[name=questions]")).to_have_value(CALL)
    assert acts(at_inquiry, "make_inquiry") == 1


def test_two_who_take_a_step_at_once_are_one_holder(
    bureau: Bureau, waiting: int, company: Company
) -> None:
    for person in (company.leader, company.deputy):
        person.open_case(waiting)
    company.leader.page.get_by_role("button", name="领取并办理").click()
    expect(company.leader.form).to_be_visible()
    company.deputy.page.get_by_role("button", name="领取并办理").click()
    told = re.compile(r"员leader 已于 2010-01-25 15:\d\d 领取这一步")
    expect(company.deputy.page.get_by_text(told)).to_be_visible()
    with bureau.database.reading() as session:
        holder = session.scalars(select(Task.assignee_id).where(Task.element == "dispatch")).one()
    assert holder == bureau.people.leader.user_id


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_double_click_is_one_act(
    at_inquiry: Bureau, case_id: int, company: Company, *, has_scripts: bool
) -> None:
    company.has_scripts = has_scripts
    officer = company.officer
    officer.open_case(case_id)
    officer.fill(LETTER)
    officer.form.locator("button[name=_submit][value=stay]").dblclick()
    expect(officer.page.get_by_text("已提交，办理经过已留痕。").first).to_be_visible()
    assert acts(at_inquiry, "make_inquiry") == 1
