"""Evidence taken out: sensitive files are said before and after; what a package is called."""

import html
import re

import pytest
from sqlalchemy import func, select

from caseflow.models import Case, Run, Task
from caseflow.services.audits import evidence
from caseflow.services.powers import sensitive
from tests.web.conftest import Bureau

REASON = "涉及举报人信息"


def test_sensitive_files_are_said_before_they_are_packed_and_in_the_row(bureau: Bureau) -> None:
    auditor, (plain, marked) = bureau.visitor("auditor"), _numbers(bureau)
    auditor.get("/audit/evidence")
    assert auditor.post("/audit/evidence", _wish("不含", plain, marked)).status_code == 303
    with bureau.database.transaction() as session:
        sensitive.mark(session, bureau.people.leader, number=marked, reason=REASON)
    before = _runs(bureau)
    asked = auditor.post("/audit/evidence", _wish("抽查", plain, marked))
    assert asked.status_code == 200
    assert "所选 2 件任务中有 1 件涉密。" in asked.text
    assert f"{plain}\n{marked}" in asked.text
    assert _runs(bureau) == before
    # The answer is to these cases; others that are sensitive are asked about anew.
    whole = {"name": "全部", "what": "record", "known": "0123456789abcdef"}
    assert "全部留痕里有 1 件涉密任务的留痕。" in auditor.post("/audit/evidence", whole).text
    (known,) = re.findall(r'name="known" value="(\w+)"', asked.text)
    confirmed = {**_wish("抽查", plain, marked), "known": known}
    assert auditor.post("/audit/evidence", confirmed).status_code == 303
    assert _runs(bureau) == before + 1
    rows = re.findall(r'<tr class="cf-row">.*?</tr>', auditor.get("/audit/evidence").text)
    assert ["其中涉密 1 件" in row for row in rows[:2]] == [True, False]
    assert auditor.post("/audit/evidence", _wish("不含", plain)).status_code == 303


def test_an_empty_form_is_refused_with_what_was_typed(bureau: Bureau) -> None:
    auditor, (plain, _) = bureau.visitor("auditor"), _numbers(bureau)
    page = auditor.get("/audit/evidence").text
    label = re.search(r'<label[^>]*for="name">.*?</label>', page)
    assert label is not None
    assert "必填" in label[0]
    refused = auditor.post("/audit/evidence", _wish("", plain))
    assert refused.status_code == 422
    assert "请给取证包起名" in refused.text
    assert f">{plain}</textarea>" in refused.text


def test_a_package_that_is_ready_has_a_button_and_its_name(bureau: Bureau) -> None:
    with bureau.database.transaction() as session:
        auditor = bureau.people.auditor
        run = evidence.ask(session, auditor, "甘井子 1/2", asked={}, case_ids=[1])
        path = evidence.path_of(run.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"PK")
        evidence.end(session, auditor, run.id, evidence.Packed("0" * 64, "1" * 64, 2))
        address = f"/audit/evidence/{run.id}.zip"
    visitor = bureau.visitor("auditor")
    page = html.unescape(visitor.get("/audit/evidence").text)
    button = re.search(rf'<a class="cf-button[^>]*href="{address}".*?</a>', page)
    assert button is not None
    assert "下载" in button[0]
    taken = visitor.get(address).headers["Content-Disposition"]
    path.unlink()  # other databases of this place number their packages alike
    assert "%E7%94%98%E4%BA%95%E5%AD%90%201_2.zip" in taken


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("甘井子区 1 月抽查", "甘井子区 1 月抽查"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a\\b:c*d?"e<f>g|h\n', "a_b_c_d_e_f_g_h_"),
        ("..", "evidence-7"),
        ("证" * 100, "证" * 80),
    ],
)
def test_a_package_is_called_by_what_every_file_system_takes(name: str, called: str) -> None:
    assert evidence.file_name(Run(id=7, detail={"name": name})) == called


def _wish(name: str, *numbers: str) -> dict[str, str]:
    return {"name": name, "what": "cases", "numbers": "\n".join(numbers)}


def _numbers(bureau: Bureau) -> tuple[str, str]:
    """A case that nobody marks, and one that a test does."""
    with bureau.database.reading() as session:
        at_desk = select(Case).join(Task).where(Task.element == "desk_check")
        marked = session.scalars(at_desk).one()
        plain = session.scalars(select(Case).where(Case.id != marked.id)).first()
        assert plain is not None
        return plain.number, marked.number


def _runs(bureau: Bureau) -> int:
    with bureau.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Run)) or 0
