"""How much of the public compatibility kit of DMN passes, level by level.

Usage: python -m benchmarks.tck FOLDER [WORD…]
FOLDER (or CASEFLOW_TCK) holds ``compliance-level-2`` and ``-3`` of the kit github.com/dmn-tck/tck,
which is not copied here; words pick the folders of tests whose names hold one of them, and show
each test that fails. A test is a ``testCase``; it passes when all its results are as expected. A
decision that is refused or cannot be decided counts as null, as the kit has it for errors.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from lxml import etree

from caseflow.engine.decisions import Model, Question, read_model
from caseflow.engine.errors import EngineError
from caseflow.engine.findings import Finding
from caseflow.feel import temporal
from caseflow.feel.values import equal

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CLOSE = Decimal("1e-8")
_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_TIMED = {"now": lambda: _NOW, "today": _NOW.date}


@dataclass
class Level:
    """The count of one level of the kit."""

    tests: int = 0
    passed: int = 0
    valued: int = 0
    valued_passed: int = 0
    failed: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print the count of each level, and what is refused by name."""
    kit = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CASEFLOW_TCK", "")
    if not kit:
        print("tck: name the folder of the kit: python -m benchmarks.tck FOLDER")
        return
    words = sys.argv[2:]
    for folder in sorted(Path(kit).glob("compliance-level-*")):
        level = Level()
        for tests in sorted(folder.glob("*/*-test-*.xml")):
            if not words or any(word in tests.parent.name for word in words):
                _file(tests, level, is_shown=bool(words))
        _print(folder.name, level)


def _print(name: str, level: Level) -> None:
    print(f"{name}: {level.passed:,} of {level.tests:,} tests pass;", end=" ")
    print(f"{level.valued_passed:,} of the {level.valued:,} that expect a value")
    for failed in level.failed:
        print(f"  fails: {failed}")
    for refused, count in level.refused.most_common():
        print(f"  refused: {refused} ({count})")


def _file(path: Path, level: Level, *, is_shown: bool) -> None:
    root = etree.parse(path).getroot()
    model, findings = _model(path.parent / _text(root, "modelName"))
    for finding in findings:
        level.refused[f"{path.parent.name}: {finding.code} {_particulars(finding)}"] += 1
    for test in _children(root, "testCase"):
        wrong = list(_wrong(test, model))
        expects = [_value(_child(each, "expected")) for each in _children(test, "resultNode")]
        has_value = any(each is not None for each in expects)
        level.tests += 1
        level.valued += has_value
        level.passed += not wrong
        level.valued_passed += has_value and not wrong
        if wrong:
            detail = f": {wrong[0]}" if is_shown else ""
            level.failed.append(f"{path.parent.name} {test.get('id', '')}{detail}")


def _particulars(finding: Finding) -> str:
    reason = finding.values.get("reason")
    return reason("en") if callable(reason) else " ".join(map(str, finding.values.values()))


@cache
def _model(path: Path) -> tuple[Model, list[Finding]]:
    return read_model(path.name, path.read_bytes())


def _wrong(test: etree._Element, model: Model) -> Iterator[str]:
    """Yield each result of a test that is not as expected."""
    given = {each.get("name", ""): _value(each) for each in _children(test, "inputNode")}
    for node in _children(test, "resultNode"):
        expected = _value(_child(node, "expected"))
        try:
            found = _answer(test, node.get("name", ""), model, given)
        except EngineError as error:
            found, said = None, str(error)
        else:
            said = repr(found)
        if not _same(found, expected):
            yield f"{node.get('name')} is {said}, not {expected!r}"


def _answer(test: etree._Element, result: str, model: Model, given: Mapping[str, object]) -> object:
    """What the model says to one result of a test: of a decision, service or function."""
    kind = test.get("type", "decision")
    decided = {each.name: each.id for each in model.decisions.values()}
    known = {decided[name]: value for name, value in given.items() if name in decided}
    question = Question(model, given, _TIMED, known=known)
    if kind == "decision":
        return question.decision(decided[result])
    name = test.get("invocableName", "")
    if kind == "bkm":
        model_ids = {each.name: each for each in model.knowledge.values()}
        parameters = model_ids[name].function.parameters
        return question.call(model_ids[name].id, [given.get(each) for each, _ in parameters])
    services = {each.name: each for each in model.services.values()}
    found = question.service(services[name].id)
    is_one_of_many = isinstance(found, dict) and len(services[name].outputs) > 1
    return found.get(result) if is_one_of_many and isinstance(found, dict) else found


def _value(node: etree._Element | None) -> object:
    """Read a value as the kit writes it."""
    if node is None or node.get(_NIL) in ("true", "1"):
        return None
    listed = _child(node, "list")
    if listed is not None:
        return [_value(each) for each in _children(listed, "item")]
    parts = list(_children(node, "component"))
    if parts:
        return {each.get("name", ""): _value(each) for each in parts}
    written = _child(node, "value")
    if written is None or written.get(_NIL) in ("true", "1"):
        return None
    return _read(written.get(_TYPE, "string").rpartition(":")[2], written.text or "")


def _read(kind: str, text: str) -> object:
    return _READERS.get(kind, str)(text)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if Decimal(text).is_finite() else None
    except InvalidOperation:
        return None


_READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("decimal", "double", "integer", "float", "int", "long"), _number),
    **dict.fromkeys(("duration", "dayTimeDuration"), temporal.parse_duration),
    "yearMonthDuration": temporal.parse_duration,
    "boolean": "true".__eq__,
    "date": temporal.parse_date,
    "dateTime": temporal.parse_date_time,
    "time": temporal.parse_time,
}


def _same(found: object, expected: object) -> bool:
    """Numbers count as equal to eight digits, as the kit's own runner has it."""
    match found, expected:
        case Decimal(), Decimal():
            return abs(found - expected) <= _CLOSE * max(Decimal(1), abs(expected))
        case list(), list():
            return len(found) == len(expected) and all(map(_same, found, expected))
        case dict(), dict():
            names = found.keys() | expected.keys()
            return all(name in found and name in expected for name in names) and all(
                _same(found[name], expected[name]) for name in names
            )
    return equal(found, expected) is True


def _children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    return node.iterchildren(f"{{{etree.QName(node).namespace}}}{name}")


def _child(node: etree._Element, name: str) -> etree._Element | None:
    return next(_children(node, name), None)


def _text(node: etree._Element, name: str) -> str:
    found = _child(node, name)
    return "" if found is None else found.text or ""


if __name__ == "__main__":
    main()
