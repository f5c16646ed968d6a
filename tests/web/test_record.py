"""The auditor's pages: what is verified at each view, and what when somebody asks for it."""

import re

from caseflow.models import Case
from caseflow.reads import record
from caseflow.services import attachments, files
from tests import desk
from tests.web.conftest import Bureau

SOUND = "记录完整，未发现改动"


def _hand_in_a_file(bureau: Bureau, name: str) -> str:
    """Keep a file in the open step of the case at its desk check; the hash of its bytes."""
    with bureau.database.transaction() as session:
        task = desk.open_task(session, session.get_one(Case, 2), "desk_check")
        chunks = [name.encode()]
        field = "doubts-0-evidence"
        officer = bureau.people.officer
        kept = attachments.add(session, officer, task.id, field=field, name=name, chunks=chunks)
        return kept.sha256


def test_bytes_of_files_are_computed_again_when_somebody_asks_for_it(bureau: Bureau) -> None:
    path = files.path_of(_hand_in_a_file(bureau, "合同.txt"))
    auditor = bureau.visitor("auditor")
    path.unlink()
    viewed = auditor.get("/cases/2/record?seq=1").text
    assert SOUND in viewed
    assert 'href="/cases/2/record?verify=files"' in viewed
    asked = auditor.get("/cases/2/record?verify=files").text
    assert SOUND not in asked
    assert "合同.txt 的文件不在存储中" in asked
    assert "verify=files#" not in asked  # a click on a row asks for nothing


def test_case_page_shows_its_last_acts_and_says_how_many_more_there_are(bureau: Bureau) -> None:
    for number in range(9):
        _hand_in_a_file(bureau, f"凭证{number}.txt")
    with bureau.database.reading() as session:
        count = len(record.chain(session, "case:2").events)
    page = bureau.visitor("chief").get("/cases/2").text
    assert page.count('class="cf-timeline__item"') == 8
    assert f"另有 {count - 8} 条" in page
    assert "留痕校验不符" not in page


def test_streams_of_the_system_and_of_people_are_listed_apart(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    others = auditor.get("/record?part=others").text
    assert "sys:people" in others
    assert "机构和人员" in others
    assert "登记人员" in others
    assert "/cases/2/record" not in others
    assert "/cases/2/record" in auditor.get("/record").text


def test_cases_are_found_by_number_and_by_taxpayer(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    with bureau.database.reading() as session:
        number = session.get_one(Case, 2).number
    by_number = auditor.get(f"/record?text={number}").text
    assert "/cases/2/record" in by_number
    assert "/cases/1/record" not in by_number
    assert "/cases/2/record" in auditor.get("/record?text=210202000000002").text
    assert "没有符合条件的留痕" in auditor.get("/record?text=无此人").text


def test_acts_are_found_by_person_kind_and_period(bureau: Bureau) -> None:
    auditor = bureau.visitor("auditor")
    by_chief = auditor.get("/record?part=acts&person=员chief").text
    assert "员chief" in by_chief
    assert "员officer" not in by_chief
    assert "由预警生成任务" in auditor.get("/record?part=acts&action=case.opened").text
    assert "没有符合条件的留痕" in auditor.get("/record?part=acts&until=2001-01-01").text
    assert auditor.get("/record?part=acts&since=gestern").status_code == 422


def test_acts_go_on_from_page_to_page(bureau: Bureau) -> None:
    for number in range(60):
        _hand_in_a_file(bureau, f"附页{number}.txt")
    auditor = bureau.visitor("auditor")
    first = auditor.get("/record?part=acts&action=attachment.added").text
    (cursor,) = re.findall(r"before=(\d+)", first)
    then = auditor.get(f"/record?part=acts&action=attachment.added&before={cursor}").text
    assert first.count("data-row") == 50
    assert "附页0.txt" in then
    assert "附页0.txt" not in first
