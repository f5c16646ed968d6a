"""SpiffWorkflow as it was read: the very version, and the very code that ours stands on.

Imported before anything of it runs. An upgrade fails here, loudly, until somebody has read the
new code and run the walks again. Its evaluation of Python is taken out as well: no definition may
ever reach ``eval`` or ``exec``, whatever part of the library it finds.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

VERSION = "3.2.0"

# What our tokens and nodes replace or call; the digest is of its source.
READ: Mapping[str, tuple[Callable[..., Any], str]] = {
    "Task.__init__": (Task.__init__, "5d98d6df6c602dfb61e2df407f0e443b"),
    "Task._ready": (Task._ready, "4c051bb2c2a3d259fb9cd3ec483c650d"),
    "Task.run": (Task.run, "976c46e260fe7f725065fbd596623328"),
    "Task.complete": (Task.complete, "3ad34f7ae962ad905d917ade0abf02b3"),
    "Task._set_state": (Task._set_state, "86c4c1d22dc9b70f0db4602e89b186aa"),
    "Workflow.__init__": (Workflow.__init__, "a179a757394812757f07c65990d37572"),
    "WorkflowSpec.__init__": (WorkflowSpec.__init__, "fdb80d81cf1dd708227eab66f8810625"),
    "WorkflowSpec._add_notify": (WorkflowSpec._add_notify, "2522e219845e960ed0b412def7eb59b5"),
    "TaskSpec.__init__": (TaskSpec.__init__, "df987d5843e7f3740a8c1ec7590d9cc0"),
    "TaskSpec.connect": (TaskSpec.connect, "80f6471ca883763079c35c327f8175ac"),
    "BpmnTaskSpec.__init__": (BpmnTaskSpec.__init__, "1345082eb723ed771edec917ccfbee8d"),
    "TaskDataEnvironment.evaluate": (
        TaskDataEnvironment.evaluate,
        "bb3a1d688b9b90931ef133607eed9794",
    ),
    "TaskDataEnvironment.execute": (
        TaskDataEnvironment.execute,
        "990742e89a7fb45e1804df674879a4b2",
    ),
}


class WrongLibrary(RuntimeError):
    """The installed SpiffWorkflow is not the one this room was written against."""


def digest(function: Callable[..., Any]) -> str:
    """The first half of the SHA-256 of a function's source."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:32]


def verify() -> None:
    """Raise ``WrongLibrary`` unless version and code are the ones that were read."""
    found = version("spiffworkflow")
    if found != VERSION:
        raise WrongLibrary(f"SpiffWorkflow {VERSION} is wanted, {found} is installed")
    changed = [name for name, (function, wanted) in READ.items() if digest(function) != wanted]
    if changed:
        raise WrongLibrary(f"SpiffWorkflow {VERSION} was changed: {', '.join(sorted(changed))}")


def _refuse(*_: object, **__: object) -> None:
    raise WrongLibrary("Python in definitions is never evaluated")


def disarm() -> None:
    """Take the evaluation of Python out of the library, at the one place that does it."""
    for name in ("evaluate", "execute", "call_service"):
        setattr(TaskDataEnvironment, name, _refuse)
    for name in ("evaluate", "execute", "call_service", "validate"):
        setattr(PythonScriptEngine, name, _refuse)


verify()
disarm()
