"""Tables that cannot decide and forms that no page should be made of."""

from __future__ import annotations

from collections.abc import Iterator

from tests.unit.engine.decisions.test_tables import dmn
from tests.unit.engine.forms.sample import component, data
from tests.unit.engine.refused.builders import Files, Refused, drawn, field, form


def table(content: bytes) -> Files:
    """A bundle that asks the table ``table``."""
    text = "start s\nrule r table x\nuser a section_chief\nend e\ns -> r -> a -> e"
    return drawn(text, "tax: number; signs: boolean; kind: one of a, b", t__dmn=content)


def of_tables() -> Iterator[tuple[str, Refused]]:
    """Tables that cannot decide."""
    good = dmn('hitPolicy="FIRST"', ['-; -; - -> "x"'])
    yield (
        "table with a bomb",
        Refused(table(b'<!DOCTYPE x [<!ENTITY a "b">]>' + good), "xml_doctype"),
    )
    yield (
        "unknown hit policy",
        Refused(table(good.replace(b"FIRST", b"BEST")), "dmn_policy", "t"),
    )
    yield (
        "cell of Python",
        Refused(table(dmn('hitPolicy="FIRST"', ['__import__("os"); -; - -> "x"'])), "feel", "r1"),
    )
    yield (
        "cell about a stranger",
        Refused(table(dmn('hitPolicy="FIRST"', ['-; -; "c" -> "x"'])), "feel", "r1"),
    )
    yield (
        "row with a cell too few",
        Refused(table(dmn('hitPolicy="FIRST"', ['-; - -> "x"'])), "dmn_cells", "r1"),
    )
    yield "table without rules", Refused(table(dmn('hitPolicy="FIRST"', [])), "dmn_rules", "t")
    yield (
        "thousands of rules",
        Refused(table(dmn('hitPolicy="FIRST"', ['-; -; - -> "x"'] * 1_500)), "dmn_rules", "t"),
    )
    yield (
        "sum of words",
        Refused(
            table(dmn('hitPolicy="COLLECT" aggregation="MEDIAN"', ['-; -; - -> "x"'])),
            "dmn_aggregate",
            "t",
        ),
    )
    yield (
        "unknown type",
        Refused(
            table(good.replace(b'typeRef="string"', b'typeRef="java.lang.Object"')),
            "dmn_type",
            "o_outcome",
        ),
    )
    circle = (
        b'<informationRequirement id="q"><requiredDecision href="#table"/>'
        b"</informationRequirement><decisionTable"
    )
    yield (
        "decision that requires itself",
        Refused(table(good.replace(b"<decisionTable", circle, 1)), "dmn_cycle", "table"),
    )
    lost = circle.replace(b"#table", b"#lost")
    yield (
        "decision that requires nothing there is",
        Refused(table(good.replace(b"<decisionTable", lost, 1)), "dmn_reference", "q"),
    )
    java = (
        b'<businessKnowledgeModel id="k" name="k"><encapsulatedLogic kind="Java"><context>'
        b'<contextEntry><variable name="class"/><literalExpression><text>"java.lang.Runtime"</text>'
        b"</literalExpression></contextEntry></context></encapsulatedLogic></businessKnowledgeModel></definitions>"
    )
    yield (
        "function of Java",
        Refused(table(good.replace(b"</definitions>", java)), "dmn_function", "k"),
    )


def of_forms() -> Iterator[tuple[str, Refused]]:
    """Forms that no page should be made of."""
    yield (
        "form that is no JSON",
        Refused(form(text=b'{"type": "default",\n "id": asks}'), "form_broken"),
    )
    yield "form nested without end", Refused(form(text=b"[" * 50_000), "form_broken")
    yield (
        "number without measure",
        Refused(form(text=b'{"a": ' + b"9" * 5_000 + b"}"), "form_broken"),
    )
    yield "number that is none", Refused(form(text=b'{"a": NaN}'), "form_broken")
    yield (
        "form in another encoding",
        Refused(form(text='{"id": "表"}'.encode("gb18030")), "form_encoding"),
    )
    yield "form of a megabyte", Refused(form(text=b" " * 1_000_000), "form_size", has_line=False)
    yield "another kind of form", Refused(form(text=b'{"type": "angular"}'), "form_type")
    yield (
        "form under another name",
        Refused(form(text=data(key="other")), "form_name", has_line=False),
    )
    yield (
        "component of HTML",
        Refused(form(field(type="html", content="<script>alert(1)</script>")), "form_kind", "a"),
    )
    yield "key that is Python's", Refused(form(field(key="__class__")), "form_key", "__class__")
    yield "key given twice", Refused(form(field(), field()), "form_twice", "a")
    yield (
        "hundreds of components",
        Refused(form(*(field(key=f"a{n}") for n in range(401))), "form_fields"),
    )
    yield (
        "pattern that refers back",
        Refused(form(field(validate={"pattern": r"(a+)+\1$"})), "form_pattern", "a"),
    )
    yield (
        "pattern that explodes",
        Refused(form(field(validate={"pattern": "(a{999}){999}"})), "form_pattern", "a"),
    )
    yield (
        "pattern of another language",
        Refused(form(field(validate={"pattern": "(?{system('id')})"})), "form_pattern", "a"),
    )
    yield (
        "length of minus one",
        Refused(form(field(validate={"minLength": -1})), "form_number", "a"),
    )
    yield (
        "length of a small two",
        Refused(form(field(validate={"maxLength": "²"})), "form_number", "a"),
    )
    yield (
        "a million decimals",
        Refused(form(field(type="number", decimalDigits=1_000_000)), "form_number", "a"),
    )
    yield (
        "least that is a word",
        Refused(form(field(type="number", validate={"min": "many"})), "form_bound", "a"),
    )
    yield (
        "validator by an import",
        Refused(
            form(field(properties={"label_en": "A", "validator": "os.system"})),
            "form_validator",
            "a",
        ),
    )
    yield (
        "unknown vocabulary",
        Refused(
            form(field(type="select", properties={"label_en": "A", "vocabulary": "passwords"})),
            "form_vocabulary",
            "a",
        ),
    )
    yield (
        "condition of Python",
        Refused(form(field(conditional={"hide": "=open('/etc/passwd')"})), "feel", "a"),
    )
    yield (
        "list in a list",
        Refused(
            form(
                dict(
                    component(
                        "dynamiclist",
                        "outer",
                        components=[component("dynamiclist", "inner", components=[field()])],
                    )
                )
            ),
            "form_nested_list",
            "outer.inner",
        ),
    )
