"""每日自检: the invariants of the house looked at one by one, each in a transaction of its own.

A run is a chain of later work, one check a link; what was found goes with it and is kept at the
end as one row that nobody can change. What people do about a finding is a row of ``repairs``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import Case, OutboxMessage, SelfCheck
from caseflow.models.base import Json
from caseflow.models.operations import finding_digest
from caseflow.services import bureau_clock, outbox, record, runs
from caseflow.services.self_checks import of_cases, of_house, of_steps
from caseflow.services.self_checks.findings import (
    MOST_KEPT,
    Check,
    Finding,
    InPortions,
    Look,
    Seen,
)
from caseflow.vocabulary import SYSTEM, Actor, Conflict, Verb

__all__ = [
    "CHECKS",
    "TOPIC",
    "Check",
    "Finding",
    "InPortions",
    "Look",
    "Seen",
    "begin",
    "begin_nightly",
    "go_on",
    "is_under_way",
]

TOPIC = "self_check.run"
KIND = "self_check"
_STREAM = "sys:self_checks"
# By the machine's clock in Beijing: after the business of the day, before that of the next.
_NIGHT = 2

# All but the record's, which is verified by what reads it; the job joins them.
CHECKS: Mapping[Check, Look] = {
    Check.SEALS: of_house.seals,
    Check.COURSES: of_cases.courses,
    Check.CLOSED_OPEN: of_cases.closed_with_steps,
    Check.STUCK: of_cases.stuck,
    Check.HOLDERS: of_cases.holders,
    Check.DOERS: InPortions(of_steps.doers),
    Check.TIMERS: of_cases.timers,
    Check.SEPARATION: of_cases.duties,
    Check.SUMS: of_cases.sums,
    Check.NUMBERS: of_house.numbers,
    Check.FILES: of_house.bytes_present,
    Check.OUTBOX: of_house.later_work,
    Check.DEPUTIES: of_house.deputies,
    Check.GRANTS: of_house.grants,
}


def begin(session: Session, actor: Actor) -> None:
    """Start a run now, in the background.

    Raises:
        Forbidden: the actor neither looks after the system nor audits it.
        Conflict: one is under way.
    """
    # The operator at the command line has the machine's own powers.
    if actor.user_id is not None and not policy.may(actor, Verb.READ_RECORD):
        policy.require(actor, Verb.OPERATE)
    if is_under_way(session):
        raise Conflict("self_check_under_way")
    record.append(session, actor, _STREAM, action="self_check.begun", payload={})
    _put(session)


def begin_nightly(session: Session) -> int:
    """Start the run of this night, once; 1 when it was started now."""
    last = session.scalar(select(SelfCheck.at).order_by(SelfCheck.id.desc()).limit(1))
    if last is not None and last >= _last_night():
        return 0
    if bureau_clock.is_making_past(session) or is_under_way(session) or _has_died(session):
        return 0
    if session.scalar(select(Case.id).limit(1)) is None:
        return 0
    _put(session)
    return 1


def go_on(
    session: Session, payload: Json, checks: Mapping[Check, Look], *, snapshot: Session
) -> None:
    """Do the next check of a run, or the next portion of it, and put in what comes after it.

    At the end keep what was found.

    ``snapshot`` is what the check looks at; ``session`` is where the run goes on.
    """
    order = [each for each in Check if each in checks]
    results: list[Json] = payload["results"]
    check = order[len(results)]
    result, after = _look(snapshot, check, checks[check], payload.get("portion"))
    if after is not None:
        runs.tell(session, payload["work"], stage=check, done=len(results), total=len(order))
        outbox.put(session, TOPIC, {**payload, "portion": {"result": result, "after": after}})
        return
    results = [*results, result]
    runs.tell(session, payload["work"], stage=check, done=len(results), total=len(order))
    if len(results) < len(order):
        outbox.put(session, TOPIC, {**payload, "results": results, "portion": None})
        return
    results = _with_first_run(session, results)
    count = sum(int(each["count"]) for each in results)
    took = clock.wall() - datetime.fromisoformat(payload["began_at"])
    row = SelfCheck(
        at=clock.wall(),
        took_ms=int(took.total_seconds() * 1000),
        results=results,
        finding_count=count,
    )
    session.add(row)
    told = {each["check"]: each["count"] for each in results}
    whole = {"findings": told, "sha256": record.digest(results)}
    record.append(session, SYSTEM, _STREAM, action="self_check.done", payload=whole)
    runs.end(session, payload["work"])


def _with_first_run(session: Session, results: list[Json]) -> list[Json]:
    """The results, each finding that the last run had too with the run since which it says so.

    What somebody said of a finding holds as long as that; a page need not read the runs between.
    """
    last = session.scalar(select(SelfCheck).order_by(SelfCheck.id.desc()).limit(1))
    if last is None:
        return results
    known = {
        (result["check"], finding["subject"], finding_digest(finding)): finding.get(
            "since", last.id
        )
        for result in last.results
        for finding in result["findings"]
    }

    def told(check: str, finding: Json) -> Json:
        since = known.get((check, finding["subject"], finding_digest(finding)))
        return finding if since is None else {**finding, "since": since}

    return [
        {**result, "findings": [told(result["check"], each) for each in result["findings"]]}
        for result in results
    ]


def _look(
    session: Session, check: Check, look: Look, last: Json | None
) -> tuple[Json, Json | None]:
    """The result of one check so far, as it is kept, and where its next portion begins.

    Cases stand with the units that they lie in. ``last`` is what the portion before told.
    """
    began = time.perf_counter()
    so_far: Json = last["result"] if last else {}
    if isinstance(look, InPortions):
        seen = look.portion(session, last["after"] if last else {})
    else:
        seen = look(session)
    before: list[Json] = so_far.get("findings", [])
    kept = seen.findings[: MOST_KEPT - len(before)]
    places = _places(session, [each.case_id for each in kept if each.case_id is not None])
    result = {
        "check": check.value,
        "looked_at": so_far.get("looked_at", 0) + seen.looked_at,
        "count": so_far.get("count", 0) + len(seen.findings),
        "took_ms": so_far.get("took_ms", 0) + int(1000 * (time.perf_counter() - began)),
        "findings": before
        + [
            {
                "subject": each.subject,
                "code": each.code,
                "values": each.values,
                **places.get(each.case_id or 0, {}),
            }
            for each in kept
        ],
    }
    return result, seen.after


def _places(session: Session, case_ids: Sequence[int]) -> dict[int, Json]:
    rows = session.execute(
        select(Case.id, Case.number, Case.section_id, Case.district_id).where(Case.id.in_(case_ids))
    )
    return {
        row[0]: {"case": row[0], "number": row[1], "section": row[2], "district": row[3]}
        for row in rows
    }


def _put(session: Session) -> None:
    now = clock.wall().isoformat()
    work = runs.begin(session, KIND, stage="waiting", total=len(Check), detail={"at": now})
    outbox.put(session, TOPIC, {"work": work, "results": [], "began_at": now})


def is_under_way(session: Session) -> bool:
    """Whether a run has begun and goes on: not one whose work waits for a person."""
    going = OutboxMessage.attempts < outbox.MOST_ATTEMPTS
    return session.scalar(_unfinished().where(going).limit(1)) is not None


def _has_died(session: Session) -> bool:
    """Whether a run of this night has failed for good: another of the same night would too."""
    dead = OutboxMessage.attempts >= outbox.MOST_ATTEMPTS
    tonight = OutboxMessage.put_at >= _last_night()
    return session.scalar(_unfinished().where(dead, tonight).limit(1)) is not None


def _unfinished() -> Select[int]:
    return select(OutboxMessage.id).where(
        OutboxMessage.topic == TOPIC,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.discarded_at.is_(None),
    )


def _last_night() -> datetime:
    here = clock.wall().astimezone(clock.BUREAU_ZONE)
    tonight = here.replace(hour=_NIGHT, minute=0, second=0, microsecond=0)
    return tonight if here >= tonight else tonight - timedelta(days=1)
