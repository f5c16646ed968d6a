"""Taking a dossier in the browser: who may, what comes, and what is on record of it."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select

from caseflow.models import Case, FileRead
from caseflow.reads import record as record_reads
from caseflow.verifier import verify
from caseflow.vocabulary import Reading
from tests import desk
from tests.support import sealed_log
from tests.support.visitor import Visitor
from tests.web.conftest import Bureau
from tests.web.test_papers import letter

# The case at its desk check.
CASE = 2
TAKE = f"/cases/{CASE}/dossier"
NUMBER = "13800001234"
CALL = {
    "inquiry_method": "phone",
    "contact_name": "会计王芳",
    "phone_number": NUMBER,
    "called_at": "2010-01-25T09:00:00+08:00",
    "contact_result": "answered",
    "answer": "企业称十二月集中进口。",
}


@pytest.fixture(scope="module")
def key(bureau: Bureau, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The key of the log, whose sealer works beside the web as it does in the house."""
    with sealed_log.at_work(bureau.config, tmp_path_factory.mktemp("sealer")) as sealer:
        yield str(sealer.key.public)


def _inside(bureau: Bureau, login: str) -> Visitor:
    """Somebody signed in who has seen a page."""
    visitor = bureau.visitor(login)
    visitor.get("/inbox")
    return visitor


@pytest.mark.parametrize("login", ["chief", "leader", "deputy", "auditor"])
def test_who_answers_for_a_case_takes_its_dossier_and_it_verifies(
    bureau: Bureau, key: str, tmp_path: Path, login: str
) -> None:
    visitor = bureau.visitor(login)
    assert TAKE in visitor.get(f"/cases/{CASE}").text
    with visitor.post(TAKE, {}, came_from=f"/cases/{CASE}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        path = tmp_path / "dossier.zip"
        path.write_bytes(answer.data)
    status, found = verify.run(verify.options_of([str(path), "--key", key]))
    assert (status, found.problems) == (verify.OK, [])
    assert found.trusted is not None


def test_its_name_is_that_of_the_case(bureau: Bureau, key: str) -> None:
    del key
    with _inside(bureau, "chief").post(TAKE, {}) as answer:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            (top,) = {name.split("/")[0] for name in packed.namelist()}
        assert top.startswith("案卷-01WV")
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("login", ["officer", "info"])
def test_whoever_may_see_the_case_and_not_take_it_out_is_told(
    bureau: Bureau, key: str, login: str
) -> None:
    del key
    visitor = bureau.visitor(login)
    assert TAKE not in visitor.get(f"/cases/{CASE}").text
    answer = visitor.post(TAKE, {})
    assert answer.status_code == 403
    assert "您的岗位不能办理此事" in answer.text


@pytest.mark.parametrize("login", ["other_chief", "far_leader"])
def test_outside_ones_sight_it_answers_as_for_a_case_that_is_none(
    bureau: Bureau, key: str, login: str
) -> None:
    del key
    visitor = _inside(bureau, login)
    there, nowhere = visitor.post(TAKE, {}), visitor.post("/cases/4711/dossier", {})
    assert there.status_code == nowhere.status_code == 404


def test_it_is_on_record_before_it_is_sent(bureau: Bureau, key: str) -> None:
    del key
    with _inside(bureau, "chief").post(TAKE, {}) as answer:
        assert answer.status_code == 200
    with bureau.database.reading() as session:
        (event,) = record_reads.latest(session, "sys:exports", 1)
    assert event.action == "dossier.exported"
    assert event.actor == bureau.people.chief.signature
    assert event.payload["stream"] == f"case:{CASE}"


def test_its_page_masks_numbers_and_its_files_that_hold_them_are_noted(
    bureau: Bureau, key: str
) -> None:
    """The page is for people; the answers whose hashes are on record go out whole."""
    del key
    with bureau.database.transaction() as session:
        case = session.get_one(Case, CASE)
        desk.check(session, bureau.people, case, then="inquiry")
        desk.do(session, bureau.people.officer, case, "make_inquiry", CALL)
    with _inside(bureau, "chief").post(TAKE, {}) as answer:
        held = _texts(answer.data)
    assert "138******34" in held["answers.html"]
    assert NUMBER not in held["answers.html"]
    assert any(NUMBER in text for name, text in held.items() if name.startswith("answers/"))
    assert "answers/ 的哈希列入留痕" in held["README.txt"]
    with bureau.database.reading() as session:
        noted = select(FileRead.user_id).where(FileRead.what == Reading.CONTACTS)
        assert session.scalars(noted).all() == [bureau.people.chief.user_id]


def test_a_served_paper_comes_with_its_receipt(bureau: Bureau, key: str, tmp_path: Path) -> None:
    case_id, _, number = letter(bureau, 71)
    path = tmp_path / "dossier.zip"
    with _inside(bureau, "chief").post(f"/cases/{case_id}/dossier", {}) as answer:
        path.write_bytes(answer.data)
    with zipfile.ZipFile(path) as packed:
        (receipt,) = (name for name in packed.namelist() if "/receipts/" in name)
        pages = pypdf.PdfReader(io.BytesIO(packed.read(receipt))).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    assert number in text
    assert "出纳" in text
    status, found = verify.run(verify.options_of([str(path), "--key", key]))
    assert (status, found.problems) == (verify.OK, [])


def _texts(packed: bytes) -> dict[str, str]:
    """The texts of a dossier by their names in it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return {
            name.partition("/")[2]: files.read(name).decode()
            for name in files.namelist()
            if name.endswith((".html", ".json", ".txt"))
        }
