"""The desk on which a step is handed in, and what handing it in gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import engine
from caseflow.clock import BUREAU_ZONE
from caseflow.engine import Process, own_name
from caseflow.models import Answer, Case, Task
from caseflow.models.base import Json
from caseflow.policy import History
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor, Invalid
from caseflow.working_days import Due


@dataclass(frozen=True, slots=True)
class Desk:
    """A step about to be handed in: case and task are locked, the actor may do it.

    ``process`` is the version of the drawing that the case runs on, ``history`` what was done in
    the case until now.
    """

    session: Session
    actor: Actor
    case: Case
    task: Task
    process: Process
    times: Limits
    history: History

    @property
    def element(self) -> str:
        """The step as its own drawing calls it, also in a part that another one calls."""
        return own_name(self.task.element)

    def answers(self, form_key: str) -> Json:
        """The newest answers of a form in this case; none: nobody has filled it in."""
        found = self.session.scalar(
            select(Answer.content)
            .join(Task, Task.id == Answer.task_id)
            .where(Answer.case_id == self.case.id, Task.form_key == form_key)
            .order_by(Answer.id.desc())
            .limit(1)
        )
        return found or {}

    @property
    def variables(self) -> Mapping[str, Any]:
        """The routing variables of the case, before this step is handed in."""
        return engine.variables_of(self.process, self.case.state)

    def limit(self, name: str) -> Decimal:
        """A limit by the name that the step's own process gives it; a call may name another."""
        return self.times.value(self.process.limit_at(self.task.element, name))


@dataclass(frozen=True, slots=True)
class MovedLimit:
    """A limit that began on another day than today, with the drawing's timer that holds it."""

    timer: str
    due: Due


@dataclass(frozen=True, slots=True)
class Handed:
    """What a step gives beside its form: routing variables, words for the record, timers.

    ``returned`` is the reason of a sending back, shown first to whoever gets the next step;
    ``merged_into`` is the case in which this one goes on; ``moved`` gives a step that opens now
    another limit than the drawing's, by its own name and the timer's in its process.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    payload: Json = field(default_factory=dict)
    returned: str | None = None
    merged_into: int | None = None
    moved: Mapping[str, MovedLimit] = field(default_factory=dict)


def refuse(place: str, code: str, **values: object) -> None:
    """Refuse one place of the answers, such as ``doubts-0-result``."""
    raise Invalid("answers", fields={place: (code, values)})


def day(text: str) -> date:
    """The date of an answer, ISO text."""
    return date.fromisoformat(text[:10])


def instant(value: datetime | str) -> datetime:
    """The date and time of an answer or a variable; without a zone it is the bureau's."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=BUREAU_ZONE)
