"""What people do about a finding: a repair with its reason, on the record, never silently.

What touches trust itself (the record, its seals, separated duties) cannot be repaired by those
who run the house: it is reported to the auditors, and stays as it is for them to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.engine.waits import waits
from caseflow.models import Case, Repair, SelfCheck, SensitiveFile, SensitiveReader, Task, User
from caseflow.models.base import Json
from caseflow.models.operations import finding_digest
from caseflow.services import cases, definitions, numbers, outbox, record
from caseflow.services.powers import sensitive
from caseflow.services.self_checks.findings import Check
from caseflow.vocabulary import Actor, Conflict, Invalid, NotFound, TaskStatus, Verb

LONGEST_REASON = 500
_STREAM = "sys:self_checks"


class Way(StrEnum):
    """What can be done about a finding."""

    REARM = "rearm"
    RELEASE = "release"
    RETRY = "retry"
    ADVANCE = "advance"
    ALLOW = "allow"
    REPORT = "report"
    EXPLAIN = "explain"


_OF_TRUST = frozenset({Check.RECORD, Check.SEALS, Check.SEPARATION})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do about a finding, why, and for whom of its people, if for one."""

    way: str
    reason: str
    person: int | None = None


def ways(check: str, code: str) -> tuple[Way, ...]:
    """What can be done about a finding of this kind, the best first."""
    if check in _OF_TRUST:
        return (Way.REPORT,)
    mending = {
        (Check.TIMERS, "overdue"): Way.REARM,
        (Check.TIMERS, "lost"): Way.REARM,
        (Check.TIMERS, "idle"): Way.REARM,
        (Check.TIMERS, "set_aside"): Way.REARM,
        (Check.TIMERS, "unreminded"): Way.REARM,
        (Check.NUMBERS, "behind"): Way.ADVANCE,
        (Check.HOLDERS, "gone"): Way.RELEASE,
        (Check.DOERS, "held"): Way.RELEASE,
        (Check.DOERS, "withheld"): Way.ALLOW,
        (Check.DOERS, "undecided"): Way.ALLOW,
        (Check.OUTBOX, "dead"): Way.RETRY,
    }.get((Check(check), code))
    return (mending, Way.EXPLAIN) if mending else (Way.EXPLAIN,)


def ways_of(actor: Actor, check: str, code: str) -> tuple[Way, ...]:
    """What of it the actor's posts may do."""
    if not policy.may(actor, Verb.REPAIR):
        return ()
    names = policy.may(actor, Verb.MARK_SENSITIVE)
    return tuple(way for way in ways(check, code) if way is not Way.ALLOW or names)


def repair(
    session: Session, actor: Actor, check: str, subject: str, *, wish: Wish
) -> tuple[str, ...]:
    """Do something about a finding of the last run, and keep who did what and why.

    Gives by name those who have still to do the same for marks that they have set; often nobody.

    Raises:
        Forbidden: the actor's posts repair nothing, or name nobody for a sensitive file.
        NotFound: the last run has no such finding within the actor's sight.
        Invalid: no reason, this is no way for this finding, or nobody of its people is named, or
        the marks are for others to name readers for.
        Conflict: it is no longer as it was found.
    """
    policy.require(actor, Verb.REPAIR)
    run_id, finding = _finding(session, actor, check, subject)
    reason = wish.reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=1, longest=LONGEST_REASON)
    if wish.way not in ways(check, finding["code"]):
        raise Invalid("repair_way")
    chosen = Way(wish.way)
    left = _allow(session, actor, finding, wish.person) if chosen is Way.ALLOW else ()
    _mend(session, actor, finding, check=check, way=chosen, reason=reason)
    session.add(
        Repair(
            check_name=check,
            subject=subject,
            what=chosen.value,
            reason=reason,
            repaired_by=actor.user_id,
            repaired_at=clock.wall(),
            run_id=run_id,
            finding_sha256=finding_digest(finding),
        )
    )
    return left


def _finding(
    session: Session, actor: Actor, check: str, subject: str
) -> tuple[int, Mapping[str, Any]]:
    """The last run and its finding, if it has it and the actor may know of it."""
    run = session.scalar(select(SelfCheck).order_by(SelfCheck.id.desc()).limit(1))
    if run is None:
        raise NotFound("self_check_finding")
    for result in run.results:
        for finding in result["findings"] if result["check"] == check else ():
            if finding["subject"] == subject and _may_know(session, actor, finding):
                return run.id, dict(finding)
    raise NotFound("self_check_finding")


def _may_know(session: Session, actor: Actor, finding: Mapping[str, Any]) -> bool:
    case_id = finding.get("case")
    if case_id is None:
        units = (finding["values"].get("unit"), finding["values"].get("above"))
        return policy.may(actor, Verb.OPERATE) or policy.watches(actor, units)
    seen = select(Case.id).where(Case.id == case_id, policy.visible_cases(actor))
    return session.scalar(seen) is not None


def _mend(
    session: Session,
    actor: Actor,
    finding: Mapping[str, Any],
    *,
    check: str,
    way: Way,
    reason: str,
) -> None:
    """Do what the way says and put it on the record: of the case, or of the house."""
    told: Json = {
        "check": check,
        "subject": finding["subject"],
        "code": finding["code"],
        "way": way.value,
        "reason": reason,
    }
    case_id = finding.get("case")
    if case_id is None:
        if way is Way.RETRY:
            outbox.retry(session, actor, _number(finding), reason=reason)
        if way is Way.ADVANCE:
            _advance(session, finding)
        record.append(session, actor, _STREAM, action="self_check.house_repaired", payload=told)
        return
    case = cases.locked(session, case_id)
    cases.begin(case)
    mend = _MENDING.get(way)
    if mend is not None:
        told |= mend(session, case, finding)
    cases.put_on_record(session, actor, case, action="self_check.repaired", payload=told)


def _rearm(session: Session, case: Case, finding: Mapping[str, Any]) -> Json:
    """Let the clockwork know the first timer of the course, or that there is none."""
    if case.closed_at is not None:
        raise Conflict("self_check_settled")
    if finding["subject"].startswith("task:"):
        _open_task(session, _number(finding)).remind_at = clock.now()
        return {}
    process = definitions.process_of(session, case.definition_id)
    dues = [wait.due_at for wait in waits(process, case.state) if wait.due_at is not None]
    due = min(dues, default=None)
    if due is None and case.wake_at is None:
        raise Conflict("self_check_settled")
    case.wake_at = due
    return {}


def _advance(session: Session, finding: Mapping[str, Any]) -> None:
    """Let a series go on after the last number that was given in it."""
    told = finding["values"]
    if not numbers.catch_up(session, told["series"], told["year"]):
        raise Conflict("self_check_settled")


def _allow(
    session: Session, actor: Actor, finding: Mapping[str, Any], person: int | None
) -> tuple[str, ...]:
    """Name somebody for the sensitive files that leave a step or a tie to nobody; no new power.

    Gives who has set the marks among them that the actor does not keep.
    """
    told = finding["values"]
    if person not in told["people"]:
        raise Invalid("repair_person")
    named = select(SensitiveReader.file_id).where(
        SensitiveReader.user_id == person, SensitiveReader.ended_at.is_(None)
    )
    marks = session.execute(
        select(SensitiveFile.id, User.name, sensitive.kept_by(actor).label("is_kept"))
        .join(User, User.id == SensitiveFile.marked_by)
        .where(
            SensitiveFile.id.in_(told["files"]),
            SensitiveFile.id.not_in(named),
            SensitiveFile.marked_by != person,
            policy.in_force(),
        )
        .order_by(SensitiveFile.id)
    ).all()
    if not marks:
        raise Conflict("self_check_settled")
    left = tuple(dict.fromkeys(mark.name for mark in marks if not mark.is_kept))
    if not any(mark.is_kept for mark in marks):
        raise Invalid("marks_of_others", who="、".join(left))
    login = session.scalars(select(User.login).where(User.id == person)).one()
    for mark in marks:
        if mark.is_kept:
            sensitive.allow(session, actor, mark.id, login=login)
    return left


def _release(session: Session, case: Case, finding: Mapping[str, Any]) -> Json:
    """Take a step off the desk of somebody who is gone, for all who may take it; gives whose."""
    task = _open_task(session, _number(finding))
    if task.relation is not None or task.assignee_id != finding["values"]["user"]:
        raise Conflict("self_check_settled")
    keeper = policy.Keeper(case, [task])
    task.assignee_id = task.held_for = task.claimed_at = None
    return keeper.told()


_MENDING: Mapping[Way, Callable[[Session, Case, Mapping[str, Any]], Json]] = {
    Way.REARM: _rearm,
    Way.RELEASE: _release,
}


def _number(finding: Mapping[str, Any]) -> int:
    """The number in the subject of a finding, as 5 of ``task:5``."""
    return int(finding["subject"].partition(":")[2])


def _open_task(session: Session, task_id: int) -> Task:
    task = session.get(Task, task_id, with_for_update=True)
    if task is None or task.status != TaskStatus.OPEN:
        raise Conflict("self_check_settled")
    return task
