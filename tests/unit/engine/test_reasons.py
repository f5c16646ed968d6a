"""Why a case went on as it did, in words: values, rules, answers, conditions."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from caseflow.engine import reasons
from caseflow.engine.reasons import Reason
from caseflow.engine.trial import Trial
from caseflow.feel.errors import Language
from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.sketch import bundle

NAMES = "tax: number; signs: boolean; kind: string"
TABLE = "start s\nrule r table outcome\nuser a\nend e\ns -> r -> a -> e"
ROWS = ['>= 100; -; - -> "high"', '-; true; "a" -> "mid"', '-; -; - -> "low"']


def why(
    text: str,
    values: dict[str, Any],
    *,
    table: bytes = b"",
    names: str = NAMES,
    language: Language = "zh",
) -> list[Reason]:
    files = bundle(text, names) | ({"t.dmn": table} if table else {})
    run = Trial.of(files)
    answer = run.act({"start": values})
    assert "error" not in answer, answer
    return reasons.of(run.process, run.asked, language, labels={"tax": ("税额", "Tax")})


@pytest.mark.parametrize(
    ("values", "number", "tests", "outcome"),
    [
        ({"tax": Decimal(100)}, 1, "税额 ≥ 100", "high"),
        ({"tax": Decimal(1), "signs": True, "kind": "a"}, 2, "signs 是；kind a", "mid"),
        ({}, 3, "", "low"),
    ],
)
def test_the_rule_of_a_table_that_held_is_told_by_number_and_in_words(
    values: dict[str, Any], number: int, tests: str, outcome: str
) -> None:
    (found,) = why(TABLE, values, table=dmn('hitPolicy="FIRST"', ROWS))
    assert found.rules == ((number, tests, ""),)
    assert found.outputs == (("outcome", outcome),)


def test_the_inputs_are_told_as_they_were_when_the_table_was_asked() -> None:
    found = why(
        TABLE,
        {"tax": Decimal("7.50"), "signs": False},
        table=dmn('hitPolicy="FIRST"', ROWS),
        language="en",
    )
    assert found[0].inputs == (("Tax", "7.5"), ("signs", "no"), ("kind", ""))


def test_several_answers_of_a_row_are_told_column_by_column() -> None:
    table = dmn('hitPolicy="FIRST"', ['-; -; - -> "high"; 3'], "grade:string days:number")
    text = TABLE.replace("outcome", "outcome mapping=singleResult")
    (found,) = why(text, {}, table=table)
    assert found.outputs == (("grade", "high"), ("days", "3"))


def test_all_rules_that_held_are_told_where_a_table_collects() -> None:
    (found,) = why(TABLE, {"tax": Decimal(100)}, table=dmn('hitPolicy="COLLECT"', ROWS))
    assert [number for number, *_ in found.rules] == [1, 3]
    assert found.outputs == (("outcome", "high、low"),)


def test_a_table_in_which_no_rule_holds_says_so() -> None:
    (found,) = why(TABLE, {}, table=dmn('hitPolicy="FIRST"', ROWS[:1]))
    assert (found.rules, found.outputs) == ((), (("outcome", ""),))


GATE = "start s\nxor g\nuser a\nuser b\nend e\ns -> g\ng -> a : tax > 10\ng => b\na -> e\nb -> e"


@pytest.mark.parametrize(
    ("values", "inputs", "taken", "refused"),
    [
        ({"tax": Decimal(11)}, (("税额", "11"),), (("g_a", "税额 > 10"),), ()),
        ({}, (("税额", ""),), (("g_b", ""),), ("税额 > 10",)),
    ],
)
def test_a_gateway_tells_the_values_and_the_condition_that_held(
    values: dict[str, Any], inputs: object, taken: object, refused: object
) -> None:
    (found,) = why(GATE, values)
    assert (found.inputs, found.taken, found.refused) == (inputs, taken, refused)


def test_an_inclusive_gateway_tells_every_way_it_took() -> None:
    text = GATE.replace("xor g", "or g\nuser c").replace("g => b", "g -> c : signs\ng => b\nc -> e")
    (found,) = why(text, {"tax": Decimal(11), "signs": True})
    assert [flow for flow, _ in found.taken] == ["g_a", "g_c"]


def test_a_merge_asks_nothing() -> None:
    assert why("start s\nxor m\nuser a\nend e\ns -> m -> a -> e", {}) == []


def test_an_instant_is_told_in_the_time_of_the_bureau() -> None:
    due = datetime(2010, 1, 25, 1, tzinfo=UTC)
    text = GATE.replace("tax > 10", "at = null")
    (found,) = why(text, {"at": due}, names="at: date_time")
    assert found.inputs == (("at", "2010-01-25 09:00"),)


@pytest.mark.parametrize(("language", "heading"), [("zh", "本期税额"), ("en", "Tax")])
def test_a_column_is_told_by_its_heading_in_chinese(language: Language, heading: str) -> None:
    table = dmn('hitPolicy="FIRST"', ROWS).replace(b'id="i1"', 'id="i1" label="本期税额"'.encode())
    (found,) = why(TABLE, {}, table=table, language=language)
    assert found.inputs[0][0] == heading


def test_an_act_that_failed_leaves_no_reasons_behind() -> None:
    run = Trial.of(bundle(GATE, NAMES))
    run.act({"start": {}})
    assert run.asked
    assert "error" in run.act({"start": {}})
    assert run.asked == []
