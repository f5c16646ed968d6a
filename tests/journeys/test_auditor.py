"""The auditor sees every act of a case and can change nothing."""

import re
from http import HTTPStatus

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from caseflow.app import create_app
from caseflow.models import Task
from caseflow.models.record import RecordEvent
from tests.journeys import audit
from tests.journeys.conftest import Bureau
from tests.journeys.people import Company

PAGES = (
    "/record",
    "/cases/{closed}/record",
    "/cases/{closed}",
    "/cases/{dispatch}",
    "/cases",
    "/taxpayers",
    "/taxpayers/1",
    "/warnings",
    "/runs",
    "/runs/1",
    "/jobs",
    "/processes/1",
)
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
# One's own language and theme, and the way out; and the file that leaves the house.
OWN = {"/preferences", "/sign-out"}
DOSSIER = re.compile(r"/cases/\d+/dossier")
# What an auditor does beside the cases, each with tests of its own.
BESIDE = {
    *("people", "account", "chain_checks", "evidence_exports", "dossiers", "self_checks"),
    *("samples", "working_papers", "notices"),
}
# Told what is missing, or that nothing of the kind is asked of an auditor, before it is refused.
TOLD = {"deputies.grant", "powers.give_reason"}

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(bureau: Bureau) -> dict[str, int]:
    """A case that is closed and one that waits."""
    return {step: bureau.case_at(step) for step in ("closed", "dispatch")}


def recorded(bureau: Bureau) -> int:
    with bureau.database.reading() as session:
        query = select(func.count()).select_from(RecordEvent)
        return session.scalar(query.where(RecordEvent.stream.like("case:%"))) or 0


def test_no_page_offers_the_auditor_an_act(cases: dict[str, int], company: Company) -> None:
    page = company.auditor.page
    for path in PAGES:
        answer = page.goto(f"{company.address}{path.format_map(cases)}")
        assert answer is not None
        assert answer.status == HTTPStatus.OK, path
        forms = page.locator("form[method=post]")
        actions = forms.evaluate_all("all => all.map((form) => form.getAttribute('action'))")
        assert {action for action in actions if not DOSSIER.fullmatch(action)} == OWN


def test_whatever_the_auditor_sends_is_refused(
    bureau: Bureau, cases: dict[str, int], company: Company
) -> None:
    rules = create_app(bureau.config, bureau.database).url_map.iter_rules()
    acts = [rule for rule in rules if "POST" in (rule.methods or set())]
    with bureau.database.reading() as session:
        waiting = session.scalars(select(Task.id).where(Task.case_id == cases["dispatch"])).one()
    before = recorded(bureau)
    form = {"reason": "复核所用数据后再定，请核对。", "days": "1", "_version": "1"}
    wrong = []
    for rule in acts:
        if rule.endpoint.partition(".")[0] not in BESIDE and rule.endpoint not in TOLD:
            names = {name: waiting if name == "task_id" else 1 for name in rule.arguments}
            _, path = rule.build(names) or ("", "")
            answer = company.auditor.post(path, form)
            if answer.status not in REFUSED:
                wrong.append((rule.endpoint, answer.status))
    assert not wrong, str(wrong)
    assert recorded(bureau) == before


def test_the_record_is_read_person_by_person_and_act_by_act(
    cases: dict[str, int], company: Company
) -> None:
    page = audit.read_record(company, cases["closed"])
    everything = page.locator("tr[data-row]").count()
    page.get_by_label("人员", exact=True).select_option(label="员chief")
    expect(page).to_have_url(re.compile("who="))
    acts = page.locator("tr[data-row]")
    assert 0 < acts.count() < everything
    acts.last.get_by_role("link").click()
    expect(page.get_by_role("heading", name=re.compile(r"^第 \d+ 条$"))).to_be_visible()


def test_a_working_paper_that_is_saved_is_not_called_being_typed(company: Company) -> None:
    """Neither when the field is left after the text was kept, nor on the page after saving."""
    page = company.auditor.page
    page.goto(f"{company.address}/audit/papers")
    page.get_by_role("button", name="新写一份").click()
    state, body = page.locator("#draft-state"), page.locator("#body")
    body.press_sequentially("抽查三件")
    expect(state).to_contain_text("正在输入")
    expect(state).to_contain_text("已自动保存")
    page.locator("#title").click()
    expect(state).to_contain_text("已自动保存")
    body.press_sequentially("，无异常")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(state).to_have_text("")
    expect(body).to_have_value(re.compile("无异常"))
