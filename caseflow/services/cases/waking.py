"""Waking cases whose timers are due: only those, many at once, and several sweepers may work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import Case
from caseflow.models.base import Json
from caseflow.services import limits
from caseflow.services.cases import advancing, gate
from caseflow.services.cases.acts import Act
from caseflow.vocabulary import CLOCKWORK

# The woken cases of one transaction: few enough that no lock is held for long.
WAKE_AT_ONCE = 50
# What is asked every other second, mostly in vain: one look into the index.
_ANY_DUE = "SELECT 1 FROM cases WHERE wake_at <= %s ORDER BY wake_at, id LIMIT 1"
_SET_ASIDE = timedelta(hours=1)


def wake_due(session: Session, *, at_once: int = WAKE_AT_ONCE) -> int:
    """Let the timers that are due fire, of at most so many cases; returns how many cases woke.

    Several sweepers may run at once: each skips the rows that another holds. A case whose timer
    cannot fire says so on its record and is tried again in an hour.
    """
    now = clock.now()
    if session.connection().exec_driver_sql(_ANY_DUE, (now,)).one_or_none() is None:
        return 0
    due = advancing.find(
        session,
        Case.wake_at <= now,
        order=(Case.wake_at, Case.id),
        at_once=at_once,
        skip_locked=True,
    )
    if not due:
        return 0  # other sweepers hold them all
    times = limits.of_today(session)
    moment = times.moment()
    moved = advancing.move(
        session,
        CLOCKWORK,
        due,
        lambda process, state: engine.fire(process, state, at=moment),
        act=Act("timer.fired"),
        times=times,
    )
    for case_id, code in moved.failed.items():
        case = gate.locked(session, case_id)
        gate.begin(case)
        case.wake_at = times.now + _SET_ASIDE
        payload: Json = {"code": code, "case": case.number}
        gate.put_on_record(session, CLOCKWORK, case, action="timer.failed", payload=payload)
    return len(due)
