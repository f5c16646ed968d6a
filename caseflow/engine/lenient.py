"""A drawing made to run for a trial although it could not be deployed yet.

What only the bureau knows (forms, roles, verbs) is not asked for, variables that nobody declared
hold anything, and a loose end is a way to go. What would not run, or run wrongly, is refused still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from caseflow import feel
from caseflow.engine import expressions, flow_checks, lint, processes
from caseflow.engine.drawings import Drawing
from caseflow.engine.findings import Finding
from caseflow.engine.processes import Bundle, Process
from caseflow.feel import tree
from caseflow.vocabulary import Invalid

Names = Mapping[str, feel.Type]

_FORGIVEN = frozenset(
    {
        # the bureau's part
        *("no_form", "unknown_form", "unknown_route", "no_opinion"),
        "approved_by_time",
        *("no_role", "unknown_role", "system_task", "no_topic", "unknown_verb"),
        # loose ends: a token ends where nothing leads on, and takes every way where many do
        *("dead_end", "many_out", "no_way_in", "unreachable", "endless", "no_end"),
        *("no_default", "join_own_loop", "join_one_arm"),
    }
)
_TEMPORAL = (feel.DATE, feel.DATE_TIME)
# Each round finds at least one name more.
_MOST_ROUNDS = 100
_KEPT = 16


def load(bundle: Bundle) -> Process:
    """
    Make a process for a trial, once for each content of a bundle.

    Raises:
        Invalid: with the findings that stand in the way.

    """
    return _load(tuple(sorted(bundle.items())))


@lru_cache(maxsize=_KEPT)
def _load(items: tuple[tuple[str, bytes], ...]) -> Process:
    bundle = dict(items)
    judged = lint.Judged()

    def judge(names: Names) -> list[Finding]:
        nonlocal judged
        judged = lint.judge(bundle, undeclared=names)
        return judged.findings

    names: dict[str, feel.Type] = {}
    findings = supposing(judge, names)
    kinds = _compared(judged, names)
    # A name that is compared with something else as well stays of any kind.
    if kinds and len(judge({**names, **kinds})) > len(findings):
        judge(names)
    drawing = judged.drawing
    errors = tuple(finding for finding in findings if not _is_forgiven(finding, drawing))
    if errors or drawing is None:
        raise Invalid("bundle_refused", findings=errors)
    return processes.compiled(judged, drawing)


def supposing(
    judge: Callable[[Names], list[Finding]], names: dict[str, feel.Type] | None = None
) -> list[Finding]:
    """What is found when every name that nobody declared is taken for a variable of any kind.

    Such names are put into ``names``.
    """
    names = {} if names is None else names
    findings: list[Finding] = []
    for _ in range(_MOST_ROUNDS):
        findings = judge(names)
        asked = {each.unknown_name for each in findings} - {""}
        if asked <= names.keys():
            break
        names.update(dict.fromkeys(asked, feel.ANY))
    return findings


def _compared(judged: lint.Judged, names: Names) -> Names:
    """The kinds of undeclared names that are compared with a date or an instant.

    An act writes them as text, and only the drawing knows that they are more.
    """
    found: dict[str, feel.Type] = {}
    drawing = judged.drawing
    if drawing is None or not names:
        return found
    for element in drawing.elements.values():
        ways = drawing.outgoing(element.id)
        for text in flow_checks.texts(element, ways, judged.decisions):
            for left, right in _comparisons(text, judged.names):
                if isinstance(left, tree.Name) and left.name in names and right.type in _TEMPORAL:
                    found.setdefault(left.name, right.type)
    return found


def _comparisons(text: str, names: Names) -> Iterator[tuple[tree.Node, tree.Node]]:
    """Both sides of each comparison in a text, either way round."""
    try:
        expression = feel.parse(text, expressions.scope(names))
    except feel.FeelError:
        return
    for node in tree.walk(expression.tree):
        if isinstance(node, tree.Compare):
            yield node.left, node.right
            yield node.right, node.left


def _is_forgiven(finding: Finding, drawing: Drawing | None) -> bool:
    if finding.level != "error" or finding.code in _FORGIVEN:
        return True
    if drawing is None:
        return False
    if finding.file.endswith(".dmn"):
        return not any(element.decision for element in drawing.elements.values())
    is_default = finding.code == "no_condition" and _is_default(finding.element, drawing)
    return is_default or finding.file.endswith(".form")


def _is_default(name: str, drawing: Drawing) -> bool:
    """Whether a flow is the only one without a condition, so that it can but be the default."""
    flow = drawing.flows[name]
    gateway = drawing.elements[flow.source]
    bare = [way for way in drawing.outgoing(gateway.id) if not way.condition]
    return gateway.type == "exclusiveGateway" and not gateway.default and bare == [flow]
