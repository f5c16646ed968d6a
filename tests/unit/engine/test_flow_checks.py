"""Warnings: what is asked before anything sets it, and what is declared and never asked."""

from __future__ import annotations

import json

import pytest

from caseflow import engine
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.forms.sample import component, data
from tests.unit.engine.sketch import bundle

FORM = {
    "type": "default",
    "id": "asks",
    "components": [
        {
            "type": "textfield",
            "key": "answer",
            "label": "答复",
            "properties": {"routing": "true", "label_en": "Answer"},
        }
    ],
}
ASKED = """
    start s
    user first section_chief
    xor g
    user ask section_chief form=asks
    end e
    s -> first -> g
    g -> ask : answer = "again"
    g => e
    ask -> e
"""
LOOP = ASKED.replace("    ask -> e\n", "    ask -> again\n").replace(
    "s -> first", "xor again\n    s -> again -> first"
)


def advice(text: str, variables: str = "") -> list[tuple[str, str]]:
    files = bundle(text, variables, asks__form=json.dumps(FORM).encode())
    assert [f.say("en") for f in engine.check(files) if f.level == "error"] == []
    found = engine.advise(files)
    assert all(f.level == "warning" and f.line > 0 for f in found)
    assert all(f.say("zh") != f.say("en") for f in found)
    return [(finding.code, finding.element) for finding in found]


def test_a_condition_before_the_only_step_that_answers_it_is_told() -> None:
    assert advice(ASKED) == [("asked_too_early", "g")]


@pytest.mark.parametrize("variables", ["answer: string"])
def test_what_the_start_gives_can_be_asked_anywhere(variables: str) -> None:
    assert advice(ASKED, variables) == []


def test_in_a_loop_the_answer_may_come_from_the_round_before() -> None:
    assert advice(LOOP) == []


def test_an_arm_beside_may_have_answered() -> None:
    text = """
        start s
        and fork
        user ask section_chief form=asks
        xor g
        user more section_chief
        xor merged
        and join
        end e
        s -> fork -> ask -> join -> e
        fork -> g -> more : answer = "again"
        g => merged
        more -> merged -> join
    """.replace("fork -> g -> more : ", "fork -> g\n        g -> more : ")
    assert advice(text) == []


def test_answers_inside_a_subprocess_are_known_behind_it() -> None:
    text = """
        start s
        sub p
        start ps
        user ask section_chief form=asks
        end pe
        ps -> ask -> pe
        up
        xor g
        user more section_chief
        end e
        s -> p -> g
        g -> more : answer = "again"
        g => e
        more -> e
    """
    assert advice(text) == []


def test_a_declared_variable_that_nothing_asks_is_told() -> None:
    assert advice("start s\nuser a\nend e\ns -> a -> e", "n: number") == [("unused", "sketch")]
    assert advice('start s\nuser a due=duration("P1D")*n\nend e\ns -> a -> e', "n: number") == []


def test_a_table_asks_in_its_columns_and_cells() -> None:
    asked = dmn('hitPolicy="FIRST"', ['> least; -; - -> "many"', '-; -; - -> "few"'])
    text = "start s\nrule r table x\nuser a\nend e\ns -> r -> a -> e"
    names = "tax: number; signs: boolean; kind: string; least: number; most: number"
    found = engine.advise(bundle(text, names, t__dmn=asked))
    assert [finding.values["name"] for finding in found] == ["most"]


def test_conditions_of_instances_and_of_fields_in_lists_ask_too() -> None:
    text = "start s\nuser a form=rows multi=names:each until=enough\nend e\ns -> a -> e"
    row = component("textfield", "cell", hide="quiet")
    rows = data(component("dynamiclist", "lines", components=[row]), key="rows")
    names = "names: list of string; enough: boolean; quiet: boolean; lost: number"
    files = bundle(text, names, rows__form=rows)
    assert [f.say("en") for f in engine.check(files) if f.level == "error"] == []
    assert [finding.values["name"] for finding in engine.advise(files)] == ["lost"]


def test_a_word_in_quotation_marks_is_no_question() -> None:
    text = 'start s\nxor g\nuser a\nend e\ns -> g\ng -> a : kind = "n"\na -> e\ng => e'
    assert advice(text, "n: number; kind: string") == [("unused", "sketch")]


def test_nothing_is_advised_where_something_is_wrong() -> None:
    assert engine.advise(bundle("start s\nuser a\ns -> a", "n: number")) == []


APPROVAL = """
    start s
    xor again
    user make
    user agree section_chief status=for_approval
    on late agree timer:P3D
    xor agreed
    xor after
    user go_on
    end e
    s -> again -> make -> agree -> agreed
    agreed -> again : score > 1
    agreed => after
    after -> go_on -> e
"""
ESCALATED = f"{APPROVAL}user decide district_leader status=for_approval\nlate -> decide -> after"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (f"{APPROVAL}late -> after", ["late"]),
        (f"{APPROVAL}late -> again", []),
        (ESCALATED, []),
    ],
)
def test_time_approves_nothing_but_may_send_back_or_escalate(text: str, refused: list[str]) -> None:
    found = engine.check(bundle(text, "score: number"))
    assert [each.element for each in found if each.code == "approved_by_time"] == refused
    assert [each.element for each in found if each.level == "error"] == refused
