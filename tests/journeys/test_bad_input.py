"""Bad input through the pages: each place is named, what to do is said, what was typed stays."""

from http import HTTPStatus

import pytest
from playwright.sync_api import FilePayload, Response, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from caseflow.models import Answer, Attachment, Case, TaxWarning
from caseflow.services import cases
from caseflow.vocabulary import SYSTEM, CaseStatus
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company, Person, pdf

TEXT = "已调阅一户式资料，逐月比对进项凭证。"
DOUBT = "doubts-0-text"

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(bureau: Bureau, company: Company) -> Person:
    """The main officer with the form of a desk check open."""
    company.officer.open_case(bureau.case_at("desk_check"))
    return company.officer


def refused(person: Person) -> Response:
    """Submit, and see the form come back with the summary of what has to be mended."""
    with person.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        person.submit()
    assert answer.value.status == HTTPStatus.UNPROCESSABLE_ENTITY
    expect(person.problems()).to_be_focused()
    return answer.value


def count(bureau: Bureau, table: type[Answer | Attachment]) -> int:
    with bureau.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_what_is_left_out_is_named_with_a_way_to_it(bureau: Bureau, officer: Person) -> None:
    before = count(bureau, Answer)
    officer.fill({DOUBT: TEXT, "next_step": "inquiry"})
    refused(officer)
    officer.problems().get_by_role("link", name="上传证据").click()
    expect(officer.page.locator(":target")).to_be_in_viewport()
    expect(officer.form.locator(f"[name={DOUBT}]")).to_have_value(TEXT)
    expect(officer.form.locator("[name=next_step][value=inquiry]")).to_be_checked()
    assert count(bureau, Answer) == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (file("程序.exe", b"MZ\x90"), "不接受这种文件：程序.exe"),
        (file("伪装.pdf", b"<html>no pdf</html>"), "文件 伪装.pdf 的内容不是 .pdf 文件"),
        (file("空白.txt", b""), "文件 空白.txt 是空的"),
    ],
)
def test_a_file_that_is_not_accepted_is_named(
    bureau: Bureau, officer: Person, wrong: FilePayload, told: str
) -> None:
    before = count(bureau, Attachment)
    officer.fill({DOUBT: TEXT, "doubts-0-evidence": wrong})
    refused(officer)
    expect(officer.problems()).to_contain_text(told)
    expect(officer.form.locator(f"[name={DOUBT}]")).to_have_value(TEXT)
    assert count(bureau, Attachment) == before


def test_a_good_file_stays_when_something_else_is_wrong(bureau: Bureau, officer: Person) -> None:
    before = count(bureau, Attachment)
    officer.fill({DOUBT: TEXT, "doubts-0-evidence": pdf("合同.pdf")})
    refused(officer)
    expect(officer.form.get_by_role("link", name="合同.pdf")).to_be_visible()
    officer.fill({"steps-0-state": "done", "doubts-0-result": "unclear", "next_step": "inquiry"})
    officer.hand_in()
    assert count(bureau, Attachment) == before + 1


def test_too_long_and_too_short_are_told_with_their_numbers(
    bureau: Bureau, officer: Person
) -> None:
    before = count(bureau, Answer)
    officer.fill({"doubts-0-evidence": pdf("合同.pdf")})
    for text, told in (
        ("短", "至少写 10 个字，现有 1 个"),
        ("长" * 2001, "最多写 2000 个字，现有 2001 个"),
    ):
        field = officer.form.locator(f"[name={DOUBT}]")
        field.evaluate(
            "(each, text) => { each.removeAttribute('maxlength'); each.value = text; }", text
        )
        refused(officer)
        expect(officer.problems()).to_contain_text(told)
        expect(field).to_have_value(text)
    assert count(bureau, Answer) == before


def test_a_choice_that_was_never_offered_is_refused(bureau: Bureau, officer: Person) -> None:
    before = count(bureau, Answer)
    choice = officer.form.locator("[name=next_step]").first
    choice.evaluate("each => { each.value = 'approve_everything'; each.checked = true; }")
    refused(officer)
    expect(officer.problems()).to_contain_text("请从列出的选项中选择。")
    assert count(bureau, Answer) == before


def test_words_that_look_like_markup_stay_words(officer: Person) -> None:
    hostile = "<script>document.title = '被改'</script> ' OR 1=1 -- {{ 7*7 }} 十个字以上的说明"
    officer.fill(
        {
            "steps-0-state": "done",
            "doubts-0-result": "unclear",
            DOUBT: hostile,
            "doubts-0-evidence": pdf("合同.pdf"),
            "next_step": "inquiry",
        }
    )
    officer.hand_in()
    officer.page.get_by_role("link", name="完整留痕").first.click()
    expect(officer.page.get_by_role("cell", name=hostile)).to_be_visible()
    assert "被改" not in officer.page.title()


def test_closing_is_refused_until_nothing_is_missing(bureau: Bureau, company: Company) -> None:
    case_id = bureau.case_at("closing_check")
    with bureau.database.transaction() as session:
        _find(session, case_id, None)
    officer = company.officer
    officer.open_case(case_id)
    officer.fill({"sign_off": "y"})
    refused(officer)
    expect(officer.problems()).to_contain_text("还缺以下事项")
    officer.problems().get_by_role("link").click()
    expect(officer.page.locator(":target")).to_be_in_viewport()
    with bureau.database.transaction() as session:
        assert session.get_one(Case, case_id).closed_at is None
        _find(session, case_id, "explained")
    officer.hand_in()
    with bureau.database.reading() as session:
        assert session.get_one(Case, case_id).status == CaseStatus.CLOSED


def _find(session: Session, case_id: int, finding: str | None) -> None:
    """Change what was found of a case's doubts, past its steps."""
    doubts = update(TaxWarning).where(TaxWarning.case_id == case_id)
    session.execute(doubts.values(finding=finding))
    case = cases.locked(session, case_id)
    cases.note(session, SYSTEM, case, action="case.noted", payload={})
