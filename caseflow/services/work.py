"""The step under way: what an effect of the drawing needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from caseflow.engine import Process
from caseflow.models import Case, Task
from caseflow.models.base import Json
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor


@dataclass(frozen=True, slots=True)
class Work:
    """A step that is being stored: the case is locked, its task is the one handed in."""

    session: Session
    actor: Actor
    case: Case
    times: Limits
    task: Task | None
    answers: Json | None
    # The version of the drawing that takes the step; none: no drawing does.
    process: Process | None = None
