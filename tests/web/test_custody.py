"""Custody of a file: said by who hands it in, kept on the record, shown to who sees the case."""

import re
from io import BytesIO

from sqlalchemy import select

from caseflow.models import Attachment
from caseflow.models.record import RecordEvent
from caseflow.services import files
from tests import desk, factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau

_SAID = {
    "collected_by": "张晓晨、李雨桐",
    "collected_on": "2026-01-05",
    "collected_at": "大连市中山区人民路 1 号",
    "origin": "纳税人财务负责人",
}


def uploaded(bureau: Bureau, serial: int) -> tuple[Visitor, int, int]:
    """An officer at a desk check with a file in it; the case and the file."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=serial)
        case = factories.case(session, payer)
        factories.warning(session, payer, code="VAT-016").case_id = case.id
        desk.to_desk_check(session, bureau.people, case)
        case_id = case.id
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{case_id}").text
    task = int(re.findall(r'action="/tasks/(\d+)"', page)[0])
    field = re.findall(r'type="file"[^>]*name="([^"]+)"', page)[0]
    sent: dict[str, object] = dict(
        re.findall(r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page)
    )
    sent[field] = (BytesIO(b"%PDF-1.4 x"), "合同.pdf")
    officer.post(f"/tasks/{task}", sent)  # type: ignore[arg-type]  # a file among the fields
    with bureau.database.reading() as session:
        file_id = session.scalars(select(Attachment.id).where(Attachment.case_id == case_id)).one()
    return officer, case_id, file_id


def test_custody_is_said_and_recorded(bureau: Bureau) -> None:
    officer, case_id, file_id = uploaded(bureau, 11)
    assert f"/files/{file_id}/custody" in officer.get(f"/cases/{case_id}").text
    assert officer.post(f"/files/{file_id}/custody", _SAID).status_code == 303
    page = officer.get(f"/files/{file_id}/custody").text
    assert all(value in page for value in _SAID.values())
    assert "未扫描" in page
    with bureau.database.reading() as session:
        event = session.scalars(
            select(RecordEvent).where(
                RecordEvent.stream == f"case:{case_id}",
                RecordEvent.action == "attachment.described",
            )
        ).one()
    assert "张晓晨、李雨桐" in event.payload


def test_what_is_wrong_comes_back_with_what_was_typed(bureau: Bureau) -> None:
    officer, _, file_id = uploaded(bureau, 12)
    wrong = {**_SAID, "origin": " ", "collected_on": "3026-01-01", "collected_at": "x" * 201}
    answer = officer.post(f"/files/{file_id}/custody", wrong)
    assert answer.status_code == 422
    told = re.findall(r'id="(\w+)-wrong"', answer.text)
    assert told == ["collected_on", "collected_at", "origin"]
    assert "张晓晨、李雨桐" in answer.text


def test_nobody_else_says_how_a_file_was_collected(bureau: Bureau) -> None:
    _, _, file_id = uploaded(bureau, 13)
    for name, status in (("chief", 403), ("auditor", 403), ("sysadmin", 404)):
        visitor = bureau.visitor(name)
        visitor.get("/cases")
        answer = visitor.post(f"/files/{file_id}/custody", _SAID)
        assert answer.status_code == status, name


def test_who_took_a_file_away_is_shown_but_an_audit_only_to_auditors(bureau: Bureau) -> None:
    officer, _, file_id = uploaded(bureau, 14)
    for name in ("chief", "auditor"):
        with bureau.visitor(name).get(f"/files/{file_id}") as answer:
            assert answer.data == b"%PDF-1.4 x"
    names = {name: getattr(bureau.people, name).name for name in ("chief", "auditor")}
    seen = officer.get(f"/files/{file_id}/custody").text
    assert names["chief"] in seen
    assert names["auditor"] not in seen
    assert names["auditor"] in bureau.visitor("auditor").get(f"/files/{file_id}/custody").text


def test_damaged_bytes_are_told_and_never_sent(bureau: Bureau) -> None:
    officer, _, file_id = uploaded(bureau, 15)
    with bureau.database.reading() as session:
        sha256 = session.get_one(Attachment, file_id).sha256
    path = files.path_of(sha256)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.4 y")
    answer = officer.get(f"/files/{file_id}")
    assert (answer.status_code, "文件已损坏" in answer.text) == (409, True)
    path.unlink()
    answer = officer.get(f"/files/{file_id}")
    assert (answer.status_code, "文件不在库中" in answer.text) == (409, True)
