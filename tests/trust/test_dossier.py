"""The dossier that the product makes, carried away, changed, and judged by plain Python."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.jobs import dossiers
from caseflow.services import place
from caseflow.verifier import packing, verify
from caseflow.vocabulary import Forbidden, NotFound, Unavailable
from tests.support.house import House
from tests.trust.conftest import standing
from tests.trust.tampering.sealed import Sealed, judge, sealed


@pytest.fixture(scope="module")
def house_of_record(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    with (
        standing(house, "dossiers") as bureau,
        sealed(bureau, tmp_path_factory.mktemp("sealer")) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def original(house_of_record: Sealed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier of the closed case, as the section chief gets it."""
    path = tmp_path_factory.mktemp("dossier") / "case.zip"
    bureau = house_of_record.bureau
    with path.open("x+b") as file:
        made = dossiers.make(house_of_record.doors, bureau.people.chief, bureau.case_id, file)
    assert made.acts
    return path


@pytest.fixture
def writer() -> Ed25519PrivateKey:
    """The key with which the house signs, in the wrong hands."""
    text = (place.here().keys / "writer").read_text()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))


@pytest.fixture
def dossier(original: Path, tmp_path: Path) -> Path:
    """A copy of it, unpacked."""
    with zipfile.ZipFile(original) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    return folder


def test_it_verifies_where_there_is_nothing_but_python(
    house_of_record: Sealed, dossier: Path
) -> None:
    command = [sys.executable, "-I", "-S", "verify.py", "--key", house_of_record.key]
    done = subprocess.run(  # noqa: S603 - the file that the dossier brings along
        command, capture_output=True, text=True, cwd=dossier, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ 完好。可信至 case:" in done.stdout


def test_the_zip_verifies_as_it_is(house_of_record: Sealed, original: Path) -> None:
    assert judge(original, "--key", house_of_record.key) == (verify.OK, [])


def test_it_holds_what_a_person_and_a_machine_need(dossier: Path) -> None:
    names = {path.relative_to(dossier).as_posix() for path in dossier.rglob("*")}
    assert {"index.pdf", "answers.html", "case.json", "README.txt", "verify.py"} <= names
    assert any(name.startswith("papers/01-") for name in names)
    assert any(name.startswith("answers/") for name in names)
    assert (dossier / "index.pdf").read_bytes().startswith(b"%PDF-")
    told = json.loads((dossier / "case.json").read_text(encoding="utf-8"))
    assert told["case"]["status"] == "closed"
    assert "分派给哪个科（所）</th><td>税源管理一科" in (dossier / "answers.html").read_text(
        encoding="utf-8"
    )


def _one_byte(folder: Path) -> str:
    path = next((folder / "papers").iterdir())
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    return path.relative_to(folder).as_posix()


def _one_answer(folder: Path) -> str:
    path = next((folder / "answers").iterdir())
    path.write_text(path.read_text(encoding="utf-8").replace("{", "{ ", 1), encoding="utf-8")
    return path.relative_to(folder).as_posix()


def _swapped(folder: Path) -> str:
    paper, index = next((folder / "papers").iterdir()), folder / "index.pdf"
    shutil.copy(index, paper)
    return paper.relative_to(folder).as_posix()


def _missing(folder: Path) -> str:
    path = next((folder / "papers").iterdir())
    path.unlink()
    return path.relative_to(folder).as_posix()


def _slipped_in(folder: Path) -> str:
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "99-更多.pdf").write_bytes(b"%PDF-")
    return "files/99-更多.pdf"


def _index(folder: Path) -> str:
    (folder / "index.pdf").write_bytes(b"%PDF-1.7 another story")
    return "index.pdf"


_CHANGES = [_one_byte, _one_answer, _swapped, _missing, _slipped_in, _index]


@pytest.mark.parametrize("change", _CHANGES)
def test_a_changed_swapped_missing_or_added_file_is_named(
    house_of_record: Sealed, dossier: Path, change: Callable[[Path], str]
) -> None:
    name = change(dossier)
    status, found = judge(dossier, "--key", house_of_record.key)
    assert status == verify.BROKEN
    assert name in [where for where, _ in found]


def _manifest_again(folder: Path, key: Ed25519PrivateKey) -> None:
    """Make the manifest fit what lies there and sign it with a key."""
    path = folder / packing.MANIFEST
    told = json.loads(path.read_text(encoding="utf-8"))
    told["files"] = {
        each.relative_to(folder).as_posix(): packing.sha256_of(each)
        for each in folder.rglob("*")
        if each.is_file() and each.name not in (packing.MANIFEST, packing.SIGNATURE)
    }
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    text = packing.manifest_text(packing.sha256_of(path))
    (folder / packing.SIGNATURE).write_text(f"{key.sign(text.encode()).hex()}\n")


@pytest.mark.parametrize("change", _CHANGES)
def test_even_the_writer_cannot_change_a_file_after_the_export_was_sealed(
    house_of_record: Sealed, dossier: Path, change: Callable[[Path], str], writer: Ed25519PrivateKey
) -> None:
    change(dossier)
    _manifest_again(dossier, writer)
    status, found = judge(dossier, "--key", house_of_record.key)
    assert status == verify.BROKEN
    assert "content" in [code for _, code in found]


def _without_last(folder: Path, stream: str) -> None:
    """Take the last act of the case out, with its proof and its answers."""
    path = folder / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    mine = [line for line in lines if json.loads(line)["stream"] == stream]
    lines.remove(mine[-1])
    path.write_text("".join(lines), encoding="utf-8")


def test_an_act_cut_off_at_the_end_is_named(house_of_record: Sealed, dossier: Path) -> None:
    stream = house_of_record.bureau.stream
    _without_last(dossier, stream)
    status, found = judge(dossier, "--key", house_of_record.key)
    assert status == verify.BROKEN
    assert (stream, "cut") in found


def test_an_act_cut_off_is_named_even_when_the_writer_signs_the_manifest_anew(
    house_of_record: Sealed, dossier: Path, writer: Ed25519PrivateKey
) -> None:
    stream = house_of_record.bureau.stream
    _without_last(dossier, stream)
    _manifest_again(dossier, writer)
    status, found = judge(dossier, "--key", house_of_record.key)
    assert status == verify.BROKEN
    assert (stream, "cut") in found


def test_without_the_act_of_export_nothing_shows_the_dossier_whole(
    house_of_record: Sealed, dossier: Path, writer: Ed25519PrivateKey
) -> None:
    _without_last(dossier, "sys:exports")
    _manifest_again(dossier, writer)
    status, found = judge(dossier, "--key", house_of_record.key)
    assert status == verify.BROKEN
    assert "no_export" in [code for _, code in found]


def test_a_dossier_of_another_house_is_told(dossier: Path) -> None:
    other = "caseflow/other+52fdfc07+BFIxhCptTvT5hxQrs7Nnz8bW2a1Tj0dCWZqv8w5Sfuqx"
    status, _ = judge(dossier, "--key", other)
    assert status == verify.UNREADABLE


def test_what_is_not_sealed_in_time_is_told(house_of_record: Sealed, tmp_path: Path) -> None:
    bureau = house_of_record.bureau
    late = dossiers.Doors(
        bureau.database.reading, bureau.database.reading, bureau.database.transaction
    )
    path = tmp_path / "late.zip"
    with path.open("x+b") as file, pytest.raises(Unavailable) as refused:
        dossiers.make(late, bureau.people.chief, bureau.case_id, file, patience=0)
    assert refused.value.code == "dossier_unsealed"


def test_it_is_on_record_who_took_it(house_of_record: Sealed, original: Path) -> None:
    with zipfile.ZipFile(original) as packed:
        (name,) = [each for each in packed.namelist() if each.endswith("events.jsonl")]
        told = [json.loads(line) for line in packed.read(name).decode().splitlines()]
    act = next(each for each in told if each["stream"] == "sys:exports")
    assert act["actor"] == house_of_record.bureau.people.chief.signature
    assert act["payload"]["stream"] == house_of_record.bureau.stream


def _made_by(opened: Sealed, path: Path, actor: str) -> None:
    with path.open("x+b") as file:
        who = getattr(opened.bureau.people, actor)
        dossiers.make(opened.doors, who, opened.bureau.case_id, file)


def test_the_officer_of_the_case_cannot_take_the_whole_file_out(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    with pytest.raises(Forbidden):
        _made_by(house_of_record, tmp_path / "own.zip", "officer")


def test_for_the_chief_of_another_section_there_is_no_such_case(
    house_of_record: Sealed, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        _made_by(house_of_record, tmp_path / "other.zip", "other_chief")
