"""What service tasks of drawings do: one verb each, in the transaction of the step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.engine import Call
from caseflow.models import Case, Task, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services import ladder, papers, record
from caseflow.services.kinds import (
    campaign,
    data_request,
    directive,
    evaluation_plan,
    service_days,
    serving,
    third_party,
    third_party_batch,
    zero_filing,
    zero_filing_batch,
)
from caseflow.services.kinds.data_correction import applying
from caseflow.services.kinds.desk import instant
from caseflow.services.limits import Limits
from caseflow.services.work import OWN_PAUSE, Work
from caseflow.vocabulary import CaseStatus, Invalid, TaskStatus, WarningStatus
from caseflow.working_days import Rule

Effect = Callable[[Work, Json], Json]


def do(work: Work, call: Call) -> Json:
    """Do one effect; returns what the record says of it.

    Raises:
        Invalid: the effect opens another case, and this one is only being opened.
    """
    if call.verb not in _EFFECTS:
        raise Invalid("refer_at_start", verb=call.verb)
    return told_of(call, _EFFECTS[call.verb](work, call.arguments))


def told_of(call: Call, told: Json) -> Json:
    """An effect as the record names it, with what came of it."""
    return {"verb": call.verb, "element": call.element, **record.plain(told)}


# Limits of the whole that are another one for some cases, by what these are about.
_DEPENDING: Mapping[str, Callable[[Work], str]] = {
    third_party.TOTAL: third_party.total_limit,
}


def start_clock(work: Work, arguments: Json) -> Json:
    """Start a clock of the case, once: the limit of the whole from the first full acceptance.

    With ``since`` = ``opening`` its days are counted from the day on which the case was opened.
    A kind of case without such a clock only notes the acceptance.
    """
    case, times = work.case, work.times
    if case.accepted_at is not None:
        return {"running": True}
    case.accepted_at = times.now
    if not arguments["clock"]:
        return {}
    limit = arguments["clock"]
    limit = _DEPENDING[limit](work) if limit in _DEPENDING else limit
    if arguments.get("since") == "opening":
        due_at = times.working_days_from(clock.local_date(case.opened_at), limit)
    else:
        due_at = times.working_days(limit)
    facts = times.dues[due_at].facts()
    if "due_on" in case.facts:
        due_at = min(due_at, clock.end_of(date.fromisoformat(case.facts["due_on"])))
    case.due_at = due_at
    case.facts = {**case.facts, "due": facts}
    return {"due_at": due_at.isoformat()}


def end_clock(work: Work, arguments: Json) -> Json:
    """What a clock of the case limited was done in time or late: nothing is due by it any more."""
    case = work.case
    due_at, case.due_at = case.due_at, None
    case.facts = {**case.facts, "due": None}
    return {"clock": arguments["clock"], "due_at": due_at.isoformat() if due_at else None}


def give_limit(work: Work, arguments: Json) -> Json:
    """The taxpayer's time is over: an open step becomes the officer's, with a limit of its own."""
    until = instant(arguments["until"])
    counted = work.times.dues.get(until)
    for task in work.session.scalars(
        select(Task).where(
            Task.case_id == work.case.id,
            Task.status == TaskStatus.OPEN,
            Task.element == arguments["step"],
            Task.asked_kind.is_(None),
        )
    ):
        task.case_status = CaseStatus.IN_PROGRESS
        task.due_at, task.due_facts = until, {**counted.facts()} if counted else None
        task.remind_at = ladder.next_at(work.session, task, work.times.calendar)
    return {"step": arguments["step"], "until": until.isoformat()}


def pause_clock(work: Work, arguments: Json) -> Json:
    """Stand the case's clock still from service until the answer, or the day it is due."""
    served = service_days.told(work.answers or {}, work.times)
    served_at = clock.start_of(served[0]) if served else work.times.now
    until = instant(arguments["until"])
    # Served some days ago, the taxpayer's time began then.
    until = min(until, instant(work.case.facts.get("reply_due") or until))
    if until <= work.times.now:
        return {"over": until.isoformat()}
    if OWN_PAUSE in work.case.facts:  # from here on it is the taxpayer who is waited for
        end_own_pause(work)
    if work.case.paused_at is None:
        work.case.paused_at = max(served_at, work.case.accepted_at or served_at)
    work.case.facts = {**work.case.facts, "paused_until": until.isoformat()}
    return {"from": work.case.paused_at.isoformat(), "until": until.isoformat()}


def resume_clock(work: Work, arguments: Json) -> Json:
    """End the pause: every limit of the case moves on by the working days it stood still.

    A pause of the chief's own is not the drawing's to end.
    """
    del arguments
    if work.case.paused_at is None or OWN_PAUSE in work.case.facts:
        return {"running": True}
    days = _stood_still(work)
    _move_limits(work, days, _steps_of_the_house(work))
    return {"paused_days": days}


def end_own_pause(work: Work) -> Json:
    """End a pause of the chief's own: limits in working days move on, what a law sets does not.

    What it was is kept among the ``own_pauses``; gives its first and last day and the days counted.
    """
    case = work.case
    days = _stood_still(work)
    first, last = case.facts["pauses"][-1]
    told = {**case.facts[OWN_PAUSE], "from": first, "to": last}
    facts = {name: value for name, value in case.facts.items() if name != OWN_PAUSE}
    case.facts = {**facts, "own_pauses": [*facts.get("own_pauses", []), told]}
    counted = [
        task
        for task in _steps_of_the_house(work)
        if task.due_facts and task.due_facts["rule"] == Rule.WORKING_DAYS
    ]
    _move_limits(work, days, counted)
    return {"from": first, "to": last, "paused_days": days}


def issue_paper(work: Work, arguments: Json) -> Json:
    """Number, render and issue a paper of this case; nothing where the drawing says null."""
    if arguments["kind"] is None:
        return {}
    return papers.issue(work, arguments["kind"], arguments)


def issue_closing_paper(work: Work, arguments: Json) -> Json:
    """Conclude the warnings and issue the closing paper, in the transaction that closes."""
    conclude_warnings(work.session, work.case)
    if arguments["kind"] is None:  # it was issued with the decision
        return {}
    return papers.issue(work, arguments["kind"], arguments)


def conclude_doubts(work: Work, arguments: Json) -> Json:
    """The case is over without a closing paper of its own: its doubts wait for nothing more."""
    del arguments
    conclude_warnings(work.session, work.case)
    return {}


def serve_by_announcement(work: Work, arguments: Json) -> Json:
    """The announcement has run its days: the paper that it announced counts as served."""
    del arguments
    return serving.announced(work)


def set_next_review(work: Work, arguments: Json) -> Json:
    """Note when a household that is kept as it is will be looked at again."""
    del arguments
    return zero_filing.set_next_review(work)


def mark_household(work: Work, arguments: Json) -> Json:
    """What a decision makes of the taxpayer's registration; nothing where the drawing says null."""
    status = arguments["status"]
    if status is None or work.case.taxpayer_id is None:
        return {}
    taxpayer = work.session.get_one(Taxpayer, work.case.taxpayer_id)
    told = {"before": taxpayer.reg_status, "status": status}
    taxpayer.reg_status = status
    return told


def look_at_lines(work: Work, arguments: Json) -> Json:
    """A section of a directive waits for its lines: look whether any is still open."""
    del arguments
    return directive.calling.look_at_lines(work)


def note_late_units(work: Work, arguments: Json) -> Json:
    """The answers to a directive are late: note which districts and sections have not given one."""
    del arguments
    return directive.calling.note_late_units(work)


def gather_candidates(work: Work, arguments: Json) -> Json:
    """The pool of an evaluation plan, as its drawing begins."""
    del arguments
    return evaluation_plan.calling.gather(work)


def open_plan_objects(work: Work, arguments: Json) -> Json:
    """The plan is signed: its evaluations are opened by later work."""
    del arguments
    return evaluation_plan.calling.open_objects(work)


_EFFECTS: Mapping[str, Effect] = {
    "gather_candidates": gather_candidates,
    "open_plan_objects": open_plan_objects,
    "open_campaign": campaign.open_campaign,
    "look_at_lines": look_at_lines,
    "note_late_units": note_late_units,
    "start_clock": start_clock,
    "conclude_doubts": conclude_doubts,
    "end_clock": end_clock,
    "give_limit": give_limit,
    "pause_clock": pause_clock,
    "resume_clock": resume_clock,
    "issue_paper": issue_paper,
    "issue_closing_paper": issue_closing_paper,
    "mark_household": mark_household,
    "serve_by_announcement": serve_by_announcement,
    "set_next_review": set_next_review,
    "apply_correction": applying.apply,
    "reverse_correction": applying.reverse,
    "tell_origin": applying.tell_origin,
    "start_delivery": data_request.start_delivery,
    "deliver_package": data_request.deliver_package,
    "remove_package": data_request.remove_package,
    "release_batch": third_party_batch.release_batch,
    "free_batch": zero_filing_batch.free_batch,
    "dispatch_batch": zero_filing_batch.dispatch_batch,
}
# Those with which a step issues a paper of its case.
ISSUING = frozenset({"issue_paper", "issue_closing_paper"})
# Open other cases, which end at the gate again: done in ``cases.applying``.
REFER = "refer"
OPEN_LINES = "open_lines"
# What a service task of a drawing may name.
VERBS = frozenset({*_EFFECTS, REFER, OPEN_LINES})


def _stood_still(work: Work) -> int:
    """Let the clock of the case go on; how many working days it stood still."""
    case, times = work.case, work.times
    paused_on = clock.local_date(case.paused_at or times.now)
    until = datetime.fromisoformat(case.facts["paused_until"])
    last_day = min(times.today, clock.last_day_of(until))
    days = max(times.calendar.working_days_between(paused_on, last_day), 0)
    case.paused_at = None
    case.paused_days += days
    pauses = [*case.facts.get("pauses", []), [paused_on.isoformat(), last_day.isoformat()]]
    case.facts = {**case.facts, "pauses": pauses}
    return days


def _steps_of_the_house(work: Work) -> Sequence[Task]:
    """Open steps with a limit; what the taxpayer was given stays."""
    return work.session.scalars(
        select(Task).where(
            Task.case_id == work.case.id,
            Task.status == TaskStatus.OPEN,
            Task.case_status != CaseStatus.WAITING_TAXPAYER,
            Task.asked_kind.is_(None),
            Task.due_at.is_not(None),
        )
    ).all()


def _move_limits(work: Work, days: int, tasks: Iterable[Task]) -> None:
    """Move the clock of the case and those steps on desks."""
    case, times = work.case, work.times
    if case.due_at is not None:
        case.due_at, due_facts = moved(case, case.due_at, case.facts.get("due"), days, times=times)
        case.facts = {**case.facts, "due": due_facts}
    for task in tasks:
        if task.due_at is not None:
            task.due_at, task.due_facts = moved(
                case, task.due_at, task.due_facts, days, times=times
            )
            task.remind_at = ladder.next_at(work.session, task, times.calendar)


def moved(
    case: Case, due_at: datetime, facts: Json | None, days: int, *, times: Limits
) -> tuple[datetime, Json | None]:
    """A limit counted anew around the pauses; one that was not counted is moved by its days."""
    calendar = times.calendar
    if facts is None or facts["rule"] != Rule.WORKING_DAYS:
        last_day = clock.last_day_of(due_at)
        return clock.end_of(calendar.add_working_days(last_day, days).on), facts
    pauses = [
        (date.fromisoformat(begun), date.fromisoformat(ended))
        for begun, ended in case.facts["pauses"]
    ]
    start = date.fromisoformat(facts["start"])
    counted = calendar.add_working_days(start, facts["amount"], pauses=pauses)
    limit = clock.end_of(counted.on)
    # The leader may have set an earlier end than the rule gives: it moves by the same days.
    if due_at < clock.end_of(date.fromisoformat(facts["on"])):
        last_day = clock.last_day_of(due_at)
        limit = clock.end_of(calendar.add_working_days(last_day, days).on)
    return limit, {**counted.facts()}


def conclude_warnings(session: Session, case: Case) -> None:
    """The case is over: its warnings wait for nothing any more."""
    for warning in session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)):
        warning.status = WarningStatus.CONCLUDED
