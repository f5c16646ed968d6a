"""`caseflow workflows play`: a line in, a line out, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from tests.support.house import ROOT
from tests.unit.engine.sketch import bpmn

COURSE = "start s\nuser a nobody\ncatch c timer:P1D\nend e\ns -> a -> c -> e"


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    path = tmp_path / "course.bpmn"
    path.write_bytes(bpmn(COURSE))
    return path


def played(drawing: Path, *lines: bytes, options: tuple[str, ...] = ()) -> Result:
    words = ["workflows", "play", str(drawing), *options]
    return CliRunner(env={"CASEFLOW_LANG": "en"}).invoke(main, words, input=b"\n".join(lines))


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_case_is_played_from_start_to_end(drawing: Path) -> None:
    said = played(drawing, b'{"start": {"n": 0.10}}', b'{"complete": "a"}', b'{"advance": "P1D"}')
    first, second, third = answers(said)
    assert [task["id"] for task in first["open"]] == ["a"]
    assert '"n":0.10' in said.stdout
    assert second["waiting"] == [{"kind": "timer", "id": "c", "due": "2010-01-26T09:00:00+08:00"}]
    assert (third["finished"], third["ended"], third["open"]) == (True, "e", [])
    assert said.exit_code == 0


def test_every_line_has_its_answer_and_a_bad_one_does_not_end_the_run(drawing: Path) -> None:
    lines = (b'{"complete": "a"}', b"{", b"", b"\xff\xfe", b"[" * 9_999, b'{"start": {}}', b"3")
    told = answers(played(drawing, *lines))
    assert [each.get("error", {}).get("code") for each in told] == [
        *("not_started", "bad_json", "bad_json", "bad_json", "bad_json"),
        *(None, "not_an_object"),
    ]
    assert all(each["error"]["message"] for each in told if "error" in each)


def test_the_clock_begins_where_it_is_told(drawing: Path) -> None:
    said = played(drawing, b'{"start": {}}', options=("--at", "2026-02-01T00:00:00Z"))
    assert answers(said)[0]["at"] == "2026-02-01T08:00:00+08:00"
    assert played(drawing, options=("--at", "tomorrow")).exit_code == 2


def test_a_named_limit_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "limited.bpmn"
    path.write_bytes(bpmn('start s\nuser a x due=days("mine")\nend e\ns -> a -> e'))
    told = answers(played(path, b'{"start": {}}', options=("--limit", "mine=2")))
    assert told[0]["open"][0]["due"] == "2010-01-28T00:00:00+08:00"
    assert played(path, options=("--limit", "mine")).exit_code == 2


def test_a_drawing_that_cannot_run_says_why_and_answers_every_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.bpmn"
    path.write_bytes(bpmn("start s\nend e\ns -> e").replace(b"endEvent", b"scriptTask"))
    said = played(path, b'{"start": {}}', b'{"complete": "a"}')
    assert said.exit_code == 1
    assert [each["error"]["code"] for each in answers(said)] == ["bundle_refused"] * 2
    assert 'bad.bpmn:5 e: "scriptTask" is not supported' in said.stderr


def test_other_files_beside_the_drawing_are_no_matter(drawing: Path) -> None:
    (drawing.parent / "copy.bpmn").write_bytes(bpmn("start s\nuser other\nend e\ns -> other -> e"))
    (drawing.parent / "zzz.bpmn").write_bytes(b"<broken")
    (drawing.parent / "old.dmn").write_bytes(b"\xff\xfe")
    (drawing.parent / "old.form").write_bytes(b"[" * 9_999)
    assert answers(played(drawing, b'{"start": {}}'))[0]["open"][0]["id"] == "a"


HEAVY = "print(sorted({'sqlalchemy', 'flask', 'rq', 'duckdb', 'pyarrow'} & sys.modules.keys()))"


@pytest.mark.parametrize(
    "done",
    [
        "import sys, caseflow.cli, caseflow.cli.feel, caseflow.cli.workflows.play",
        (
            "import sys, contextlib\nfrom caseflow.cli import main\n"
            "with contextlib.suppress(SystemExit): main(['feel', '1 +'])"
        ),
    ],
)
def test_neither_database_nor_web_is_loaded(done: str) -> None:
    """People try drawings on machines that have nothing else; it starts in a blink."""
    loaded = f"{done}\n{HEAVY}"
    words = [sys.executable, "-c", loaded]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - ours
    assert said.stdout.strip() == b"[]"
