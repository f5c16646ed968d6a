"""Files that cannot be taken: each named with its field, none in the way where it is not asked."""

import re
from io import BytesIO

from tests import desk, factories
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
