from decimal import Decimal

import pytest

from caseflow import engine, feel
from caseflow.engine import decisions
from caseflow.engine.decisions import Decision
from tests.unit.engine.sketch import moment

NAMES = {"tax": feel.NUMBER, "signs": feel.BOOLEAN, "kind": feel.one_of("a", "b")}


def dmn(policy: str, rows: list[str], outputs: str = "outcome:string") -> bytes:
    """A table over tax, signs and kind; a row is ``cell; cell; cell -> answer; answer``."""
    columns = "".join(
        f'<output id="o_{name}" name="{name}" typeRef="{kind}"/>'
        for name, _, kind in (part.partition(":") for part in outputs.split())
    )
    rules = []
    for number, row in enumerate(rows, 1):
        tests, _, answers = row.partition("->")
        cells = "".join(
            f"<inputEntry><text>{_xml(c)}</text></inputEntry>" for c in tests.split(";")
        )
        given = "".join(
            f"<outputEntry><text>{_xml(c)}</text></outputEntry>" for c in answers.split(";")
        )
        rules.append(f'<rule id="r{number}">{cells}{given}</rule>')
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        f'namespace="t"><decision id="table" name="表"><decisionTable id="t" {policy}>'
        '<input id="i1"><inputExpression id="x1"><text>tax</text></inputExpression></input>'
        '<input id="i2"><inputExpression id="x2"><text>signs</text></inputExpression></input>'
        '<input id="i3"><inputExpression id="x3"><text>kind</text></inputExpression></input>'
        f"{columns}{''.join(rules)}</decisionTable></decision></definitions>"
    ).encode()


def table(policy: str, rows: list[str], outputs: str = "outcome:string") -> Decision:
    found, findings = decisions.read("t.dmn", dmn(policy, rows, outputs), NAMES)
    assert {finding.code for finding in findings} <= {"dmn_gap"}
    return found["table"]


def decide(decision: Decision, *, mapping: str = "", **values: object) -> object:
    return decision.decide(values, mapping=mapping)


GRADES = ['>= 100000; -; - -> "high"', '[10000..100000); -; - -> "middle"', '-; -; - -> "low"']


@pytest.mark.parametrize(
    ("tax", "grade"),
    [("100000", "high"), ("99999.99", "middle"), ("10000", "middle"), ("0", "low"), (None, "low")],
)
def test_first_takes_the_first_rule_that_holds(tax: str | None, grade: str) -> None:
    value = None if tax is None else Decimal(tax)
    assert decide(table('hitPolicy="FIRST"', GRADES), tax=value) == grade


def test_unique_refuses_two_rules_that_hold() -> None:
    # That the second overlaps the first cannot be seen before there is an input.
    decision = table('hitPolicy="UNIQUE"', ['> 0; -; - -> "a"', '? > 10; -; - -> "b"'])
    assert decide(decision, tax=5) == "a"
    assert decide(decision, tax=0) is None
    with pytest.raises(engine.BadValue) as raised:
        decide(decision, tax=11)
    assert "却有规则1、2成立" in raised.value.say("zh")
    assert "but 1, 2 do" in raised.value.say("en")


def test_unique_is_what_a_table_without_policy_means() -> None:
    assert table("", ['> 0; -; - -> "a"']).policy == "UNIQUE"


def test_any_allows_several_rules_that_agree() -> None:
    decision = table(
        'hitPolicy="ANY"', ['> 0; -; - -> "a"', '> 5; -; - -> "a"', '? > 9; -; - -> "b"']
    )
    assert decide(decision, tax=6) == "a"
    with pytest.raises(engine.BadValue):
        decide(decision, tax=10)


def test_rule_order_and_collect_give_all_answers() -> None:
    rows = ['> 0; -; - -> "a"', '> 5; -; - -> "b"', '-; true; - -> "c"']
    for policy in ("RULE ORDER", "COLLECT"):
        decision = table(f'hitPolicy="{policy}"', rows)
        assert decide(decision, tax=6, signs=True) == ["a", "b", "c"]
        assert decide(decision, tax=0, signs=False) == []


@pytest.mark.parametrize(
    ("aggregate", "result"), [("SUM", "9"), ("MIN", "2"), ("MAX", "7"), ("COUNT", "2")]
)
def test_collect_puts_numbers_together(aggregate: str, result: str) -> None:
    rows = ["> 0; -; - -> 2", "> 5; -; - -> 7", "> 9; -; - -> 100"]
    decision = table(f'hitPolicy="COLLECT" aggregation="{aggregate}"', rows, "points:number")
    assert decide(decision, tax=6) == Decimal(result)
    empty = Decimal(0) if aggregate == "COUNT" else None
    assert decide(decision, tax=0) == empty


def test_several_outputs_are_a_record() -> None:
    rows = ['> 0; -; - -> "a"; tax * 2']
    decision = table('hitPolicy="FIRST"', rows, "outcome:string amount:number")
    assert decide(decision, tax=4) == {"outcome": "a", "amount": Decimal(8)}
    assert decide(decision, mapping="resultList", tax=4) == [{"outcome": "a", "amount": Decimal(8)}]


def test_words_of_a_closed_list_are_matched() -> None:
    decision = table('hitPolicy="FIRST"', ['-; not(true); "a","b" -> "yes"', '-; -; - -> "no"'])
    assert decide(decision, kind="b", signs=False) == "yes"
    assert decide(decision, kind="b", signs=True) == "no"
    assert decide(decision, kind=None, signs=False) == "no"


@pytest.mark.parametrize(
    ("policy", "rows", "code"),
    [
        ('hitPolicy="PRIORITY"', GRADES, "dmn_priority"),
        ('hitPolicy="OUTPUT ORDER"', GRADES, "dmn_priority"),
        ('hitPolicy="BEST"', GRADES, "dmn_policy"),
        ('hitPolicy="FIRST" aggregation="SUM"', GRADES, "dmn_aggregate"),
        ('hitPolicy="COLLECT" aggregation="MEDIAN"', GRADES, "dmn_aggregate"),
        ('hitPolicy="FIRST"', [], "dmn_rules"),
        ('hitPolicy="FIRST"', ['> 0; - -> "a"'], "dmn_cells"),
        ('hitPolicy="FIRST"', ['> 0; -; - -> "a"; "b"'], "dmn_cells"),
        ('hitPolicy="FIRST"', ['"x"; -; - -> "a"'], "feel"),
        ('hitPolicy="FIRST"', ['-; -; "c" -> "a"'], "feel"),
        ('hitPolicy="FIRST"', ["-; -; - -> unknown"], "feel"),
        ('hitPolicy="FIRST"', ["-; -; - -> 5"], "feel"),
    ],
)
def test_table_that_could_not_decide_is_refused(policy: str, rows: list[str], code: str) -> None:
    _, findings = decisions.read("t.dmn", dmn(policy, rows), NAMES)
    assert [finding.code for finding in findings] == [code]
    assert findings[0].line > 0
    assert findings[0].say("zh") != findings[0].say("en")


def _xml(text: str) -> str:
    return text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_type_of_the_answer_is_known_to_conditions() -> None:
    row = '-; -; - -> "a"'
    single = table('hitPolicy="FIRST"', [row])
    several = table('hitPolicy="FIRST"', ['-; -; - -> "a"; 1'], "outcome:string tax:number")
    record = feel.context_of({"outcome": feel.STRING, "tax": feel.NUMBER})
    assert single.result_type("") == feel.STRING
    assert single.result_type("collectEntries") == feel.list_of(feel.STRING)
    assert several.result_type("") == several.result_type("singleResult") == record
    assert several.result_type("resultList") == feel.list_of(record)
    assert table('hitPolicy="COLLECT"', [row]).result_type("") == feel.list_of(feel.STRING)
    count = table('hitPolicy="COLLECT" aggregation="COUNT"', [row])
    assert count.result_type("") == feel.NUMBER
    assert decide(single, mapping="collectEntries") == ["a"]
    assert decide(single, mapping="singleResult") == {"outcome": "a"}


def test_sum_of_what_is_no_number_is_refused() -> None:
    decision = table('hitPolicy="COLLECT" aggregation="SUM"', ["-; -; - -> null"], "points:number")
    with pytest.raises(engine.BadValue):
        decide(decision)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<decisionTable", b"<literalExpression", "xml_broken"),
        (b"<definitions", b"<nothing", "xml_broken"),
        (b' id="table"', b"", "dmn_no_table"),
        (b'typeRef="string"', b'typeRef="money"', "dmn_type"),
        (b'<output id="o_outcome" name="outcome" typeRef="string"/>', b"", "dmn_outputs"),
    ],
)
def test_file_that_is_no_table_is_refused(old: bytes, new: bytes, code: str) -> None:
    content = dmn('hitPolicy="FIRST"', ['-; -; - -> "a"']).replace(old, new, 1)
    _, findings = decisions.read("t.dmn", content, NAMES)
    assert code in {finding.code for finding in findings}


def test_answer_outside_the_values_of_its_column_is_refused() -> None:
    values = b'typeRef="string"><outputValues><text>"a", "b"</text></outputValues></output>'
    content = dmn('hitPolicy="FIRST"', ['-; -; - -> "a"', '-; -; - -> "c"'])
    found, findings = decisions.read("t.dmn", content.replace(b'typeRef="string"/>', values), NAMES)
    assert [finding.code for finding in findings] == ["feel"]
    assert found["table"].result_type("") == feel.one_of("a", "b")


def test_table_may_ask_for_the_day() -> None:
    late = 'if today() > date("2010-01-31") then "late" else "in time"'
    decision = table('hitPolicy="FIRST"', [f"-; -; - -> {late}"])
    assert decision.decide({}, moment=moment()) == "in time"
    assert decision.decide({}, moment=moment(10)) == "late"
