"""The page of a paper: its seal, its service, receipt and working copy; the register of seals."""

import io
import zipfile

import pypdf
from sqlalchemy import select

from caseflow.models import Document
from caseflow.models.record import RecordEvent
from caseflow.vocabulary import PaperKind
from tests import desk, factories
from tests.web.conftest import Bureau


def letter(bureau: Bureau, serial: int) -> tuple[int, int, str]:
    """A letter of inquiry, signed and served: its case, its id and its number."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=serial)
        case = factories.case(session, payer)
        factories.warning(session, payer, code="VAT-016").case_id = case.id
        desk.to_letter_served(session, bureau.people, case)
        paper = session.scalars(
            select(Document).where(
                Document.case_id == case.id, Document.kind == PaperKind.INQUIRY_LETTER.value
            )
        ).one()
        return case.id, paper.id, paper.number or ""


def test_the_page_of_a_paper_shows_its_seal_and_how_it_was_served(bureau: Bureau) -> None:
    case_id, paper_id, number = letter(bureau, 61)
    officer = bureau.visitor("officer")
    assert f"/papers/{paper_id}/about" in officer.get(f"/cases/{case_id}").text
    page = officer.get(f"/papers/{paper_id}/about").text
    for said in (number, "直接送达", "大连市中山区国家税务局", f"/papers/{paper_id}/receipt"):
        assert said in page


def test_the_receipt_of_service_is_set_with_what_was_recorded(bureau: Bureau) -> None:
    _, paper_id, number = letter(bureau, 62)
    sent = bureau.visitor("officer").get(f"/papers/{paper_id}/receipt")
    pages = pypdf.PdfReader(io.BytesIO(sent.data)).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    assert "送达回证" in text
    assert number in text
    assert "出纳" in text


def test_a_working_copy_is_marked_and_taking_it_is_on_record(bureau: Bureau) -> None:
    _, paper_id, number = letter(bureau, 63)
    sent = bureau.visitor("officer").get(f"/papers/{paper_id}/working-copy")
    package = zipfile.ZipFile(io.BytesIO(sent.data))
    assert "工作稿" in package.read("word/header1.xml").decode()
    assert number in package.read("word/document.xml").decode()
    with bureau.database.reading() as session:
        events = session.scalars(
            select(RecordEvent.payload).order_by(RecordEvent.id.desc()).limit(3)
        ).all()
    assert any(f"{number}.docx" in str(payload) for payload in events)


def test_the_register_of_seals_shows_a_head_what_was_sealed_below(bureau: Bureau) -> None:
    _, paper_id, number = letter(bureau, 64)
    assert number in bureau.visitor("leader").get("/seal-uses").text
    page = bureau.visitor("chief").get("/seal-uses").text
    assert f"/papers/{paper_id}/about" in page


def test_whoever_does_not_see_the_case_sees_neither_paper_nor_line(bureau: Bureau) -> None:
    _, paper_id, number = letter(bureau, 65)
    outsider = bureau.visitor("far_leader")
    for path in ("about", "receipt", "working-copy"):
        assert outsider.get(f"/papers/{paper_id}/{path}").status_code == 404
    assert number not in outsider.get("/seal-uses").text
