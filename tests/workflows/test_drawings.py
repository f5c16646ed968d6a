"""Every drawing of the house: checked, walked by its scenarios, walked at random."""

from pathlib import Path

import pytest

from caseflow import engine
from caseflow.engine.scenarios import unwalked
from caseflow.services import effects
from tests.workflows import scenarios


@pytest.mark.parametrize("drawing", scenarios.processes())
def test_nothing_is_wrong_with_the_drawing(drawing: str) -> None:
    files = engine.pick(scenarios.files(), drawing)
    findings = engine.check(files, verbs=effects.VERBS) + engine.advise(files)
    assert [finding.say("en") for finding in findings] == []


@pytest.mark.parametrize("path", scenarios.scenarios(), ids=lambda path: path.stem)
def test_scenario_comes_to_its_end(path: Path) -> None:
    played = scenarios.played(path)
    assert played.failure is None, f"step {played.step}: {played.failure.say('en')}"


@pytest.mark.parametrize("path", scenarios.refused(), ids=lambda path: path.stem)
def test_course_that_must_not_be_is_refused_where_it_says(path: Path) -> None:
    played = scenarios.played(path)
    assert played.failure is None, f"step {played.step}: {played.failure.say('en')}"


@pytest.mark.parametrize("drawing", scenarios.processes())
def test_every_flow_is_walked_by_some_scenario(drawing: str) -> None:
    key = drawing.removesuffix(".bpmn")
    paths = [path for path in scenarios.scenarios() if path.parts[-3] == key]
    played = [scenarios.played(path) for path in paths]
    left = unwalked(scenarios.process(drawing), played)
    # A part is walked by its own scenarios; a kind that enters it one way walks that way alone.
    assert [flow for flow in left if "/" not in flow] == []


# A directive holds an instance for each district, section and officer at once.
LARGEST = {"directive.bpmn": 20_000}


@pytest.mark.parametrize("drawing", scenarios.processes())
def test_no_random_walk_gets_stuck(drawing: str) -> None:
    process = scenarios.process(drawing)
    # Chance may go round for long; what is stuck never ends, however long it is walked.
    walked = engine.walk(process, walks=60, longest=600)
    assert [finding.say("en") for finding in walked.findings] == []
    assert walked.unfinished == 0
    assert walked.largest_state < LARGEST.get(drawing, 3_000)


def test_every_form_is_used_and_every_table_too() -> None:
    files = scenarios.files()
    used = set().union(*(engine.pick(files, drawing) for drawing in scenarios.processes()))
    assert sorted(files.keys() - used) == []


@pytest.mark.parametrize("drawing", scenarios.processes())
def test_outline_beside_the_drawing_is_its_own(drawing: str) -> None:
    """A change of a drawing shows its text; write it by ``caseflow workflows outline``."""
    kept = scenarios.WORKFLOWS / drawing.removesuffix(".bpmn") / "outline.txt"
    assert kept.read_text(encoding="utf-8") == engine.outline(scenarios.process(drawing))
