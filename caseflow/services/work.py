"""The step under way: what an effect of the drawing needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from caseflow.engine import Process
from caseflow.models import Case, Task
from caseflow.models.base import Json
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor

# The fact of a case that stands still by its chief's decision: who, why, and by which evidence.
OWN_PAUSE = "own_pause"


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

    def limit(self, name: str) -> Decimal:
        """A limit by the name that the step's own process gives it; a call may name another."""
        if self.process is not None and self.task is not None:
            name = self.process.limit_at(self.task.element, name)
        return self.times.value(name)
