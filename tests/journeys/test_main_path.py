"""One case from detection to documented closure, in four people's browsers; then the auditor."""

from http import HTTPStatus
from io import BytesIO
from pathlib import Path as Folder

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from caseflow.models import Answer, Case, Post, Task, Unit
from caseflow.models.record import RecordEvent
from caseflow.vocabulary import CaseStatus, Role
from tests import factories
from tests.cast import SINCE
from tests.desk import own_names
from tests.journeys import audit, source_files
from tests.journeys.conftest import Bureau
from tests.journeys.main_path import Path
from tests.journeys.people import Company
from tests.support import product


def accept_the_run(company: Company) -> None:
    """The analysis post accepts the run; worker and clockwork open its cases."""
    page = company.analyst.page
    page.goto(f"{company.address}/runs")
    page.get_by_role("region", name="筛查批次").get_by_role("link").first.click()
    page.get_by_role("button", name="采用并生成任务").click()
    expect(page.get_by_role("status").filter(has_text="已采用")).to_be_visible()


@pytest.mark.browser
def test_one_case_as_four_people_from_detection_to_closure(
    fresh_bureau: Bureau,
    fresh_company: Company,
    tmp_path: Folder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bureau, company = fresh_bureau, fresh_company
    with bureau.database.transaction() as session:
        source_files.screen(session, tmp_path)
    with product.clockwork(bureau.config), product.worker(bureau.config):
        accept_the_run(company)
        wait_for_the_case(company)
    path = Path(bureau, company, source_files.AT_ODDS)
    path.hand_down()
    path.check_at_the_desk(result="unclear", then="inquiry")
    path.write_and_serve_the_letter()
    path.check_at_the_desk(result="unclear", then="onsite")
    path.visit()
    path.conclude()
    path.review("send_back")
    path.conclude(again=True)
    path.review("agree")
    refuse_the_reviewer(path)
    path.approve()
    path.carry_out()
    path.close()
    read_the_closing_paper(path)
    see_every_act(path)
    verify_and_find_the_changed_row(path, monkeypatch)


def refuse_the_reviewer(path: Path) -> None:
    """The chief stands in for a deputy by now, and is refused the approval all the same."""
    bureau, chief = path.bureau, path.company.chief
    with bureau.database.transaction() as session:
        district = session.scalars(select(Unit.id).where(Unit.code == "01")).one()
        session.add(
            Post(
                user_id=bureau.people.chief.user_id or 0,
                unit_id=district,
                role=Role.DISTRICT_DEPUTY,
                valid_from=SINCE,
            )
        )
        factories.tell(session, "sys:people")
    approval = path.task("approval")
    chief.open_case(path.case_id)
    chief.page.get_by_role("button", name="领取并办理").click()
    expect(chief.page.get_by_text("不相容岗位")).to_be_visible()
    for act in ("/claim", ""):
        answer = chief.post(f"/tasks/{approval.id}{act}", {"_version": str(approval.version)})
        assert answer.status == HTTPStatus.FORBIDDEN
    assert path.task("approval").assignee_id is None


def read_the_closing_paper(path: Path) -> None:
    """The closing paper lies on the case page, numbered; the officer takes the PDF away."""
    officer = path.company.officer
    with path.bureau.database.reading() as session:
        case = session.scalars(select(Case)).one()
        outcome = (case.status, case.outcome)
    assert outcome == (CaseStatus.CLOSED, "self_corrected")
    officer.open_case(path.case_id)
    link = officer.page.get_by_role("link", name="预警核查反馈单")
    expect(link.locator("..")).to_contain_text("大中国税预馈〔2010〕1号")
    answer = officer.context.request.get(f"{path.company.address}{link.get_attribute('href')}")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
    assert "大中国税预馈〔2010〕1号" in text.replace(" ", "")
    assert path.taxpayer in text.replace("\n", "")


def see_every_act(path: Path) -> None:
    """The auditor sees each act of the record with who did it, and the record verifies."""
    page = audit.read_record(path.company, path.case_id)
    expect(page.get_by_role("heading", name=audit.SOUND)).to_be_visible()
    with path.bureau.database.reading() as session:
        events = session.scalars(
            select(RecordEvent).where(RecordEvent.stream == f"case:{path.case_id}")
        ).all()
        acts = {event.seq for event in events}
        people = {event.actor for event in events}
    shown = page.locator("tr[data-row]").evaluate_all("rows => rows.map((row) => row.id)")
    assert {f"e-{seq}" for seq in acts} == set(shown)
    actors = (
        path.bureau.people.people[login] for login in ("leader", "chief", "officer", "partner")
    )
    assert {f"user:{actor.user_id}" for actor in actors} <= people


def verify_and_find_the_changed_row(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound record verifies; after a change by the database's owner both say where it is."""
    config = path.bureau.config
    sound = audit.verify(config, monkeypatch)
    assert (sound.exit_code, "完好" in sound.output) == (0, True), sound.output
    with path.bureau.database.reading() as session:
        seq = session.scalars(
            select(Answer.revision).join(Task).where(own_names() == "approval")
        ).one()
    audit.change_behind_the_application(config, path.case_id, seq)
    page = audit.read_record(path.company, path.case_id)
    expect(page.get_by_role("heading", name=f"第 {seq} 条记录与哈希不符")).to_be_visible()
    broken = audit.verify(config, monkeypatch)
    assert (broken.exit_code, f"case:{path.case_id} #{seq}" in broken.output) == (1, True)


def wait_for_the_case(company: Company) -> None:
    """The leader finds the case in the inbox as soon as the worker has opened it."""
    page = company.leader.page
    for _ in range(50):
        page.goto(f"{company.address}/inbox")
        if page.get_by_role("link", name=source_files.AT_ODDS).count():
            return
        page.wait_for_timeout(200)
    raise AssertionError("no case was opened")
