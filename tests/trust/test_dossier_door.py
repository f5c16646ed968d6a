"""A dossier as an auditor takes it in the browser, judged in a bare folder by plain Python."""

import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caseflow.app import create_app
from caseflow.verifier import verify
from tests.support.house import House
from tests.support.visitor import Visitor
from tests.trust.conftest import standing
from tests.trust.tampering.sealed import sealed


@dataclass(frozen=True)
class Taken:
    """What came through the door, the stream of its case, and the key kept outside."""

    path: Path
    stream: str
    key: str


@pytest.fixture(scope="module")
def taken(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    folder = tmp_path_factory.mktemp("door")
    with standing(house, "dossier_door") as bureau, sealed(bureau, folder) as opened:
        over = threading.Event()

        def seal() -> None:
            while not over.wait(0.05):
                opened.seal()

        sealer = threading.Thread(target=seal)
        sealer.start()
        try:
            app = create_app(bureau.config, bureau.database)
            auditor = Visitor(app, bureau.people.auditor.user_id)
            page = f"/cases/{bureau.case_id}"
            auditor.get(page)
            answer = auditor.post(f"{page}/dossier", {}, came_from=page)
        finally:
            over.set()
            sealer.join()
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        path = folder / "dossier.zip"
        path.write_bytes(answer.data)
        yield Taken(path, bureau.stream, opened.key)


@pytest.fixture
def bare(taken: Taken, tmp_path: Path) -> Path:
    """Unpacked where there is nothing else."""
    with zipfile.ZipFile(taken.path) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    return folder


def _judged(folder: Path, key: str) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - the file that the dossier brings along
        [sys.executable, "-I", "-S", "verify.py", "--key", key],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def _acts(folder: Path, stream: str) -> list[str]:
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if json.loads(line)["stream"] == stream]


def test_it_is_sound(taken: Taken, bare: Path) -> None:
    status, told = _judged(bare, taken.key)
    assert status == verify.OK, told
    last = f"{taken.stream} #{len(_acts(bare, taken.stream))}"
    assert f"✓ 完好。可信至 {last}" in told
    assert f"✓ Sound. Trusted up to {last}" in told


def _one_byte(folder: Path, _stream: str) -> tuple[str, int]:
    path = next((folder / "papers").iterdir())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return f"{path.relative_to(folder).as_posix()}: changed", 0


def _one_byte_of_an_act(folder: Path, stream: str) -> tuple[str, int]:
    path, act = folder / "events.jsonl", _acts(folder, stream)[-2]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(act, act.replace('"actor":"', '"actor":"x', 1)), encoding="utf-8")
    return f"{stream} #{json.loads(act)['seq']}: changed", 2


def _last_act_cut(folder: Path, stream: str) -> tuple[str, int]:
    path, acts = folder / "events.jsonl", _acts(folder, stream)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(acts[-1], ""), encoding="utf-8")
    told = f"{stream}: the case had {len(acts)} acts, the dossier has {len(acts) - 1}"
    return f"{told}: its end was cut off", 1


def _swapped(folder: Path, _stream: str) -> tuple[str, int]:
    paper = next((folder / "papers").iterdir())
    shutil.copy(folder / "index.pdf", paper)
    return f"{paper.relative_to(folder).as_posix()}: changed", 0


@pytest.mark.parametrize("change", [_one_byte, _one_byte_of_an_act, _last_act_cut, _swapped])
def test_what_was_changed_on_the_way_is_named_with_the_last_act_that_stands(
    taken: Taken, bare: Path, change: Callable[[Path, str], tuple[str, int]]
) -> None:
    acts = len(_acts(bare, taken.stream))
    named, lost = change(bare, taken.stream)
    status, told = _judged(bare, taken.key)
    assert status == verify.BROKEN
    assert named in told
    assert f"Last trusted event: {taken.stream} #{acts - lost} (the record alone" in told
