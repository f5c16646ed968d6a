"""Carrying running cases to another version: plan and dry run, approval, work in portions, back.

One case is one transaction: its row locked, judged once more, its version switched, its record
told. Limits, timers, keys and drafts are not touched. Whoever breaks off loses nothing: what is
left to do are the lines that still say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.engine import Process, migration
from caseflow.engine.carried_variables import FORGOTTEN, UNSET
from caseflow.engine.migration import Hindrance
from caseflow.models import (
    Case,
    CaseMigration,
    CaseMigrationLine,
    Definition,
)
from caseflow.models.base import Json
from caseflow.record_format import DEFINITIONS_STREAM
from caseflow.services import cases, definitions, outbox, record
from caseflow.services.case_migrations import open_steps
from caseflow.services.case_migrations.judging import (
    ALL,
    Choice,
    Judged,
    Taken,
    dry_run,
    judged,
    open_cases,
    pair,
    portions,
    require_numbers,
    why,
)
from caseflow.vocabulary import (
    SYSTEM,
    Actor,
    Conflict,
    Forbidden,
    Invalid,
    MigrationLineStatus,
    MigrationStatus,
    NotFound,
    Verb,
)

__all__ = [
    "ALL",
    "JUDGED_AT_ONCE",
    "JUDGING",
    "TOPIC",
    "Choice",
    "Judged",
    "approve",
    "dry_run",
    "faults",
    "go_on",
    "judge_on",
    "left",
    "locked",
    "plan",
    "reject",
    "revert",
    "withdraw",
    "work_one",
]

TOPIC = "cases.migrate"
JUDGING = "cases.judge"
# More cases than this are not judged while somebody waits for a page.
JUDGED_AT_ONCE = 5_000
SHORTEST_REASON, LONGEST_REASON = 5, 500
_MOST_RENAMED = 100


def plan(  # noqa: PLR0913 - a plan is made once, of all that it says
    session: Session,
    actor: Actor,
    from_id: int,
    to_id: int,
    *,
    mapping: Mapping[str, str],
    reason: str,
    choice: Choice = ALL,
) -> CaseMigration:
    """Plan to carry the open cases of a version to another, with the report of the dry run.

    Of more cases than ``JUDGED_AT_ONCE`` the report is made in the background, in portions.

    Raises:
        Invalid: the reason, the mapping, the choice, or two versions of different processes.
    """
    policy.require(actor, Verb.MIGRATE_CASES)
    wrong = faults(session, from_id, to_id, mapping=mapping, reason=reason, choice=choice)
    refusal = next(iter(wrong.values()), None)
    if refusal is not None:
        raise refusal
    count = open_cases(session, from_id)
    is_long = count > JUDGED_AT_ONCE
    planned = CaseMigration(
        process=definitions.process_of(session, from_id).key,
        from_id=from_id,
        to_id=to_id,
        mapping=dict(mapping),
        reason=reason.strip(),
        status=MigrationStatus.JUDGING if is_long else MigrationStatus.PLANNED,
        planned_by=actor.user_id,
        planned_at=clock.now(),
    )
    session.add(planned)
    session.flush()  # the lines name the plan by its id
    told: Json = {"mapping": dict(mapping), "reason": planned.reason}
    if is_long:
        chosen = {"numbers": sorted(choice.numbers), "most": choice.most}
        outbox.put(session, JUDGING, {"migration": planned.id, "after": 0, "taken": 0, **chosen})
        _tell(session, actor, planned, "migration.planned", {**told, "to_judge": count})
        return planned
    taken = Taken(choice)
    for portion in portions(session, from_id, to_id, mapping):
        _report(session, planned, portion, taken)
    _tell(session, actor, planned, "migration.planned", {**told, "cases": taken.count})
    return planned


def judge_on(session: Session, payload: Json) -> None:
    """Judge the next portion of a plan with many cases; after the last it waits for approval."""
    planned = locked(session, int(payload["migration"]))
    if planned.status is not MigrationStatus.JUDGING:
        return
    taken = Taken(Choice(frozenset(payload["numbers"]), payload["most"]), payload["taken"])
    rest = portions(
        session, planned.from_id, planned.to_id, planned.mapping, after=payload["after"]
    )
    portion = next(rest, None)
    if portion is None:
        planned.status = MigrationStatus.PLANNED
        _tell(session, SYSTEM, planned, "migration.judged", {"cases": taken.count})
        return
    _report(session, planned, portion, taken)
    further = {"after": portion[-1].case_id, "taken": taken.count}
    outbox.put(session, JUDGING, {**payload, **further})


def faults(
    session: Session,
    from_id: int,
    to_id: int,
    *,
    mapping: Mapping[str, str],
    reason: str,
    choice: Choice = ALL,
) -> dict[str, Invalid]:
    """Everything for which ``plan`` would refuse, each by what was said wrongly."""
    old, new = pair(session, from_id, to_id)
    checks = {
        "reason": partial(_require_reason, reason),
        "mapping": partial(_require_mapping, old, new, mapping),
        "numbers": partial(require_numbers, session, from_id, choice.numbers),
    }
    found: dict[str, Invalid] = {}
    for name, check in checks.items():
        try:
            check()
        except Invalid as refusal:
            found[name] = refusal
    return found


def approve(session: Session, actor: Actor, migration_id: int, *, note: str) -> CaseMigration:
    """Let a plan be carried out, as a second person; the work begins at once.

    Raises:
        Forbidden: not the chief of the owning division, or the one who planned it.
    """
    planned = _decidable(session, actor, migration_id)
    planned.status = MigrationStatus.RUNNING
    planned.decided_by, planned.decided_at = actor.user_id, clock.now()
    planned.note = note.strip() or None
    _tell(session, actor, planned, "migration.approved", {"note": planned.note})
    outbox.put(session, TOPIC, {"migration": planned.id})
    return planned


def reject(session: Session, actor: Actor, migration_id: int, *, note: str) -> CaseMigration:
    """Say no to a plan; the note tells why."""
    _require_reason(note)
    planned = _decidable(session, actor, migration_id)
    planned.status = MigrationStatus.REJECTED
    planned.decided_by, planned.decided_at = actor.user_id, clock.now()
    planned.note = note.strip()
    _tell(session, actor, planned, "migration.rejected", {"note": planned.note})
    return planned


def withdraw(session: Session, actor: Actor, migration_id: int) -> CaseMigration:
    """Give a plan up before it is decided on."""
    policy.require(actor, Verb.MIGRATE_CASES)
    planned = locked(session, migration_id)
    _require_status(planned, MigrationStatus.PLANNED, MigrationStatus.JUDGING)
    planned.status = MigrationStatus.WITHDRAWN
    _tell(session, actor, planned, "migration.withdrawn", {})
    return planned


def revert(session: Session, actor: Actor, migration_id: int, *, reason: str) -> CaseMigration:
    """Let the migrated cases go back to the version they came from, where that can hold them."""
    policy.require(actor, Verb.MIGRATE_CASES)
    _require_reason(reason)
    done = locked(session, migration_id)
    _require_status(done, MigrationStatus.DONE)
    done.status = MigrationStatus.REVERTING
    done.reverted_by, done.revert_reason = actor.user_id, reason.strip()
    _tell(session, actor, done, "migration.revert_begun", {"reason": done.revert_reason})
    outbox.put(session, TOPIC, {"migration": done.id})
    return done


def go_on(session: Session, payload: Json) -> None:
    """Carry one case over and ask for the next, until none is left."""
    if work_one(session, int(payload["migration"])):
        outbox.put(session, TOPIC, payload)


def work_one(session: Session, migration_id: int) -> bool:
    """Carry one case over (or back); False when there was none left and the migration is over."""
    running = session.get(CaseMigration, migration_id)
    if running is None or running.status not in _WORK:
        return False
    wanted, _ = _WORK[running.status]
    line = session.scalar(
        select(CaseMigrationLine)
        .where(CaseMigrationLine.migration_id == migration_id, CaseMigrationLine.status == wanted)
        .order_by(CaseMigrationLine.case_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if line is not None:
        _carry(session, running, line)
        return True
    _finish(session, migration_id)
    return False


def left(session: Session, migration_id: int) -> int:
    """How many cases a migration still has to carry over, or back."""
    running = session.get(CaseMigration, migration_id)
    if running is None:
        raise NotFound("migration", id=migration_id)
    if running.status not in _WORK:
        return 0
    wanted, _ = _WORK[running.status]
    waiting = select(func.count()).where(
        CaseMigrationLine.migration_id == migration_id, CaseMigrationLine.status == wanted
    )
    return session.scalar(waiting) or 0


def locked(session: Session, migration_id: int) -> CaseMigration:
    """The migration, its row locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    found = session.get(CaseMigration, migration_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("migration", id=migration_id)
    return found


# What is worked off in each status: the lines that wait, and the status that follows.
_WORK = {
    MigrationStatus.RUNNING: (MigrationLineStatus.CAN, MigrationStatus.DONE),
    MigrationStatus.REVERTING: (MigrationLineStatus.MIGRATED, MigrationStatus.REVERTED),
}


def _finish(session: Session, migration_id: int) -> None:
    """Say that a migration is over, once no line waits in anybody's hands."""
    running = locked(session, migration_id)
    if running.status not in _WORK:
        return
    if left(session, migration_id):
        return
    _, following = _WORK[running.status]
    running.status = following
    if following is MigrationStatus.REVERTED:
        running.reverted_at = clock.now()
    else:
        running.finished_at = clock.now()
    counted = session.execute(
        select(CaseMigrationLine.status, func.count())
        .where(CaseMigrationLine.migration_id == migration_id)
        .group_by(CaseMigrationLine.status)
    )
    told = {str(status): count for status, count in counted}
    _tell(session, SYSTEM, running, "migration.finished", {"cases": told})


def _carry(session: Session, running: CaseMigration, line: CaseMigrationLine) -> None:
    """Switch the version of one case, judged under its lock."""
    is_back = running.status is MigrationStatus.REVERTING
    source, target = running.from_id, running.to_id
    mapping: Mapping[str, str] = running.mapping
    if is_back:
        source, target = target, source
        mapping = {new: old for old, new in running.mapping.items()}
    case = cases.locked(session, line.case_id)
    line.at = clock.now()
    if case.closed_at is not None or case.definition_id != source:
        line.status = MigrationLineStatus.KEPT if is_back else MigrationLineStatus.GONE
        line.why = [{"code": "closed" if case.closed_at else "elsewhere"}]
        return
    old, new = (definitions.process_of(session, each) for each in (source, target))
    found = judged(old, new, case.state, mapping)
    if found:
        line.status = MigrationLineStatus.KEPT if is_back else MigrationLineStatus.CANNOT
        line.why = why(found)
        return
    # Said before the open steps are judged: who did a step may be known by its former name.
    line.status = MigrationLineStatus.REVERTED if is_back else MigrationLineStatus.MIGRATED
    session.flush()
    warned = [] if is_back else [each for each in line.why if each["code"] in (FORGOTTEN, UNSET)]
    changes = _switch(session, running, case, (old, new), (source, target), mapping)
    line.why = why(changes) + warned


def _switch(
    session: Session,
    running: CaseMigration,
    case: Case,
    processes: tuple[Process, Process],
    ids: tuple[int, int],
    mapping: Mapping[str, str],
) -> tuple[Hindrance, ...]:
    old, new = processes
    cases.begin(case)
    case.state = migration.migrated(old, new, case.state, mapping)
    case.definition_id = ids[1]
    for column, value in cases.waiting(new, case.state).items():
        setattr(case, column, value)
    keeper = policy.Keeper(case, open_steps.of(session, case))
    changes = open_steps.redraw(session, case, old, new, mapping)
    versions = {
        row.id: row.version
        for row in session.execute(
            select(Definition.id, Definition.version).where(Definition.id.in_(ids))
        )
    }
    payload = {
        "case": case.number,
        "from": versions[ids[0]],
        "to": versions[ids[1]],
        "migration": running.id,
        "asked_by": f"user:{running.reverted_by or running.planned_by}",
        "approved_by": f"user:{running.decided_by}",
        "reason": running.revert_reason or running.reason,
        "mapping": dict(mapping),
        "changes": [f"{change.element}:{change.code}" for change in changes],
        **keeper.told(),
    }
    back = running.status is MigrationStatus.REVERTING
    action = "case.migrated_back" if back else "case.migrated"
    cases.put_on_record(session, SYSTEM, case, action=action, payload=payload)
    return changes


def _report(
    session: Session, planned: CaseMigration, portion: Iterable[Judged], taken: Taken
) -> None:
    """Keep what was judged, and which of it is to go."""
    rows = [_line(planned.id, each, taken.status(each)) for each in portion]
    session.execute(insert(CaseMigrationLine), rows)


def _line(migration_id: int, case: Judged, status: MigrationLineStatus) -> Json:
    return {
        "migration_id": migration_id,
        "case_id": case.case_id,
        "status": status,
        "why": why(case.hindrances or case.changes),
        "lost": [{"name": each.label, "name_en": each.label_en} for each in case.lost],
        "at": clock.now(),
    }


def _decidable(session: Session, actor: Actor, migration_id: int) -> CaseMigration:
    policy.require(actor, Verb.APPROVE_DEFINITION)
    planned = locked(session, migration_id)
    if not policy.may_approve_version(actor, planned.process):
        raise Forbidden("not_the_owner", process=planned.process)
    if actor.user_id == planned.planned_by:
        raise Forbidden("own_plan")
    _require_status(planned, MigrationStatus.PLANNED)
    return planned


def _require_status(found: CaseMigration, *wanted: MigrationStatus) -> None:
    if found.status not in wanted:
        raise Conflict("migration_status", status=found.status)


def _require_reason(reason: str) -> None:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_length", shortest=SHORTEST_REASON, longest=LONGEST_REASON)


def _require_mapping(old: Process, new: Process, mapping: Mapping[str, str]) -> None:
    if len(mapping) > _MOST_RENAMED or len(set(mapping.values())) < len(mapping):
        raise Invalid("migration_mapping_twice")
    unknown = [each for each in mapping if each not in old.elements]
    unknown += [each for each in mapping.values() if each not in new.elements]
    if unknown:
        raise Invalid("migration_mapping", element=[each[:80] for each in unknown])


def _tell(session: Session, actor: Actor, found: CaseMigration, action: str, told: Json) -> None:
    payload = {
        "migration": found.id,
        "process": found.process,
        "from": found.from_id,
        "to": found.to_id,
        **told,
    }
    record.append(session, actor, DEFINITIONS_STREAM, action=action, payload=payload)
