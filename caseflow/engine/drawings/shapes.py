"""What a drawing holds, as plain values: elements, flows, lanes, and what was remarked on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from caseflow.engine.findings import Finding

TASKS = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    }
)
# Activities that hold a course of their own.
SCOPES = frozenset({"subProcess", "callActivity"})
ACTIVITIES = TASKS | SCOPES
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    }
)
NODES = ACTIVITIES | GATEWAYS | EVENTS
# Activities that a token passes at once, so that nothing can happen while it is there.
PASSING = frozenset({"serviceTask", "businessRuleTask", "sendTask"})
# Properties that speak of the element itself and are no arguments of a service task.
OWN_PROPERTIES = frozenset({"name_en", "lane", "stage"})
# Properties of steps that hold the name of a limit, paper or stage as it is, not as an expression.
NAMED_BARE = frozenset({"clock", "ends_clock", "signs", "stage"})


@dataclass(frozen=True)
class Multi:
    """How often an activity is done: over a list or a number, at once or one after the other."""

    sequential: bool
    collection: str
    cardinality: str
    variable: str
    until: str


@dataclass(frozen=True)
class Call:
    """The process that a call activity runs, and which variables go in and come out.

    ``takes`` and ``gives`` are pairs of a variable's name and the FEEL text of its value. A call
    that names none shares the variables of the case.
    """

    process: str
    takes: tuple[tuple[str, str], ...] = ()
    gives: tuple[tuple[str, str], ...] = ()
    takes_all: bool = False
    gives_all: bool = False

    @property
    def shares(self) -> bool:
        """Whether the called process works on the variables of the case itself."""
        return not (self.takes or self.gives) and self.takes_all == self.gives_all


@dataclass(frozen=True)
class Element:
    """One node of a drawing with all that is written on it."""

    id: str
    type: str
    name: str
    name_en: str
    line: int
    scope: str
    file: str = ""
    lane: str = ""
    form_key: str = ""
    groups: tuple[str, ...] = ()
    due: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    attached_to: str = ""
    is_interrupting: bool = True
    event: str = ""
    event_name: str = ""
    timer: str = ""
    is_cycle: bool = False
    topic: str = ""
    decision: str = ""
    result: str = ""
    mapping: str = ""
    call: Call | None = None
    multi: Multi | None = None
    is_event_scope: bool = False
    is_collapsed: bool = False
    # In a called process: the limits and papers that the call names instead of the drawn ones.
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def routes(self) -> tuple[str, ...]:
        """The fields of the form that become routing variables by wish of the drawing."""
        return split(self.properties.get("routes", ""))

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to do it."""
        return self.type in {"userTask", "manualTask"}


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is FEEL text or empty."""

    id: str
    source: str
    target: str
    name: str
    name_en: str
    condition: str
    line: int
    file: str = ""


@dataclass(frozen=True)
class Lane:
    """A lane: the id is a role."""

    id: str
    name: str
    line: int
    nodes: frozenset[str]


class _Ends:
    """Flows by source and by target, in document order."""

    def __init__(self, flows: Collection[Flow]) -> None:
        self.count = len(flows)
        self.out: dict[str, list[Flow]] = {}
        self.into: dict[str, list[Flow]] = {}
        for flow in flows:
            self.out.setdefault(flow.source, []).append(flow)
            self.into.setdefault(flow.target, []).append(flow)


@dataclass
class Drawing:
    """One process as drawn; ``scope`` of an element is the id of its sub-process or empty."""

    file: str
    key: str = ""
    name: str = ""
    name_en: str = ""
    line: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    # Nodes that were refused by name: their flows need no remark of their own.
    refused: set[str] = field(default_factory=set)
    # What called processes declare of variables; they may be set by their caller.
    called_variables: list[str] = field(default_factory=list)
    # What has a place in the picture of the file, by id.
    seen: frozenset[str] = frozenset()
    _ends: _Ends | None = field(default=None, init=False, repr=False, compare=False)

    def remark(self, code: str, element: str, line: int, **values: object) -> None:
        """Keep one error, named by the file in which the element stands."""
        self._note("error", code, element, line, values)

    def advise(self, code: str, element: str, line: int, **values: object) -> None:
        """Keep one warning."""
        self._note("warning", code, element, line, values)

    def outgoing(self, element: str) -> list[Flow]:
        """The flows that leave a node, in document order."""
        return self._index().out.get(element, [])

    def incoming(self, element: str) -> list[Flow]:
        """The flows that enter a node, in document order."""
        return self._index().into.get(element, [])

    def _index(self) -> _Ends:
        """The flows by their ends, looked up anew when flows were added or taken away."""
        if self._ends is None or self._ends.count != len(self.flows):
            self._ends = _Ends(self.flows.values())
        return self._ends

    def _note(
        self, level: str, code: str, element: str, line: int, values: Mapping[str, object]
    ) -> None:
        place = self.elements.get(element) or self.flows.get(element)
        file = (place.file if place is not None else "") or self.file
        is_error = level == "error"
        found = Finding("error" if is_error else "warning", file, element, line, code, values)
        self.findings.append(found)


def split(text: str) -> tuple[str, ...]:
    """Take a comma list apart."""
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def pairs(text: str) -> dict[str, str]:
    """Take a list of ``name: other; name: other`` apart; one that has no colon is left out."""
    found = (part.partition(":") for part in text.split(";"))
    return {name.strip(): other.strip() for name, colon, other in found if colon}


def said_around(elements: Mapping[str, Element], element: str, name: str) -> str:
    """A property of an element, else of the nearest activity around it; empty if none says it."""
    place = elements.get(element)
    while place is not None and name not in place.properties:
        place = elements.get(place.scope)
    return "" if place is None else place.properties[name]
