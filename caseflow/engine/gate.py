"""The gate before a bundle is deployed: read it all, then walk cases through it at random."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from caseflow.engine import causes, flow_checks, lint, property_checks, repeats, simulation
from caseflow.engine.drawings import Drawing
from caseflow.engine.findings import Finding
from caseflow.engine.processes import Bundle, load

WALKS = 40
_KEPT = 16
# What is wrong with a bundle, and what of it is not drawn.
_Verdict = tuple[tuple[Finding, ...], tuple[Finding, ...]]


def check(files: Bundle, *, verbs: Collection[str] | None = None) -> list[Finding]:
    """Everything that is wrong with a bundle, each with element, line and remedy.

    ``verbs`` are the effects that service tasks may ask for; without them any name will do. The
    same bundle is judged once.
    """
    return list(_judged(files, verbs)[0])


def undrawn(files: Bundle, *, verbs: Collection[str] | None = None) -> list[Finding]:
    """Drawings of which something runs that has no place in their picture, once for each file.

    A bundle that is checked too, with the same ``verbs``, is judged once for both.
    """
    return list(_judged(files, verbs)[1])


def advise(files: Bundle) -> list[Finding]:
    """What runs but is hardly meant in a bundle without errors: warnings, which stop nobody."""
    judged = lint.judged(files)
    if judged.drawing is None or any(finding.level == "error" for finding in judged.findings):
        return []
    return flow_checks.judge(judged.drawing, judged.names, judged.forms, judged.decisions)


def _judged(files: Bundle, verbs: Collection[str] | None) -> _Verdict:
    return _judge(tuple(sorted(files.items())), None if verbs is None else frozenset(verbs))


@lru_cache(maxsize=_KEPT)
def _judge(items: tuple[tuple[str, bytes], ...], verbs: frozenset[str] | None) -> _Verdict:
    files = dict(items)
    judged = lint.judge(files, verbs=verbs)
    return _wrong(files, judged), tuple(judged.undrawn)


def _wrong(files: Bundle, judged: lint.Judged) -> tuple[Finding, ...]:
    findings = list(judged.findings)
    twice = {each.element for each in findings if each.code == "twice"}
    for file in sorted(files):
        if file.endswith((".bpmn", ".dmn")):
            findings += repeats.judge(file, files[file], known=twice)
    if judged.drawing is not None:
        findings += _misnamed(judged.drawing)
        findings += property_checks.judge(judged.drawing, judged.names, judged.decisions)
    findings.sort(key=lambda each: (each.file, each.line))
    if judged.drawing is None:
        return tuple(findings)
    if any(finding.level == "error" for finding in findings):
        return tuple(causes.trace(findings, judged.drawing, judged.names))
    walked = simulation.walk(load(files), walks=WALKS)
    drawing = judged.drawing
    stuck = [
        replace(f, file=drawing.file, element=f.element or drawing.key, line=f.line or drawing.line)
        for f in walked.findings
    ]
    if not (walked.ends or stuck or walked.is_cut):
        stuck.append(Finding("error", drawing.file, drawing.key, drawing.line, "walk_on"))
    return (*findings, *stuck)


def _misnamed(drawing: Drawing) -> list[Finding]:
    """A drawing is found by the id of its process, so its file bears that name."""
    if drawing.file.rpartition("/")[2] == f"{drawing.key}.bpmn":
        return []
    return [Finding("error", drawing.file, drawing.key, drawing.line, "file_name")]
