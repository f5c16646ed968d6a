"""Every limit that can be edited is read: a dead one would promise what nothing does."""

import ast
import re
from collections.abc import Iterator

import pytest

from caseflow.vocabulary.limits import LIMITS
from tests.workflows.scenarios import WORKFLOWS

ROOT = WORKFLOWS.parent
# Where a limit is told of, not read.
_TELLING = {
    "caseflow/vocabulary/limits.py",
    "caseflow/vocabulary/time_measures.py",
}
# In a drawing limits are named as `days("oc_filing")` or behind a colon of `instead`.
_IN_EXPRESSION = re.compile(r'(?:days|day_of_month)\((?:"|&quot;)(\w+)')
_CLOCK = re.compile(r'name="clock" value="(?:&quot;)?(\w+)')
_INSTEAD = re.compile(r'name="instead" value="([^"]*)"')
# Names that code puts together: where, and by which words.
_SERVICES = "caseflow/services/"
_BOUNDS = (f"{_SERVICES}suggestions.py", '_bounds(times, "assign_')
_CLASS = (f"{_SERVICES}kinds/data_request.py", "f\"rq_{case.facts['class']}\"")
_COMPOSED = {
    "assign_person_least": _BOUNDS,
    "assign_person_most": _BOUNDS,
    "assign_section_month_least": _BOUNDS,
    "assign_section_month_most": _BOUNDS,
    "recheck_sign": (f"{_SERVICES}rechecks/checks.py", '.replace("_signature", "_sign")'),
    "rq_simple": _CLASS,
    "rq_standard": _CLASS,
    "rq_complex": _CLASS,
}


def _named(tree: ast.AST) -> Iterator[str]:
    """Texts handed to a call, looked up, or kept as a value; not the keys of a table of forms."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _texts([*node.args, *(each.value for each in node.keywords)])
        elif isinstance(node, ast.Subscript):
            yield from _texts([node.slice])
        elif isinstance(node, ast.Dict):
            yield from _texts(node.values)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield from _texts([node.value])
        elif isinstance(node, ast.Return | ast.IfExp | ast.Tuple):
            parts = node.elts if isinstance(node, ast.Tuple) else ast.iter_child_nodes(node)
            yield from _texts(list(parts))


def _texts(nodes: list[ast.AST] | list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _read() -> frozenset[str]:
    found: set[str] = set()
    for path in (ROOT / "caseflow").rglob("*.py"):
        if str(path.relative_to(ROOT)) not in _TELLING:
            found |= set(_named(ast.parse(path.read_text(encoding="utf-8"))))
    for path in WORKFLOWS.glob("*.bpmn"):
        text = path.read_text(encoding="utf-8")
        found |= {*_IN_EXPRESSION.findall(text), *_CLOCK.findall(text)}
        for pairs in _INSTEAD.findall(text):
            found |= {pair.partition(":")[2].strip() for pair in pairs.split(";")}
    return frozenset(found)


READ = _read()


@pytest.mark.parametrize("name", [name for name, _value, _unit in LIMITS])
def test_every_limit_is_read_by_a_drawing_or_by_code(name: str) -> None:
    if name in _COMPOSED:
        path, words = _COMPOSED[name]
        assert words in (ROOT / path).read_text(encoding="utf-8")
    else:
        assert name in READ
