"""Files that cannot be taken: each named with its field, none in the way where it is not asked."""

import json
import re
from io import BytesIO

from werkzeug.test import TestResponse

from tests import desk, factories
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(_\w+|[\w-]+-row)" value="([^"]*)"', page))


def _at(bureau: Bureau, serial: int, *, then: str | None) -> int:
    """A case of two doubts at its desk check, or at the step after it."""
    with bureau.database.transaction() as session:
        payer = factories.taxpayer(session, serial=serial)
        case = factories.case(session, payer)
        factories.warning(session, payer, code="VAT-016").case_id = case.id
        desk.to_desk_check(session, bureau.people, case)
        if then is not None:
            desk.check(session, bureau.people, case, then=then)
        return case.id


def test_wrong_file_in_a_field_not_asked_any_more_is_let_go(bureau: Bureau) -> None:
    case_id = _at(bureau, 3, then="inquiry")
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{case_id}").text
    task = int(re.findall(r'action="/tasks/(\d+)"', page)[0])
    # The files of a phone call are not asked once a letter is chosen.
    typed = {"inquiry_method": "letter", "questions": "请说明第四季度进项税额增长的原因。"}
    sent = {**_hidden(page), **typed, "files": (BytesIO(b"MZ"), "病毒.exe")}
    assert officer.post(f"/tasks/{task}", sent).status_code == 303  # type: ignore[arg-type]  # a file


def test_each_wrong_file_is_named_with_its_field(bureau: Bureau) -> None:
    case_id = _at(bureau, 4, then=None)
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{case_id}").text
    task = int(re.findall(r'action="/tasks/(\d+)"', page)[0])
    fields = re.findall(r'type="file"[^>]*name="([^"]+)"', page)
    wrong = {each: (BytesIO("只是文字".encode()), "合同.pdf") for each in fields}
    sent: dict[str, object] = {**_hidden(page), **wrong}
    answer = officer.post(f"/tasks/{task}", sent)  # type: ignore[arg-type]  # files among the fields
    found = re.findall(r'<li><a href="#a-([^"]+)">([^<]+)</a> ([^<]*)</li>', answer.text)
    told = [
        (field, label) for field, label, text in found if text.startswith("文件 合同.pdf 的内容")
    ]
    assert [field for field, _ in told] == fields
    assert len({label for _, label in told}) == len(fields) == 2


def _at_once(visitor: Visitor, task: int, name: str, content: bytes, field: str) -> TestResponse:
    sent: dict[str, object] = {"field": field, "file": (BytesIO(content), name)}
    return visitor.post(f"/tasks/{task}/files", sent)  # type: ignore[arg-type]  # a file among the fields


def _on_the_desk(bureau: Bureau, serial: int) -> tuple[Visitor, int]:
    """The officer at the page of a telephone call, and its step."""
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{_at(bureau, serial, then='inquiry')}").text
    return officer, int(re.findall(r'action="/tasks/(\d+)"', page)[0])


def test_a_file_sent_at_once_gives_its_row_and_is_kept_once(bureau: Bureau) -> None:
    officer, task = _on_the_desk(bureau, 5)
    first = _at_once(officer, task, "合同.pdf", b"%PDF-1.4 1", "files")
    again = _at_once(officer, task, "合同.pdf", b"%PDF-1.4 1", "files")
    other = _at_once(officer, task, "合同.pdf", b"%PDF-1.4 2", "files")
    assert re.search(r'name="files" value="\d+" checked', json.loads(first.text)["row"])
    assert first.text == again.text != other.text


def test_a_file_sent_at_once_is_refused_in_words(bureau: Bureau) -> None:
    officer, task = _on_the_desk(bureau, 6)
    heic = _at_once(officer, task, "IMG_1.jpg", b"\0\0\0\x18ftypheic", "files")
    nowhere = _at_once(officer, task, "合同.pdf", b"%PDF-1.4", "opinion")
    nothing = officer.post(f"/tasks/{task}/files", {"field": "files"})
    assert [each.status_code for each in (heic, nowhere, nothing)] == [422] * 3
    assert "兼容性最佳" in json.loads(heic.text)["problem"]


def test_a_colleague_sends_no_file_into_a_step_of_another(bureau: Bureau) -> None:
    _, task = _on_the_desk(bureau, 7)
    partner = bureau.visitor("partner")
    partner.get("/inbox")
    assert _at_once(partner, task, "合同.pdf", b"%PDF-1.4", "files").status_code in {403, 404}


def test_a_file_just_sent_can_be_chosen_at_once(bureau: Bureau) -> None:
    officer = bureau.visitor("officer")
    page = officer.get(f"/cases/{_at(bureau, 8, then='conclude')}").text
    task = int(re.findall(r'action="/tasks/(\d+)"', page)[0])
    sent = {**_hidden(page), "_refresh": "1", "files": (BytesIO(b"%PDF-1.4"), "台账.pdf")}
    again = officer.post(f"/tasks/{task}", sent).text  # type: ignore[arg-type]  # a file
    offered = re.findall(r'name="doubts-\d+-evidence" value="\d+"[^>]*><span>([^<]*)', again)
    assert sum(name.startswith("台账.pdf") for name in offered) == 2  # once for each doubt
