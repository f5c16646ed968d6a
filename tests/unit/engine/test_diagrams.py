"""What runs must be seen: ids that tools keep, and a picture of everything."""

import pytest

from caseflow import engine
from tests.unit.engine.sketch import bpmn, bundle
from tests.workflows import scenarios

PLAIN = "start s\nuser a\nend e\ns -> a -> e"


def test_drawing_of_the_house_is_drawn_whole() -> None:
    assert engine.undrawn(engine.pick(scenarios.files(), "warning_verification.bpmn")) == []


def test_drawing_without_a_picture_is_named_with_what_is_missing() -> None:
    (finding,) = engine.undrawn(bundle(PLAIN))
    assert (finding.code, finding.element, finding.values["count"]) == ("undrawn", "s", 5)
    assert finding.line > 1


def test_one_step_that_is_not_drawn_is_named() -> None:
    files = engine.pick(scenarios.files(), "warning_verification.bpmn")
    name = "warning_verification.bpmn"
    hidden = files[name].replace(b'bpmnElement="desk_check"', b'bpmnElement="nowhere"')
    (finding,) = engine.undrawn(files | {name: hidden})
    assert finding.element == "desk_check"


@pytest.mark.parametrize("name", ["a b", "a/b", "1a", "分派 step", "a:b", "-a"])
def test_id_that_tools_would_lose_is_refused(name: str) -> None:
    drawing = bpmn(PLAIN).decode().replace('id="a"', f'id="{name}"')
    drawing = drawing.replace('"a"', f'"{name}"')
    findings = engine.check(bundle(PLAIN) | {"sketch.bpmn": drawing.encode()})
    assert ("bad_id", name) in {(each.code, each.element) for each in findings}


def test_id_may_be_chinese() -> None:
    drawing = bpmn(PLAIN).decode().replace('"a"', '"派员.第1次"')
    assert engine.check(bundle(PLAIN) | {"sketch.bpmn": drawing.encode()}) == []
