"""A bundle of files made into a process that runs; read once for each content, then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from caseflow import feel
from caseflow.engine import build, lint
from caseflow.engine.decisions import Decision
from caseflow.engine.drawings import Drawing, Element, Flow, Lane
from caseflow.engine.forms.formspec import FormSpec
from caseflow.engine.nodes import ProcessNode
from caseflow.vocabulary import Invalid

Bundle = Mapping[str, bytes]
# What a manual task without a form asks: nothing but that it was done.
_NO_FORM = {"": FormSpec("", ())}
_KEPT = 64


@dataclass(frozen=True)
class Process:
    """One version of a process with its tables and forms; never changes."""

    key: str
    name: str
    name_en: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    forms: Mapping[str, FormSpec]
    decisions: Mapping[str, Decision]
    variables: Mapping[str, feel.Type]
    spec: Any
    root: ProcessNode

    def limit_at(self, element: str, name: str) -> str:
        """The limit that stands for this name at an element: a call may name another one."""
        drawn = self.elements.get(element)
        return drawn.instead.get(name, name) if drawn is not None else name


def load(bundle: Bundle) -> Process:
    """Make a process of a bundle; raise ``Invalid`` with the findings if it has errors."""
    return _load(tuple(sorted(bundle.items())))


def deployed(bundle: Bundle) -> Process:
    """
    The process of a bundle that was accepted once: rules that came later are not held against it.

    A case keeps its version for life, so a stricter check must never lock it out.
    """
    return _deployed(tuple(sorted(bundle.items())))


@lru_cache(maxsize=_KEPT)
def _load(items: tuple[tuple[str, bytes], ...]) -> Process:
    judged = lint.judged(dict(items))
    errors = [finding for finding in judged.findings if finding.level == "error"]
    if errors or judged.drawing is None:
        raise Invalid("bundle_refused", findings=tuple(errors))
    return compiled(judged, judged.drawing)


@lru_cache(maxsize=_KEPT)
def _deployed(items: tuple[tuple[str, bytes], ...]) -> Process:
    judged = lint.judged(dict(items))
    if judged.drawing is None:
        raise Invalid("bundle_refused", findings=tuple(judged.findings))
    return compiled(judged, judged.drawing)


def compiled(judged: lint.Judged, drawing: Drawing) -> Process:
    """Make the process of a bundle that was judged, whatever the judgement."""
    spec, root = build.compile_drawing(drawing, judged.names, judged.decisions)
    return Process(
        key=drawing.key,
        name=drawing.name,
        name_en=drawing.name_en,
        elements=drawing.elements,
        flows=drawing.flows,
        lanes=drawing.lanes,
        forms=_NO_FORM | judged.forms,
        decisions=judged.decisions,
        variables=judged.names,
        spec=spec,
        root=root,
    )
