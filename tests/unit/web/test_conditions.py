"""Conditions of the shipped forms for the browser, and those that stay with the server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caseflow.web import conditions

FORMS = sorted((Path(__file__).parents[3] / "forms").glob("*.form"))


def _hides(components: list[dict[str, Any]]) -> Iterator[str]:
    for each in components:
        if "conditional" in each:
            yield each["conditional"]["hide"]
        yield from _hides(each.get("components", []))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('=result != "confirmed"', ["any", ["!=", "result", "confirmed"]]),
        ('=a = null or a = "none"', ["any", ["=", "a", ""], ["=", "a", "none"]]),
        (
            '=if list contains(persons, "other") then false else true',
            ["any", ["!has", "persons", "other"]],
        ),
        (
            '=if contact_result in ("no_reply", "refused") then false else true',
            ["any", ["!in", "contact_result", ["no_reply", "refused"]]],
        ),
        (
            '=kind != "final" or nature in ("not_opened", "no_violation")',
            [
                "any",
                ["!=", "kind", "final"],
                ["=", "nature", "not_opened"],
                ["=", "nature", "no_violation"],
            ],
        ),
        (
            '=result != "corrected" and result != "corrected_partly"',
            ["any", ["!in", "result", ["corrected", "corrected_partly"]]],
        ),
    ],
)
def test_simple_conditions_are_handed_to_the_browser(text: str, rule: list[object]) -> None:
    assert conditions.of(text) == rule


def test_condition_over_what_the_form_does_not_hold_stays_with_the_server() -> None:
    assert conditions.of('=ti_flag != true or approval_decision != "agree"') is None
    assert conditions.of("=some x in doubts satisfies x.unclear") is None


@pytest.mark.parametrize("path", FORMS, ids=[path.stem for path in FORMS])
def test_no_condition_of_a_form_breaks_the_reader(path: Path) -> None:
    for text in _hides(json.loads(path.read_text())["components"]):
        rule = conditions.of(text)
        assert rule is None or rule[0] == "any"


def test_the_sums_of_an_inspection_are_asked_as_soon_as_it_is_said_to_be_final() -> None:
    form = json.loads(next(each for each in FORMS if each.stem == "ti_feedback").read_text())
    taxes = next(each for each in form["components"] if each.get("path") == "taxes")
    rule = conditions.of(taxes["conditional"]["hide"])
    assert rule is not None
    assert ["!=", "feedback_kind", "final"] in rule
