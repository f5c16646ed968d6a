"""BPMN files read into plain values; judged by ``lint``, made to run by ``build``."""

from caseflow.engine.drawings.assembly import (
    MOST_ELEMENTS,
    NOTHING,
    assemble,
    caller_steps,
    mains,
    reached,
)
from caseflow.engine.drawings.reader import expression, read
from caseflow.engine.drawings.shapes import (
    ACTIVITIES,
    GATEWAYS,
    NODES,
    OWN_PROPERTIES,
    PASSING,
    SCOPES,
    Call,
    Drawing,
    Element,
    Flow,
    Lane,
    Multi,
    said_around,
    split,
)
from caseflow.engine.drawings.unmeant import BPMN

__all__ = [
    "ACTIVITIES",
    "BPMN",
    "GATEWAYS",
    "MOST_ELEMENTS",
    "NODES",
    "NOTHING",
    "OWN_PROPERTIES",
    "PASSING",
    "SCOPES",
    "Call",
    "Drawing",
    "Element",
    "Flow",
    "Lane",
    "Multi",
    "assemble",
    "caller_steps",
    "expression",
    "mains",
    "reached",
    "read",
    "said_around",
    "split",
]
