"""Which findings of a drawing only follow from another: that one mended, they are gone.

1. Where a process or sub-process has no start, what cannot be reached follows from that, and so
   does the only node that nothing leads to; where it has no end, loose ends and rounds without a
   way out do.
2. What cannot be reached, or never ends, follows from where its ways begin, or lead; a join that
   waits for it follows too.
3. Where such ways begin follows from that node's own loose end; the only such node of a scope
   follows from the only loose end there: one flow was lost.
4. A name that nobody declared, and that is no other name mistyped, follows from the only form or
   table that is missing, where that comes before, else from the first finding of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from caseflow.engine import graph
from caseflow.engine.drawings import Drawing
from caseflow.engine.findings import Finding
from caseflow.engine.flow_checks import next_of
from caseflow.engine.structure import edges

_MISSING = {"unknown_form": "form", "unknown_decision": "decision"}


def trace(
    findings: Sequence[Finding], drawing: Drawing, declared: Collection[str]
) -> list[Finding]:
    """The same findings, each naming the one that it follows from, if it does."""
    traces = _Traces(findings, drawing, declared)
    _scopes(traces)
    _unreached(traces)
    _endless(traces)
    _loose(traces)
    _names(traces)
    return [
        each if traces.root(place) == place else replace(each, follows=findings[traces.root(place)])
        for place, each in enumerate(findings)
    ]


@dataclass
class _Traces:
    """Findings by their place in the list, and the place of what each follows from."""

    findings: Sequence[Finding]
    drawing: Drawing
    declared: Collection[str]
    causes: dict[int, int] = field(default_factory=dict)

    def of(self, *codes: str) -> list[int]:
        return [place for place, each in enumerate(self.findings) if each.code in codes]

    def at(self, *codes: str) -> dict[str, int]:
        """By element."""
        return {self.findings[place].element: place for place in reversed(self.of(*codes))}

    def scope(self, place: int) -> str:
        """What the scope of a finding's element is called in findings."""
        element = self.drawing.elements.get(self.findings[place].element)
        return (element.scope if element else "") or self.drawing.key

    def follow(self, place: int, cause: int | None) -> None:
        """The first cause that is found is the one that is told."""
        if cause is not None and cause != place:
            self.causes.setdefault(place, cause)

    def root(self, place: int) -> int:
        while place in self.causes:
            place = self.causes[place]
        return place


def _scopes(traces: _Traces) -> None:
    starts = traces.at("one_start")
    missing = {name: at for name, at in starts.items() if not traces.findings[at].values["count"]}
    ends = traces.at("no_end")
    for place in [*traces.of("unreachable"), *_only(traces, traces.of("no_way_in"))]:
        traces.follow(place, missing.get(traces.scope(place)))
    for place in traces.of("dead_end", "endless"):
        traces.follow(place, ends.get(traces.scope(place)))


def _unreached(traces: _Traces) -> None:
    after = graph.of(edges(traces.drawing))
    begins = [*traces.of("no_way_in"), *traces.of("unreachable")]
    _spread(traces, begins, traces.at("unreachable"), after)
    known = traces.at("no_way_in", "unreachable")
    for place in traces.of("join_own_loop"):
        flow = traces.drawing.flows[str(traces.findings[place].values["flow"])]
        traces.follow(place, known.get(flow.source))


def _endless(traces: _Traces) -> None:
    before = graph.of((target, source) for source, target in edges(traces.drawing))
    # People draw from left to right: the round that holds them is the last of its elements.
    _spread(traces, traces.of("endless")[::-1], traces.at("endless"), before)


def _spread(
    traces: _Traces, heads: Iterable[int], at: Mapping[str, int], ways: Mapping[str, set[str]]
) -> None:
    """Let what lies on the ways from each head follow from it, unless it follows already."""
    seen: set[str] = set()
    for head in _foremost(traces, heads, ways):
        element = traces.findings[head].element
        found = graph.reached([element], ways, barred=seen)
        seen |= found
        for name in found & at.keys():
            traces.follow(at[name], head)


def _foremost(
    traces: _Traces, places: Iterable[int], ways: Mapping[str, set[str]]
) -> Iterable[int]:
    """Of these findings, in their order, those to which no other leads; of a round the first."""
    # A later one can lead to an earlier one only: what is gone through backwards has no such left.
    for _way in ("forwards", "backwards"):
        seen: set[str] = set()
        kept: list[int] = []
        for place in places:
            if traces.findings[place].element not in seen:
                seen |= graph.reached([traces.findings[place].element], ways, barred=seen)
                kept.append(place)
        places = kept[::-1]
    return places


def _loose(traces: _Traces) -> None:
    own = traces.at("dead_end")
    for place in traces.of("no_way_in", "unreachable"):
        traces.follow(place, own.get(traces.findings[place].element))
    ends = {traces.scope(place): place for place in _only(traces, own.values())}
    heads = [place for place in traces.of("no_way_in", "unreachable") if place not in traces.causes]
    for place in _only(traces, heads):
        traces.follow(place, ends.get(traces.scope(place)))


def _only(traces: _Traces, places: Iterable[int]) -> list[int]:
    """Of these findings the ones that are alone in their scope."""
    by_scope: dict[str, list[int]] = {}
    for place in places:
        by_scope.setdefault(traces.scope(place), []).append(place)
    return [beside[0] for beside in by_scope.values() if len(beside) == 1]


def _names(traces: _Traces) -> None:
    missing = _firsts(traces, _missing)
    for place, first in missing.items():
        traces.follow(place, first)
    behind = _behind(traces, missing) if len(set(missing.values())) == 1 else set()
    for place, first in _firsts(traces, lambda each: each.unknown_name).items():
        mistyped = get_close_matches(traces.findings[place].unknown_name, traces.declared, n=1)
        if _asked_at(traces, place) in behind and not mistyped:
            traces.follow(place, min(missing))
        traces.follow(place, first)


def _behind(traces: _Traces, missing: Iterable[int]) -> set[str]:
    """What comes after the steps whose form or table is missing; "" for tables and forms."""
    following = next_of(traces.drawing)
    steps = [traces.findings[place].element for place in missing]
    return graph.reached((after for step in steps for after in following[step]), following) | {""}


def _asked_at(traces: _Traces, place: int) -> str:
    """The element that asks, the gateway of a condition; "" outside the drawing."""
    name = traces.findings[place].element
    flow = traces.drawing.flows.get(name)
    return flow.source if flow else name if name in traces.drawing.elements else ""


def _missing(finding: Finding) -> str:
    """The form or table that is not there, where the finding tells of one."""
    kind = _MISSING.get(finding.code, "")
    return f"{kind} {finding.values[kind]}" if kind else ""


def _firsts(traces: _Traces, subject: Callable[[Finding], str]) -> dict[int, int]:
    """For each finding of some subject the first that is of the same."""
    firsts: dict[str, int] = {}
    found: dict[int, int] = {}
    for place, each in enumerate(traces.findings):
        name = subject(each)
        if name:
            found[place] = firsts.setdefault(name, place)
    return found
