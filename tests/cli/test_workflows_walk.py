"""`caseflow workflows walk`: scenario files beside a drawing, coverage, ways nobody walked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from tests.unit.engine.sketch import bpmn

DRAWING = """
    start s
    user ask nobody
    xor g
    end yes
    end no
    s -> ask -> g
    g -> yes : answer = "yes"
    g => no
"""
_BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
YES = "title: 同意\nsteps:\n  - do: ask\n    set: {answer: yes_}\nend: yes_\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    drawing = bpmn(DRAWING.replace("yes", "yes_"))
    (tmp_path / "sketch.bpmn").write_bytes(drawing)
    (tmp_path / "sketch" / "scenarios").mkdir(parents=True)
    (tmp_path / "sketch" / "refused").mkdir()
    return tmp_path


def walked(home: Path, *options: str) -> Result:
    words = ["workflows", "walk", str(home / "sketch.bpmn"), "--lang", "en", *options]
    return CliRunner().invoke(main, words)


def put(home: Path, name: str, text: str) -> None:
    (home / "sketch" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_each_scenario_is_told_then_the_flows_and_ways_left(home: Path) -> None:
    put(home, "scenarios/agreed", YES)
    said = walked(home)
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "✓ scenarios/agreed 同意",
        "flows walked: 3/4",
        "  ! g_no  g。 → no。",
        "ways that no scenario walks: 1 / 300",
        "  - g。 → no。 → [no。]",
    ]
    assert walked(home, "--all-flows").exit_code == 1


def test_a_scenario_that_fails_tells_its_step_and_ends_with_one(home: Path) -> None:
    put(home, "scenarios/wrong", YES.replace("do: ask", "do: reply"))
    said = walked(home)
    assert said.exit_code == 1
    assert (
        "✗ scenarios/wrong step 1 do reply: reply: the drawing has no such element" in said.output
    )


def test_a_course_that_must_be_refused_and_passes_is_an_error(home: Path) -> None:
    put(home, "scenarios/agreed", YES)
    twice = YES.replace("end: yes_", "  - do: ask\n")
    put(home, "refused/twice", f"{twice}refused: {{step: 2, code: element_not_open}}\n")
    assert walked(home).exit_code == 0
    put(home, "refused/twice", f"{twice}refused: {{step: 1, code: element_not_open}}\n")
    said = walked(home)
    assert said.exit_code == 1
    assert "✗ refused/twice step 1 do ask: it should be refused at step 1" in said.output


@pytest.mark.parametrize(
    "text", ["]", "[" * 5_000, "steps: &a [*a]\nend: x", _BOMB, "steps: 3", "\x00", "x" * 300_000]
)
def test_a_file_that_is_no_scenario_is_told_and_the_others_are_still_played(
    home: Path, text: str
) -> None:
    put(home, "scenarios/agreed", YES)
    put(home, "scenarios/bad", text)
    said = walked(home, "--walks", "0")
    assert said.exit_code == 1
    assert "✗ scenarios/bad: the scenario is written wrongly" in said.output
    assert "✓ scenarios/agreed" in said.output


def test_scenarios_of_another_folder_can_be_played(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "agreed.yaml").write_text(YES, encoding="utf-8")
    said = walked(home, "--scenarios", str(tmp_path / "mine"))
    assert "✓ mine/agreed 同意" in said.output


def test_without_scenarios_it_says_so(home: Path) -> None:
    assert "there are no scenario files" in walked(home, "--walks", "0").output
