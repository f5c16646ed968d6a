"""The engine room: definitions in, steps out. The only user of SpiffWorkflow.

Pure: knows no database, no clock, no web. ``check`` and ``load`` read a bundle of files; ``start``,
``complete``, ``fire``, ``message`` and ``move_timer`` take a state and give a ``Step``.
"""

from caseflow.engine import pinned  # first: nothing of SpiffWorkflow runs unverified
from caseflow.engine.bundles import kinds, pick
from caseflow.engine.course import own_name
from caseflow.engine.drawings import SCOPES, Element, Flow, Lane
from caseflow.engine.errors import BadState, BadValue, EngineError, NotOpen, Stuck
from caseflow.engine.findings import Finding
from caseflow.engine.gate import advise, check, undrawn
from caseflow.engine.incoming import known
from caseflow.engine.moments import Moment
from caseflow.engine.outlines import outline
from caseflow.engine.outlook import may_come_to
from caseflow.engine.processes import Process, deployed, load
from caseflow.engine.routing import routing
from caseflow.engine.simulation import Walked, walk
from caseflow.engine.steps import (
    Call,
    OpenTask,
    Sent,
    Step,
    awaited,
    complete,
    fire,
    message,
    move_timer,
    open_tasks,
    retime,
    signal,
    start,
    variables_of,
)

__all__ = [
    "SCOPES",
    "BadState",
    "BadValue",
    "Call",
    "Element",
    "EngineError",
    "Finding",
    "Flow",
    "Lane",
    "Moment",
    "NotOpen",
    "OpenTask",
    "Process",
    "Sent",
    "Step",
    "Stuck",
    "Walked",
    "advise",
    "awaited",
    "check",
    "complete",
    "deployed",
    "fire",
    "kinds",
    "known",
    "load",
    "may_come_to",
    "message",
    "move_timer",
    "open_tasks",
    "outline",
    "own_name",
    "pick",
    "pinned",
    "retime",
    "routing",
    "signal",
    "start",
    "undrawn",
    "variables_of",
    "walk",
]
