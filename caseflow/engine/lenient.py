"""A drawing made to run for a trial although it could not be deployed yet.

What only the bureau knows (forms, roles, verbs) is not asked for, variables that nobody declared
hold anything, and a loose end is a way to go. What would not run, or run wrongly, is refused still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from caseflow import feel
from caseflow.engine import lint, processes
from caseflow.engine.findings import Finding
from caseflow.engine.processes import Bundle, Process
from caseflow.vocabulary import Invalid

_FORGIVEN = frozenset(
    {
        # the bureau's part
        *("no_form", "unknown_form", "unknown_route", "no_opinion"),
        *("no_role", "unknown_role", "system_task", "no_topic", "unknown_verb"),
        # loose ends: a token ends where nothing leads on, and takes every way where many do
        *("dead_end", "many_out", "no_way_in", "unreachable", "endless", "no_end"),
        *("no_default", "join_own_loop", "join_one_arm"),
    }
)
# Each round finds at least one name more.
_MOST_ROUNDS = 100


def load(bundle: Bundle) -> Process:
    """Make a process for a trial; raise ``Invalid`` with the findings that stand in the way."""
    names: dict[str, feel.Type] = {}
    for _ in range(_MOST_ROUNDS):
        judged = lint.judge(bundle, undeclared=names)
        found = _unknown(judged.findings)
        if not found.keys() - names.keys():
            break
        names.update(found)
    errors = tuple(finding for finding in judged.findings if not _is_forgiven(finding))
    if errors or judged.drawing is None:
        raise Invalid("bundle_refused", findings=errors)
    return processes.compiled(bundle, judged, judged.drawing)


def _is_forgiven(finding: Finding) -> bool:
    is_form = finding.file.endswith(".form")
    return finding.level != "error" or is_form or finding.code in _FORGIVEN


def _unknown(findings: list[Finding]) -> Mapping[str, feel.Type]:
    """The names that expressions ask for and nobody declared."""
    return {
        str(fault.values["name"]): feel.ANY
        for fault in _faults(findings)
        if fault.code == "unknown_name"
    }


def _faults(findings: list[Finding]) -> Iterator[feel.FeelError]:
    for finding in findings:
        fault = finding.fault
        if fault is not None:
            yield fault
