"""A decision table as the interpreter reads it: the first row that fits, one output."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.trust.interpreter.words import Value, equal, value_of

_D = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


def decide(files: Mapping[str, bytes], name: str, values: Mapping[str, Value]) -> Value:
    """What the expression says, or the output of the first row whose cells all fit, or None."""
    for data in files.values():
        for decision in etree.fromstring(data).iter(_D + "decision"):
            if decision.get("id") == name:
                said = decision.findtext(f"{_D}literalExpression/{_D}text")
                if said is not None:
                    return value_of(said, values)
                return _table(decision.find(_D + "decisionTable"), values)
    raise LookupError(name)


def _table(table: etree._Element | None, values: Mapping[str, Value]) -> Value:
    assert table is not None
    assert table.get("hitPolicy") == "FIRST"
    asked = [
        value_of(text.text or "null", values)
        for text in table.iterfind(f"{_D}input/{_D}inputExpression/{_D}text")
    ]
    for rule in table.iterfind(_D + "rule"):
        cells = [text.text or "" for text in rule.iterfind(f"{_D}inputEntry/{_D}text")]
        if all(
            _fits(cell.strip(), value, values) for cell, value in zip(cells, asked, strict=True)
        ):
            answer = rule.findtext(f"{_D}outputEntry/{_D}text") or "null"
            return value_of(answer, values)
    return None


def _fits(cell: str, value: Value, values: Mapping[str, Value]) -> bool:
    if cell in {"", "-"}:
        return True
    if cell == "not(null)":
        return value is not None
    if cell[0] in "<>":
        return value_of(f"asked {cell}", {**values, "asked": value}) is True
    wanted = value_of(f"[{cell}]", values)
    return any(equal(value, each) is True for each in wanted)
