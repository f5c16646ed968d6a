"""Limits of approval by amount: held when somebody decides, whatever way the drawing has gone.

The limits stand in the decision table ``wv_approval_limit`` beside the drawing, so that who may
change and approve a drawing sets them; a version without the table sets none.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import assessed, engine
from caseflow.engine import Process, Step
from caseflow.models import AssessedAmount, Case, Task
from caseflow.models.base import Json
from caseflow.services import definitions
from caseflow.vocabulary import Forbidden
from caseflow.vocabulary.choices import DecidedBy

TABLE = "wv_approval_limit"

# Forms that may settle a case, each with the levels on which it does.
SETTLING: Mapping[str, tuple[DecidedBy, ...]] = {
    "wv_review": (DecidedBy.SECTION_CHIEF,),
    "wv_approval": (DecidedBy.DISTRICT_LEADER, DecidedBy.COLLECTIVE),
}


def limits_of(
    session: Session, case: Case, definition_id: int, routed: Json
) -> dict[DecidedBy, Decimal | None]:
    """Below how many yuan of tax each level may settle a case; None: any sum; empty: no limits.

    ``definition_id`` and ``routed`` are the version and the routing variables of the moment asked
    about, these as the record keeps them; what they lack is as it is now.
    """
    process = definitions.process_of(session, definition_id)
    if TABLE not in process.decisions:
        return {}
    now = engine.variables_of(definitions.process_of(session, case.definition_id), case.state)
    then = {name: _as_now(now.get(name), told) for name, told in routed.items()}
    return _limits(process, {**now, **then})


def require_within(
    session: Session, case: Case, task: Task, *, process: Process, answers: Json, step: Step
) -> None:
    """Refuse a decision on more tax than the deciding level may settle.

    Raises:
        Forbidden: with the amount, the limit, and the levels that may.
    """
    level = _level(case, task, answers, step)
    if level is None or TABLE not in process.decisions:
        return
    rows = select(AssessedAmount).where(AssessedAmount.case_id == case.id)
    amount = assessed.total_tax(session.scalars(rows).all())
    limits = _limits(process, step.variables)
    if _holds(limits[level], amount):
        return
    able = [each for each in DecidedBy if _holds(limits[each], amount)]
    raise Forbidden("over_limit", amount=amount, limit=limits[level], able=able)


def _level(case: Case, task: Task, answers: Json, step: Step) -> DecidedBy | None:
    """On which level a step settles the case; none when it settles nothing."""
    if task.form_key == "wv_review":
        ends_here = step.variables.get("decided_by") == DecidedBy.SECTION_CHIEF
        agrees = answers["review_decision"] == "agree"
        return DecidedBy.SECTION_CHIEF if agrees and ends_here else None
    if task.form_key != "wv_approval" or answers["approval_decision"] != "agree":
        return None
    is_backed = case.facts.get("collective_decision") in ("agree", "amend")
    return DecidedBy.COLLECTIVE if is_backed else DecidedBy.DISTRICT_LEADER


def _as_now(value: object, told: object) -> object:
    """A recorded variable with the type that it has now: the record keeps amounts as text."""
    return Decimal(told) if isinstance(value, Decimal) and isinstance(told, str) else told


def _limits(process: Process, variables: Mapping[str, Any]) -> dict[DecidedBy, Decimal | None]:
    return {each: _limit(process, {**variables, "decided_by": each.value}) for each in DecidedBy}


def _limit(process: Process, variables: Mapping[str, Any]) -> Decimal | None:
    found = process.decisions[TABLE].decide(variables)
    return None if found is None else Decimal(str(found))


def _holds(limit: Decimal | None, amount: Decimal) -> bool:
    return limit is None or amount < limit
