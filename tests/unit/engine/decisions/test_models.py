"""Decisions that require decisions, functions and services, and boxes of every kind."""

from decimal import Decimal

import pytest

from caseflow import engine, feel
from caseflow.engine import decisions
from caseflow.engine.decisions import Question

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(body: str) -> decisions.Model:
    found, findings = decisions.read_model("m.dmn", written(body))
    assert not findings, [finding.say("en") for finding in findings]
    return found


def written(body: str) -> bytes:
    return (
        f'<definitions xmlns="{SPACE}" id="m" name="m" namespace="m">{body}</definitions>'.encode()
    )


def decision(name: str, logic: str, *needs: str, kind: str = "") -> str:
    """A decision; needs are ``input:x``, ``decision:x`` or ``function:x``."""
    tags = {"input": "requiredInput", "decision": "requiredDecision"}
    required = "".join(
        f'<informationRequirement><{tags[what]} href="#{key}"/></informationRequirement>'
        if what in tags
        else f'<knowledgeRequirement><requiredKnowledge href="#{key}"/></knowledgeRequirement>'
        for what, _, key in (need.partition(":") for need in needs)
    )
    typed = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{typed}/>'
    return f'<decision id="{name}" name="{name}">{variable}{required}{logic}</decision>'


def text(expression: str) -> str:
    escaped = expression.replace("&", "&amp;").replace("<", "&lt;")
    return f"<literalExpression><text>{escaped}</text></literalExpression>"


def given(name: str, kind: str) -> str:
    variable = f'<variable name="{name}" typeRef="{kind}"/>'
    return f'<inputData id="{name}" name="{name}">{variable}</inputData>'


def ask(body: str, name: str = "d", **values: object) -> object:
    return Question(model(body), values, {}).decision(name)


def test_decision_uses_the_results_it_requires() -> None:
    body = (
        given("sales", "number")
        + decision("tax", text("sales * 0.17"), "input:sales")
        + decision("d", text('if tax > 100 then "high" else "low"'), "decision:tax")
    )
    assert ask(body, sales=1000) == "high"
    assert ask(body, sales=1) == "low"


def test_input_of_the_wrong_type_is_null() -> None:
    body = given("sales", "number") + decision("d", text("sales = null"), "input:sales")
    assert ask(body, sales="much") is True


def test_name_that_is_not_required_is_not_seen() -> None:
    body = given("sales", "number") + decision("d", text("sales"))
    assert ask(body, sales=1) is None


def test_context_ends_in_its_result_and_may_hold_functions() -> None:
    double = (
        '<contextEntry><variable name="double"/><functionDefinition>'
        '<formalParameter name="x" typeRef="number"/>' + text("x * 2") + "</functionDefinition>"
        "</contextEntry>"
    )
    entry = f'<contextEntry><variable name="a"/>{text("21")}</contextEntry>'
    last = f"<contextEntry>{text('double(a)')}</contextEntry>"
    assert ask(decision("d", f"<context>{double}{entry}{last}</context>")) == Decimal(42)
    kept = ask(decision("d", f"<context>{entry}</context>"))
    assert kept == {"a": Decimal(21)}


def test_relation_and_list_are_lists() -> None:
    row = f"<row>{text('1')}{text('2')}</row>"
    relation = f'<relation><column name="a"/><column name="b"/>{row}{row}</relation>'
    assert ask(decision("d", relation)) == [{"a": Decimal(1), "b": Decimal(2)}] * 2
    assert ask(decision("d", f"<list>{text('1')}{text('null')}</list>")) == [Decimal(1), None]


KNOWLEDGE = (
    '<businessKnowledgeModel id="rate" name="rate"><variable name="rate"/><encapsulatedLogic>'
    '<formalParameter name="kind" typeRef="string"/>'
    + text('if kind = "small" then 0.03 else 0.17')
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_knowledge_is_called_by_text_and_by_invocation() -> None:
    by_text = decision("d", text('rate("small")'), "function:rate")
    binding = f'<binding><parameter name="kind"/>{text(chr(34) + "other" + chr(34))}</binding>'
    invocation = f"<invocation>{text('rate')}{binding}</invocation>"
    assert ask(KNOWLEDGE + by_text) == Decimal("0.03")
    assert ask(KNOWLEDGE + decision("d", invocation, "function:rate")) == Decimal("0.17")


def test_knowledge_may_call_itself_but_not_for_ever() -> None:
    body = KNOWLEDGE.replace('"small"', '"small" then 0 else rate(kind) + 0 * 1 + if kind = "x"')
    endless = body + decision("d", text('rate("y")'), "function:rate")
    with pytest.raises(engine.EngineError):
        ask(endless)


def test_service_answers_from_what_it_is_given() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#high"/>'
        '<inputDecision href="#tax"/></decisionService>'
    )
    body = (
        service
        + decision("tax", text("1"))
        + decision("high", text("tax > 100"), "decision:tax")
        + decision("d", text("s(200)"), "function:s")
    )
    assert ask(body) is True
    assert Question(model(body), {}, {}, known={"tax": Decimal(5)}).service("s") is False


def test_conditional_filter_and_loops() -> None:
    def part(name: str, inner: str) -> str:
        return f"<{name}>{text(inner)}</{name}>"

    choice = part("if", "1 > 2") + part("then", '"a"') + part("else", '"b"')
    assert ask(decision("d", f"<conditional>{choice}</conditional>")) == "b"
    kept = part("in", "[{n: 1}, {n: 5}]") + part("match", "n > 2")
    assert ask(decision("d", f"<filter>{kept}</filter>")) == [{"n": Decimal(5)}]
    loop = part("in", "[1, 2]") + part("return", "x * 2")
    assert ask(decision("d", f'<for iteratorVariable="x">{loop}</for>')) == [2, 4]
    tested = part("in", "1..3").replace("1..3", "[1..3]") + part("satisfies", "x > 2")
    assert ask(decision("d", f'<some iteratorVariable="x">{tested}</some>')) is True
    assert ask(decision("d", f'<every iteratorVariable="x">{tested}</every>')) is False


def test_types_of_the_file_bind_values() -> None:
    types = (
        '<itemDefinition name="tGrade"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tFirm"><itemComponent name="grade"><typeRef>tGrade</typeRef>'
        "</itemComponent></itemDefinition>"
        '<itemDefinition name="tFirms" isCollection="true"><typeRef>tFirm</typeRef>'
        "</itemDefinition>"
    )
    body = types + given("firms", "tFirms") + decision("d", text("firms.grade"), "input:firms")
    assert ask(body, firms=[{"grade": "A"}, {"grade": "B"}]) == ["A", "B"]
    assert ask(body, firms=[{"grade": "C"}]) is None


NAMELESS = f"<contextEntry>{text('1')}</contextEntry>"


def types(depth: int, parts: int) -> str:
    """Types each of which holds the next, so many times."""
    return "".join(
        f'<itemDefinition name="t{at}">'
        + "".join(
            f'<itemComponent name="p{part}"><typeRef>t{at + 1}</typeRef></itemComponent>'
            for part in range(parts)
        )
        + "</itemDefinition>"
        for at in range(depth)
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<import namespace="x" name="x" importType="y"/>', "dmn_unsupported"),
        ('<decision id="d" name="d"/>', "dmn_no_table"),
        (decision("d", text("1"), "decision:nothing"), "dmn_reference"),
        (decision("d", text("1"), "decision:d"), "dmn_cycle"),
        (decision("d", text("1 +")), "feel"),
        (
            decision(
                "d",
                '<literalExpression expressionLanguage="java"><text>1</text></literalExpression>',
            ),
            "language",
        ),
        (decision("d", text("1"), kind="money"), "dmn_type"),
        (
            decision("d", '<functionDefinition kind="Java"><context/></functionDefinition>'),
            "dmn_function",
        ),
        (decision("d", f"<conditional><if>{text('true')}</if></conditional>"), "dmn_incomplete"),
        (decision("d", f"<invocation>{text('1 + 1')}</invocation>"), "dmn_invocation"),
        (
            '<decisionService id="s" name="s"><outputDecision href="#x"/></decisionService>',
            "dmn_reference",
        ),
        (given("x", "number") * 2, "twice"),
        (given("x", "number") + decision("d", text("1"), "decision:x"), "dmn_reference"),
        (decision("d", "<context><contextEntry/></context>"), "dmn_incomplete"),
        (decision("d", f"<context>{NAMELESS}{NAMELESS}</context>"), "dmn_incomplete"),
        (types(40, 2) + decision("d", text("1"), kind="t0"), "dmn_type_large"),
        (types(3_000, 1) + decision("d", text("1"), kind="t0"), "dmn_type_large"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(body: str, code: str) -> None:
    _, findings = decisions.read_model("m.dmn", written(body))
    assert code in [finding.code for finding in findings]
    assert all(finding.line and finding.say("zh") and finding.say("en") for finding in findings)


def test_refused_decision_cannot_be_asked() -> None:
    found, _ = decisions.read_model("m.dmn", written(decision("d", text("1 +"))))
    with pytest.raises(engine.BadValue):
        Question(found, {}, {}).decision("d")


def test_drawing_may_call_a_decision_that_requires_others() -> None:
    body = (
        given("sales", "number")
        + decision("tax", text("sales * 0.17"), "input:sales", kind="number")
        + decision("d", text("tax > limit"), "decision:tax")
    )
    names = {"sales": feel.NUMBER, "limit": feel.NUMBER}
    found, findings = decisions.read("m.dmn", written(body), names)
    assert not findings
    assert found["d"].decide({"sales": Decimal(1000), "limit": Decimal(100)}) is True
    assert found["d"].result_type("") == feel.BOOLEAN
    assert found["d"].result_type("collectEntries") == feel.list_of(feel.BOOLEAN)
    assert found["d"].decide({"sales": 1, "limit": 100}, mapping="resultList") == [False]


def test_input_that_the_drawing_does_not_have_is_refused() -> None:
    body = given("sales", "number") + decision("d", text("sales"), "input:sales")
    _, unknown = decisions.read("m.dmn", written(body), {})
    assert "dmn_input" in [finding.code for finding in unknown]
    _, mistyped = decisions.read("m.dmn", written(body), {"sales": feel.STRING})
    assert [finding.code for finding in mistyped] == ["dmn_column_type"]


def chain(length: int) -> list[str]:
    """Decisions each of which requires the one before."""
    rest = range(1, length)
    after = [decision(f"d{n}", text(f"d{n - 1} + 1"), f"decision:d{n - 1}") for n in rest]
    return [decision("d0", text("0")), *after]


def test_chain_of_decisions_is_bounded() -> None:
    assert ask("".join(chain(40)), "d39") == 39
    backwards = "".join(reversed(chain(300)))  # so that reading it must go down
    found, findings = decisions.read_model("m.dmn", written(backwards))
    assert "dmn_too_deep" in {finding.code for finding in findings}
    with pytest.raises(engine.BadValue):
        Question(found, {}, {}).decision("d299")


def function(number: int) -> str:
    """A function that calls the one before twice."""
    before = number - 1
    needs = f'<knowledgeRequirement><requiredKnowledge href="#f{before}"/></knowledgeRequirement>'
    body = text(f"f{before}(n) + f{before}(n)") if number else text("n")
    return (
        f'<businessKnowledgeModel id="f{number}" name="f{number}"><variable name="f{number}"/>'
        f"<encapsulatedLogic><formalParameter name='n'/>{body}</encapsulatedLogic>"
        f"{needs if number else ''}</businessKnowledgeModel>"
    )


def test_functions_that_double_their_work_are_stopped() -> None:
    body = "".join(function(number) for number in range(30))
    asks = decision("d", text("f4(1)"), "function:f4")
    assert ask(body + asks) == 16
    with pytest.raises(engine.BadValue) as raised:
        ask(body + asks.replace("f4", "f29"))
    assert raised.value.code == "too_much_work"
