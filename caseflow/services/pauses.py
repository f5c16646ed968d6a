"""中止: a section's chief lets the clocks of a case stand still for a reason of the house's own.

Source: procedures.md 0.2 "pause": the chief's own reasons at most ``chief_pause`` days (of the
calendar, in all for each case), with evidence; start, end and document on the record. Limits in
working days move on by what stood still. What a law sets and what the taxpayer was given does not,
and the work may go on meanwhile: steps can be handed in as before. Where a paper of the drawing
begins to wait for the taxpayer, its pause takes the place of this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import DateTime, cast, select
from sqlalchemy.orm import Session

from caseflow import clock, engine
from caseflow.models import Attachment, Case, ProcessBeat, Task
from caseflow.models.base import Json
from caseflow.services import (
    attachments,
    beats,
    bureau_clock,
    cases,
    definitions,
    effects,
    limits,
    notices,
    sights,
)
from caseflow.services.cases import Act
from caseflow.services.limits import Limits
from caseflow.services.work import OWN_PAUSE, Work
from caseflow.vocabulary import (
    CLOCKWORK,
    Actor,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NoticeKind,
    Role,
    TaskStatus,
)
from caseflow.working_days import Rule

SHORTEST_REASON, LONGEST_REASON = 10, 500
EVIDENCE = "own_pause"
AT_ONCE = 50
_BEAT = "own_pauses"
# Nothing pauses a data correction (data-correction.md, "Clocks").
_NEVER = frozenset({CaseKind.DC})


@dataclass(frozen=True, slots=True)
class Offer:
    """Until which day the clocks of a case can stand still, and how many days that is."""

    most: int
    latest: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file that shows why: its name and its bytes in pieces."""

    name: str
    chunks: Iterable[bytes]


def sits_over(actor: Actor, case: Case) -> bool:
    """Whether somebody is the chief of the case's section."""
    return any(p.role is Role.SECTION_CHIEF and p.unit_id == case.section_id for p in actor.posts)


def offer(session: Session, actor: Actor, case: Case) -> Offer:
    """How long the clocks of a case can stand still.

    Raises:
        Forbidden: the actor is not the chief of its section. Invalid: why they cannot.
    """
    if not sits_over(actor, case):
        raise Forbidden("not_your_post", roles=[Role.SECTION_CHIEF.value])
    if case.kind in _NEVER or case.taxpayer_id is None:
        raise Invalid("pause_never")
    if case.closed_at is not None:
        raise Invalid("pause_over")
    if OWN_PAUSE in case.facts:
        raise Invalid("pause_runs", day=until_of(case))
    if case.paused_at is not None or case.status is CaseStatus.PAUSED:
        raise Invalid("pause_stands_still")
    if not _has_moving_limit(session, case):
        raise Invalid("pause_no_limit")
    times = limits.of_today(session)
    left = int(times.value("chief_pause")) - _used(case)
    if left < 1:
        raise Invalid("pause_used_up", most=int(times.value("chief_pause")))
    return Offer(left, times.today + timedelta(days=left))


def begin(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    until: date | None,
    reason: str,
    evidence: Evidence | None,
) -> Case:
    """Let the clocks of a case stand still from now to the end of a day.

    Raises:
        NotFound: the case does not exist for the actor. Forbidden, Invalid: as ``offer``; the
            reason, the day or the file.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    offered = offer(session, actor, case)
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    times = limits.of_today(session)
    if until is None or not times.today < until <= offered.latest:
        first = times.today + timedelta(days=1)
        raise Invalid("pause_until", first=first, latest=offered.latest)
    if evidence is None or not evidence.name:
        raise Invalid("pause_evidence")
    file = attachments.add_to_case(
        session, actor, case, field=EVIDENCE, name=evidence.name, chunks=evidence.chunks
    )
    told = _told(actor, file, reason)
    cases.begin(case)
    case.paused_at = times.now
    case.facts = {
        **case.facts,
        OWN_PAUSE: told,
        "paused_until": clock.end_of(until).isoformat(),
    }
    payload = {**told, "until": until.isoformat()}
    _store(session, actor, case, Act("limit.paused", payload), times)
    _tell(session, actor, case, reason)
    return case


def end(session: Session, actor: Actor, case_id: int) -> Case:
    """Let the clocks go on before the day that was set.

    Raises:
        NotFound: the case does not exist for the actor.
        Forbidden: the actor is not the chief of its section. Conflict: nothing stands still.
    """
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if not sits_over(actor, case):
        raise Forbidden("not_your_post", roles=[Role.SECTION_CHIEF.value])
    if OWN_PAUSE not in case.facts:
        raise Conflict("pause_ended", number=case.number)
    _end(session, actor, case, limits.of_today(session))
    return case


def end_due(session: Session) -> int:
    """End pauses whose last day is over, once each day of the bureau; how many were ended.

    A day counts as stood still whenever this runs, so that a late run loses none.
    """
    row = session.get(ProcessBeat, _BEAT)
    today = clock.today().isoformat()
    if (row and row.detail.get("on") == today) or bureau_clock.is_making_past(session):
        return 0
    due = session.scalars(
        select(Case.id)
        .where(Case.paused_at.is_not(None), Case.facts.has_key(OWN_PAUSE))
        .where(cast(Case.facts["paused_until"].astext, DateTime(timezone=True)) <= clock.now())
        .order_by(Case.id)
        .limit(AT_ONCE)
    ).all()
    times = limits.of_today(session)
    for case_id in due:
        case = cases.locked(session, case_id)
        if OWN_PAUSE in case.facts:
            _end(session, CLOCKWORK, case, times)
    if len(due) < AT_ONCE:
        beats.note(session, _BEAT, {"on": today})
    return len(due)


def until_of(case: Case) -> date:
    """The last day of a pause that runs."""
    return clock.last_day_of(datetime.fromisoformat(case.facts["paused_until"]))


# -- parts ----------------------------------------------------------------------------------------
def _has_moving_limit(session: Session, case: Case) -> bool:
    """Whether a limit in working days runs in the section: only those are the chief's to stop."""
    working = Rule.WORKING_DAYS.value
    steps = session.scalars(
        select(Task.due_facts["rule"].astext).where(
            Task.case_id == case.id,
            Task.status == TaskStatus.OPEN,
            Task.asked_kind.is_(None),
            Task.unit_id == case.section_id,
            Task.case_status != CaseStatus.WAITING_TAXPAYER,
        )
    ).all()
    whole = case.facts.get("due") or {}
    return working in steps or (bool(steps) and whole.get("rule") == working)


def _used(case: Case) -> int:
    """Days of the calendar that the case has stood still by its chief's decisions."""
    spans = [
        (date.fromisoformat(each["from"]), date.fromisoformat(each["to"]))
        for each in case.facts.get("own_pauses", [])
    ]
    return sum((last - first).days for first, last in spans)


def _told(actor: Actor, file: Attachment, reason: str) -> Json:
    return {
        "reason": reason.strip(),
        "evidence": file.name,
        "file": file.id,
        "sha256": file.sha256,
        "by": actor.user_id,
        "by_name": actor.name,
    }


def _end(session: Session, actor: Actor, case: Case, times: Limits) -> None:
    cases.begin(case)
    told = effects.end_own_pause(Work(session, actor, case, times, None, None))
    _store(session, actor, case, Act("limit.pause_ended", told), times)


def _store(session: Session, actor: Actor, case: Case, act: Act, times: Limits) -> None:
    """Through the gate, that the case is called by what leads it now; no timer is touched."""
    process = definitions.process_of(session, case.definition_id)
    step = engine.retime(process, case.state, {})
    cases.apply(session, actor, case, step, act=act, times=times)


def _tell(session: Session, actor: Actor, case: Case, reason: str) -> None:
    to = (case.main_officer_id, case.second_officer_id)
    notices.tell(session, actor, case, kind=NoticeKind.PAUSED, to=to, text=reason.strip())
