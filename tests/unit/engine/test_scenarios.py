"""Scenarios played against a process, what they leave unwalked, and courses to be refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from caseflow import engine
from caseflow.engine import scenarios, ways
from caseflow.engine.course import BadAct
from caseflow.engine.scenarios import Played
from tests.unit.engine.sketch import bundle

PROCESS = engine.load(
    bundle(
        """
    start s
    xor again
    user ask section_chief
    xor g
    end yes
    end no
    s -> again -> ask -> g
    g -> yes : answer = "yes"
    g -> again : answer = "again"
    g => no
""",
        "answer: one of yes, no, again; amount: number",
    )
)


def played(*steps: dict[str, Any], **more: object) -> Played:
    return scenarios.play(PROCESS, scenarios.read({"title": "t", "steps": list(steps), **more}))


def test_a_scenario_comes_to_its_end_and_tells_what_it_passed() -> None:
    said = played({"open": ["ask"]}, {"do": "ask", "set": {"answer": "yes"}}, end="yes")
    assert said.failure is None
    assert scenarios.unwalked(PROCESS, [said]) == ["g_again", "g_no"]


@pytest.mark.parametrize(
    ("steps", "code", "step"),
    [
        ([{"do": "ask", "set": {"answer": "no"}}], "scenario_end", 1),
        ([{"open": []}], "scenario_open", 1),
        ([{"open": ["ask"]}, {"do": "g"}], "element_not_open", 2),
        ([{"do": "aks"}], "unknown_element", 1),
        ([{"do": "ask", "set": {"answer": "maybe"}}], "not_one_of", 1),
        ([{"advance": "3D"}], "bad_span", 1),
        ([{"message": "m"}], "message_not_awaited", 1),
        ([{"signal": "m"}], "signal_not_awaited", 1),
    ],
)
def test_a_failure_tells_its_step(steps: list[dict[str, Any]], code: str, step: int) -> None:
    said = played(*steps, end="yes")
    assert said.failure is not None
    assert (said.failure.code, said.step) == (code, step)
    assert said.failure.say("zh") != said.failure.say("en")


def test_a_course_that_must_be_refused_is_right_only_there_and_so() -> None:
    steps = ({"do": "ask", "set": {"answer": "yes"}}, {"do": "ask"})
    assert played(*steps, refused={"step": 2, "code": "element_not_open"}).failure is None
    for wanted in ({"step": 1, "code": "element_not_open"}, {"step": 2, "code": "endless"}):
        failure = played(*steps, refused=wanted).failure
        assert failure is not None
        assert "2 element_not_open" in failure.say("en")
    passed = played(steps[0], refused={"step": 1, "code": "element_not_open"}).failure
    assert passed is not None
    assert passed.code == "scenario_passed"


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"steps": {}, "end": "x"},
        {"steps": []},
        {"steps": [], "end": "x", "refused": {"step": 1, "code": "x"}},
        {"steps": [], "end": "x", "stepz": []},
        {"steps": [], "refused": {"step": -1, "code": "x"}},
        {"steps": [], "refused": "always"},
        {"steps": ["do"], "end": "x"},
        {"steps": [{"do": "a", "advance": "P1D"}], "end": "x"},
        {"steps": [{"do": "a", "sett": {}}], "end": "x"},
    ],
)
def test_a_file_written_wrongly_is_refused_in_both_languages(content: object) -> None:
    with pytest.raises(BadAct) as refused:
        scenarios.read(content)
    assert refused.value.say("zh") != refused.value.say("en")


def test_numbers_of_a_file_are_exact() -> None:
    said = played({"do": "ask", "set": {"answer": "yes", "amount": 0.1}}, end="yes")
    assert said.last is not None
    assert said.last.variables["amount"] == Decimal("0.1")


def test_ways_that_no_scenario_walks_are_told_the_shortest_first() -> None:
    turning = ways.turnings(PROCESS)
    assert turning == {"g_yes", "g_again", "g_no", "yes", "no"}
    found = ways.unknown(PROCESS, [("g_yes", "yes")], walks=200)
    assert ("g_yes", "yes") not in found
    assert found[:3] == [("g_no", "no"), ("g_again", "g_no", "no"), ("g_again", "g_yes", "yes")]
    assert ways.unknown(PROCESS, found, walks=200) == [("g_yes", "yes")]
