"""Which verbs of an office the drawing offers at a step, by its property ``verbs``."""

from __future__ import annotations

from sqlalchemy.orm import Session

from caseflow.engine.drawings import split
from caseflow.models import Case, Task
from caseflow.services import definitions
from caseflow.vocabulary import Forbidden
from caseflow.vocabulary.drawings import OFFICE_VERBS


def offered_at(session: Session, case: Case, element: str) -> frozenset[str]:
    """The verbs of ``OFFICE_VERBS`` offered at a step; all where its drawing says nothing."""
    drawn = definitions.process_of(session, case.definition_id).elements.get(element)
    named = split(drawn.properties.get("verbs", "")) if drawn is not None else ()
    return frozenset(OFFICE_VERBS) & frozenset(named or OFFICE_VERBS)


def require(session: Session, case: Case, task: Task, verb: str) -> None:
    """Refuse a verb that the drawing does not offer at this step.

    Raises:
        Forbidden: it does not.
    """
    if verb not in offered_at(session, case, task.element):
        raise Forbidden("verb_not_offered", task=task.element, step=task.name)
