"""延期缴纳税款: an approved deferral of payment moves the day to pay by of an evaluation's paper.

Source: tax-evaluation.md 7, ``follow_up``: number and date, at most three months (征管法 31), which
move the due date and complete nothing. Whether payment is deferred is decided above this house; the
officer enters what was approved. Surcharge of the debt runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import Case, Task
from caseflow.reckoning.surcharges import MOST_DEFERRED
from caseflow.services import cases, definitions, ladder, limits, tasks
from caseflow.services.cases import Act
from caseflow.services.limits import Limits
from caseflow.vocabulary import Actor, Invalid

SHORTEST_NUMBER, LONGEST_NUMBER = 2, 50
FORM = "ta_follow_up"
# Papers by which tax is to be paid within a time.
_PAYING = frozenset({"self_check_notice", "advice_opinion", "determination", "demand"})


@dataclass(frozen=True, slots=True)
class Offer:
    """The day to pay by as it is, and the last one that the law allows."""

    due_on: date
    latest: date


def is_for(task: Task) -> bool:
    """Whether the step waits for what the taxpayer pays."""
    return task.form_key == FORM


def offer(session: Session, case: Case, task: Task) -> Offer:
    """Until when payment can be deferred.

    Raises:
        Invalid: why nothing can be entered.
    """
    carried = case.facts.get("carried", {})
    if not is_for(task) or carried.get("paper") not in _PAYING or not carried.get("due_at"):
        raise Invalid("deferral_nothing_due")
    if carried.get("deferred"):
        raise Invalid("deferral_once", number=carried["deferred"]["number"])
    if task.due_at is None or task.due_at <= clock.now():
        raise Invalid("deferral_too_late")
    due_on = clock.last_day_of(datetime.fromisoformat(carried["due_at"]))
    latest = limits.of_today(session).calendar.add_months(due_on, MOST_DEFERRED).on
    return Offer(due_on, latest)


def enter(
    session: Session,
    actor: Actor,
    task_id: int,
    *,
    seen_version: int,
    number: str,
    until: date | None,
) -> Case:
    """Enter an approved deferral: the taxpayer's time and its timer end on the later day.

    Raises:
        NotFound, Forbidden, Stale: as ``tasks.on_desk``.
        Invalid: as ``offer``; the number of the approval, or a day the law does not allow.
    """
    case, task, actor = tasks.on_desk(session, actor, task_id, seen_version=seen_version)
    offered = offer(session, case, task)
    number = number.strip()
    if not SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER:
        raise Invalid("deferral_number", shortest=SHORTEST_NUMBER, longest=LONGEST_NUMBER)
    if until is None or not offered.due_on < until <= offered.latest:
        first = offered.due_on + timedelta(days=1)
        raise Invalid("deferral_until", first=first, latest=offered.latest)
    cases.begin(case)
    times = limits.of_today(session)
    old = _move(session, case, task, until, number, times)
    told = {
        "task": task.element,
        "number": number,
        "from": offered.due_on.isoformat(),
        "to": until.isoformat(),
    }
    process = definitions.process_of(session, case.definition_id)
    step = engine.retime(process, case.state, {old: clock.end_of(until)})
    cases.apply(session, actor, case, step, act=Act("payment.deferred", told), times=times)
    return case


def _move(
    session: Session, case: Case, task: Task, until: date, number: str, times: Limits
) -> datetime:
    """Move the limit where steps, pages and pauses read it; gives the old instant."""
    carried = dict(case.facts["carried"])
    old, new = datetime.fromisoformat(carried["due_at"]), clock.end_of(until)
    served_on = date.fromisoformat(carried["served_on"])
    carried |= {
        "due_at": new.isoformat(),
        "deferred": {"number": number, "until": until.isoformat()},
    }
    facts = {**case.facts, "carried": carried}
    if facts.get("paused_until") == old.isoformat():
        facts["paused_until"] = new.isoformat()
    case.facts = facts
    task.due_at = new
    counted = times.calendar.add_days(served_on, (until - served_on).days)
    # A day that was approved is kept as it is, even on a rest day.
    task.due_facts = {**counted.facts()} if counted.on == until else None
    task.remind_at = ladder.next_at(session, task, times.calendar)
    return old
