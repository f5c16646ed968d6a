"""The auditor's pages: what is verified at each view, and what when somebody asks for it."""

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
