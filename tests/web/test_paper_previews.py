"""Looking at a paper on the form of the step that issues it: the button, the list, the PDF."""

from sqlalchemy import select

from caseflow.models import Case, Document
from tests import desk, factories
from tests.web.conftest import Bureau

SIGNED = {"letter_signature": "sign", "opinion": "同意发函"}


def test_the_paper_of_a_step_opens_from_its_form_before_it_is_issued(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=91)
        case = factories.case(session, payer)
        factories.warning(session, payer, code="VAT-016").case_id = case.id
        desk.to_desk_check(session, bureau.people, case)
        desk.check(session, bureau.people, case, then="inquiry")
        letter = {"inquiry_method": "letter", "questions": "进项税额增长的原因是什么？"}
        case_id = case.id
    officer, chief = bureau.visitor("officer"), bureau.visitor("chief")
    # An inquiry only waits for its signature: its own step issues nothing.
    assert "预览文书" not in officer.get(f"/cases/{case_id}").text
    with bureau.database.transaction() as session:
        case = session.get_one(Case, case_id)
        desk.do(session, bureau.people.officer, case, "make_inquiry", letter)
        task = desk.open_task(session, case, "sign_letter")
        desk.take(session, bureau.people.chief, task)
        path, version = f"/tasks/{task.id}", str(task.version)
    assert "预览文书" in chief.get(f"/cases/{case_id}").text
    typed = {**SIGNED, "_version": version}
    listed = chief.post(path, {**typed, "_papers": "0"})
    assert listed.status_code == 200
    assert "打开《税务事项通知书（函询）》" in listed.text
    sheet = chief.post(path, {**typed, "_papers": "1"})
    assert (sheet.status_code, sheet.mimetype) == (200, "application/pdf")
    assert sheet.data.startswith(b"%PDF")
    bare = chief.post(path, {"letter_signature": "sign", "_version": version, "_papers": "1"})
    assert bare.status_code == 422
    assert officer.post(path, {**typed, "_papers": "1"}).status_code in {403, 404}
    with bureau.database.reading() as session:
        kinds = session.scalars(select(Document.kind).where(Document.case_id == case_id)).all()
    assert "inquiry_letter" not in kinds
