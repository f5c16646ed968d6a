"""Two browsers at one step, and one browser twice: one act, and everybody is told."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from caseflow.models import Answer, Task
from caseflow.models.record import RecordEvent
from tests.desk import own_names
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person

LETTER = {"inquiry_method": "letter", "questions": "贵单位十二月进项税额大幅增长的原因是什么？"}
CALL = "贵单位十二月海关凭证由谁经办，请提供报关单。"

pytestmark = pytest.mark.browser


@pytest.fixture
def case_id(bureau: Bureau) -> int:
    return bureau.case_at("make_inquiry")


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


def acts(bureau: Bureau, case_id: int) -> int:
    """How often the inquiry was handed in, by the record and by its answers alike."""
    with bureau.database.reading() as session:
        inquiries = Answer.case_id == case_id, own_names() == "make_inquiry"
        answers = session.scalar(select(func.count(Answer.id)).join(Task).where(*inquiries))
        events = select(func.count(RecordEvent.id)).where(
            RecordEvent.stream == f"case:{case_id}",
            RecordEvent.action == "task.completed",
            RecordEvent.payload.contains('"task":"inquiry/make_inquiry"'),
        )
        assert answers == session.scalar(events)
        return answers or 0


def test_the_second_is_told_who_was_faster_and_when_and_keeps_the_text(
    bureau: Bureau, case_id: int, windows: tuple[Person, Person]
) -> None:
    first, second = windows
    first.fill(LETTER)
    second.fill({**LETTER, "questions": CALL})
    first.hand_in()
    second.submit()
    told = re.compile(r"员officer 已于 2010-01-25 15:\d\d 提交了这一步")
    expect(second.page.get_by_text(told)).to_be_visible()
    expect(second.form.locator("[name=questions]")).to_have_value(CALL)
    assert acts(bureau, case_id) == 1


def test_two_who_take_a_step_at_once_are_one_holder(bureau: Bureau, company: Company) -> None:
    waiting = bureau.case_at("dispatch")
    for person in (company.leader, company.deputy):
        person.open_case(waiting)
    company.leader.page.get_by_role("button", name="领取并办理").click()
    expect(company.leader.form).to_be_visible()
    company.deputy.page.get_by_role("button", name="领取并办理").click()
    told = re.compile(r"员leader 已于 2010-01-25 15:\d\d 领取这一步")
    expect(company.deputy.page.get_by_text(told)).to_be_visible()
    with bureau.database.reading() as session:
        holder = session.scalars(select(Task.assignee_id).where(Task.case_id == waiting)).one()
    assert holder == bureau.people.leader.user_id


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_double_click_is_one_act(
    bureau: Bureau, case_id: int, company: Company, *, has_scripts: bool
) -> None:
    company.has_scripts = has_scripts
    officer = company.officer
    officer.open_case(case_id)
    officer.fill(LETTER)
    officer.form.locator("button[name=_submit][value=stay]").dblclick()
    expect(officer.page.get_by_text("已提交，办理经过已留痕。").first).to_be_visible()
    assert acts(bureau, case_id) == 1
