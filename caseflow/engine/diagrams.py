"""The picture of a drawing: what runs must be seen, on the pages of cases and in the designer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from caseflow.engine.drawings import Drawing, Element, Flow
from caseflow.engine.findings import Finding

_NAMED = 3


def undrawn(read: Iterable[Drawing]) -> list[Finding]:
    """Files of which something runs that has no place in their picture, one finding for each."""
    by_file = groupby(read, key=lambda each: each.file)
    return [finding for file, found in by_file for finding in _of_file(file, list(found))]


def _of_file(file: str, read: list[Drawing]) -> list[Finding]:
    parts: list[Element | Flow] = [e for each in read for e in each.elements.values()]
    parts += [flow for each in read for flow in each.flows.values()]
    parts = [part for part in parts if part.id not in read[0].seen]
    if not parts:
        return []
    names = ", ".join(part.name or part.id for part in parts[:_NAMED])
    values = {"count": len(parts), "names": names}
    return [Finding("error", file, parts[0].id, parts[0].line, "undrawn", values)]
