"""What is written on elements: other engines' parts, strangers, bombs, no measure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.engine.refused.builders import PLAIN, Refused, changed, condition, drawn, raw
from tests.unit.engine.sketch import bpmn

LOOP = "start s\nxor again\nservice t x\nxor g\nend e\ns -> again -> t -> g\n"


def of_elements() -> Iterator[tuple[str, Refused]]:
    """What other engines would run and this one must not."""
    for kind, body in (
        ("scriptTask", "<script>import os; os.system('id')</script>"),
        ("task", ""),
        ("complexGateway", ""),
        ("transaction", ""),
        ("adHocSubProcess", ""),
    ):
        drawing = bpmn("start s\nend e\ns -> e").replace(
            b"</process>", f'\n<{kind} id="x">{body}</{kind}></process>'.encode()
        )
        yield kind, Refused(raw(drawing), "unsupported", "x")
    for kind in ("linkEventDefinition", "compensateEventDefinition", "conditionalEventDefinition"):
        yield kind, Refused(changed("</endEvent>", f"<{kind}/></endEvent>"), "unsupported", "e")
    listener = (
        '<extensionElements><camunda:executionListener event="start"><camunda:script '
        'scriptFormat="groovy">"id".execute()</camunda:script></camunda:executionListener>'
        "</extensionElements></endEvent>"
    )
    yield "script in a listener", Refused(changed("</endEvent>", listener), "unsupported", "e")
    service = "start s\nservice t x\nend e\ns -> t -> e"
    for attribute in ('class="java.lang.Runtime"', 'expression="${runtime.exec()}"'):
        yield (
            f"service task with {attribute[:5]}",
            Refused(
                changed('camunda:topic="x"', f"camunda:{attribute}", service), "unsupported", "t"
            ),
        )
    yield (
        "loop marker",
        Refused(
            changed("</userTask>", "<standardLoopCharacteristics/></userTask>"), "unsupported", "a"
        ),
    )


def of_words() -> Iterator[tuple[str, Refused]]:
    """Roles, forms, tables and verbs that there are not."""
    yield (
        "unknown role",
        Refused(drawn("start s\nuser a emperor\nend e\ns -> a -> e"), "unknown_role", "a"),
    )
    yield "no role", Refused(changed('camunda:candidateGroups="section_chief"', ""), "no_role", "a")
    yield (
        "unknown form",
        Refused(drawn("start s\nuser a form=lost\nend e\ns -> a -> e"), "unknown_form", "a"),
    )
    yield "no form", Refused(changed('camunda:formKey="plain"', ""), "no_form", "a")
    yield (
        "unknown table",
        Refused(drawn("start s\nrule r lost x\nend e\ns -> r -> e"), "unknown_decision", "r"),
    )
    yield (
        "table without result",
        Refused(
            changed('camunda:resultVariable="x"', "", "start s\nrule r t x\nend e\ns -> r -> e"),
            "no_result",
            "r",
        ),
    )
    yield (
        "unknown verb",
        Refused(drawn("start s\nservice t format_disk\nend e\ns -> t -> e"), "unknown_verb", "t"),
    )
    yield (
        "no verb",
        Refused(
            changed('camunda:topic="x"', "", "start s\nservice t x\nend e\ns -> t -> e"),
            "no_topic",
            "t",
        ),
    )
    yield (
        "variables declared wrongly",
        Refused(drawn(PLAIN, "n: integer"), "variable_declared", "sketch"),
    )


def of_expressions() -> Iterator[tuple[str, Refused]]:
    """Expressions that are another language, a bomb, or about nothing."""
    for name, text in {
        "Python in a condition": '__import__("os").system("id") = 0',
        "a way to Python's classes": "n.__class__.__base__ = null",
        "an unknown name": "amount > 1",
        "an unknown function": "exec(n) = 1",
        "a word that the variable never has": 'word = "maybe"',
        "an expression of pages": " and ".join(["n > 1"] * 500),
        "an expression of a hundred brackets": f"{'(' * 100}n{')' * 100} > 1",
        "a text as condition": '"yes"',
        "two expressions": "n > 1; n > 2",
    }.items():
        yield name, Refused(condition(text), "feel", "g_a")
    yield (
        "another language",
        Refused(
            changed(
                "<conditionExpression>",
                '<conditionExpression language="javascript">',
                "start s\nxor g\nend e\nend f\ns -> g\ng -> e : true\ng => f",
            ),
            "language",
            "g_e",
        ),
    )
    yield (
        "loops in loops",
        Refused(
            condition("count(for i in 1..999 return for j in 1..999 return i * j) > n"), "walk", "g"
        ),
    )
    yield (
        "a power of powers",
        Refused(condition("count(for i in 1..9999 return string(i ** 99)) > n"), "walk", "g"),
    )


def of_many() -> Iterator[tuple[str, Refused]]:
    """Courses without measure."""
    yield (
        "list and number at once",
        Refused(
            changed(
                "</multiInstance",
                "<loopCardinality>2</loopCardinality></multiInstance",
                "start s\nuser a multi=names:x\nend e\ns -> a -> e",
                "names: list of string",
            ),
            "multi_count",
            "a",
        ),
    )
    counted = "start s\nuser a multi=names:x\nend e\ns -> a -> e"
    for name, text in {
        "minus one instance": "-1",
        "half an instance": "0.5",
        "a million instances": "1000000",
    }.items():
        files = changed('camunda:collection="names"', "", counted)
        files["sketch.bpmn"] = files["sketch.bpmn"].replace(
            b"</multiInstance", f"<loopCardinality>{text}</loopCardinality></multiInstance".encode()
        )
        yield name, Refused(files, "walk", "a")
    yield (
        "a list of thousands",
        Refused(
            drawn("start s\nuser a multi=for~i~in~1..9000~return~i:x\nend e\ns -> a -> e"),
            "walk",
            "a",
        ),
    )
    yield (
        "a number for a list",
        Refused(drawn("start s\nuser a multi=1+1:x\nend e\ns -> a -> e"), "walk", "a"),
    )
    yield (
        "a name that is none",
        Refused(
            drawn("start s\nuser a multi=names:x-y\nend e\ns -> a -> e", "names: list of string"),
            "multi_variable",
            "a",
        ),
    )
    yield (
        "instances of a gateway",
        Refused(
            changed(
                "</exclusiveGateway>",
                '<multiInstanceLoopCharacteristics camunda:collection="[1]"/></exclusiveGateway>',
                "start s\nxor g\nend e\ns -> g -> e",
            ),
            "multi_kind",
            "g",
        ),
    )
    yield (
        "a circle that never waits",
        Refused(
            drawn(f"{LOOP}g -> again : n = null or n < 5\ng => e", "n: number"), "walk", "again"
        ),
    )
    yield (
        "a case that never ends",
        Refused(
            drawn(
                "start s\nxor again\nuser a\nxor g\nend e\ns -> again -> a -> g\n"
                "g -> again : true\ng => e"
            ),
            "walk_on",
            "sketch",
        ),
    )
    yield (
        "a join that waits for ever",
        Refused(
            drawn(
                "start s\nand f\nuser a\nxor g\nuser b\nxor m\nand j\nend e\nend x\n"
                "s -> f -> a -> g\nf -> b -> j\n"
                "g -> m : yes = true\ng => x\nm -> j -> e",
                "yes: boolean",
            ),
            "walk",
            "j",
        ),
    )
