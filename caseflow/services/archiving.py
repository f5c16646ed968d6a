"""归档: closed cases come to the archivist, who files them, and lends files out afterwards.

The case is over: no step of its drawing waits. What comes to the archivist's post is a step beside
it, as a re-check is; the file is complete, or the notes say what is missing and why. From then on
nobody acts on the case, but for its re-check and what the treasury receives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models import (
    ArchivedFile,
    ArchiveLoan,
    Case,
    Post,
    Task,
    Unit,
    User,
)
from caseflow.models.base import Json
from caseflow.services import archive_lists, cases, ladder, limits, numbers, people, sights
from caseflow.services.archive_lists import Missing, Proposal
from caseflow.vocabulary import (
    CLOCKWORK,
    Actor,
    AskedKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Retention,
    Role,
    Stale,
    TaskStatus,
    Verb,
)

AT_ONCE = 50
MOST = 200
LONGEST_PLACE, SHORTEST, LONGEST = 100, 5, 500
ELEMENT = "archive"


@dataclass(frozen=True, slots=True)
class Filed:
    """How a file is archived: where, how long, and what the notes 备考表 say."""

    place: str
    # None: as proposed.
    retention: Retention | None = None
    retention_reason: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A case that was not archived with the others, and why; ``missing`` when papers are."""

    number: str
    code: str
    missing: int = 0


def call_due(session: Session) -> int:
    """Lay what was closed before the archivists of its unit, a share at a time; how many.

    Units without an archivist keep their closed cases until somebody is named.
    """
    archivists = select(Post.unit_id).where(Post.role == Role.ARCHIVIST, policy.held_today())
    called = exists().where(Task.case_id == Case.id, Task.asked_kind == AskedKind.ARCHIVE)
    ids = session.scalars(
        select(Case.id)
        .where(Case.status == CaseStatus.CLOSED, Case.district_id.in_(archivists), ~called)
        .order_by(Case.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for case_id in ids:
        _call(session, cases.locked(session, case_id))
    return len(ids)


def archive(session: Session, actor: Actor, case_id: int, *, said: Filed) -> ArchivedFile:
    """File a closed case: closed becomes archived.

    Raises:
        NotFound: there is no closed case for the actor. Forbidden: it is not the actor's to file.
        Stale: it was filed, or has not come yet. Invalid: no place; another time of keeping
            without a reason; something is missing and the notes do not say why.
    """
    case, task, actor = _in_turn(session, actor, case_id)
    _require_length(said.place, 1, LONGEST_PLACE, "archive_place")
    missing = archive_lists.missing(session, [case])[case.id]
    if missing and len(said.notes.strip()) < SHORTEST:
        raise Invalid("archive_incomplete", count=len(missing), least=SHORTEST)
    _require_length(said.notes, 0, LONGEST, "archive_notes")
    proposal = archive_lists.proposals(session, [case])[case.id]
    return _file(session, actor, case, task, said=said, proposal=proposal, missing=missing)


def archive_many(
    session: Session, actor: Actor, case_ids: Collection[int], *, place: str
) -> tuple[int, tuple[Left, ...]]:
    """File many cases in one place, each as proposed and by an act of its own.

    What is incomplete or no longer waits is left out and told.

    Raises:
        Invalid: none or too many were chosen, or no place. Forbidden: no archivist.
    """
    policy.require(actor, Verb.ARCHIVE)
    if not 1 <= len(set(case_ids)) <= MOST:
        raise Invalid("archive_choice", most=MOST)
    _require_length(place, 1, LONGEST_PLACE, "archive_place")
    left: list[Left] = []
    found: list[tuple[Case, Task, Actor]] = []
    for case_id in sorted(set(case_ids)):
        try:
            found.append(_in_turn(session, actor, case_id))
        except (NotFound, Stale, Forbidden) as refusal:
            number = session.scalar(select(Case.number).where(Case.id == case_id))
            is_known = not isinstance(refusal, NotFound)
            left.append(Left(str(number) if is_known else "—", refusal.code))
    rows = [case for case, _, _ in found]
    missing = archive_lists.missing(session, rows)
    proposals = archive_lists.proposals(session, rows)
    done = 0
    for case, task, acting in found:
        if missing[case.id]:
            left.append(Left(case.number, "archive_incomplete", len(missing[case.id])))
            continue
        said = Filed(place)
        _file(session, acting, case, task, said=said, proposal=proposals[case.id], missing=())
        done += 1
    return done, tuple(left)


def lend(
    session: Session, actor: Actor, case_id: int, *, borrower_id: int, purpose: str
) -> ArchiveLoan:
    """借阅: lend an archived file to a colleague of the district for so many working days.

    Raises:
        NotFound: the case does not exist for the actor. Forbidden: no archivist of its unit.
        Conflict: it is not archived, or lent already. Invalid: nobody of the district who sees
            the case; the purpose.
    """
    case = _archived(session, actor, case_id)
    if _out(session, case) is not None:
        raise Conflict("archive_lent", number=case.number)
    _require_length(purpose, SHORTEST, LONGEST, "archive_purpose")
    if borrower_id not in who_may_borrow(session, case):
        raise Invalid("archive_borrower")
    due = clock.last_day_of(limits.of_today(session).working_days("archive_loan"))
    row = ArchiveLoan(
        case_id=case.id,
        borrower_id=borrower_id,
        purpose=purpose.strip(),
        lent_by=actor.user_id,
        lent_at=clock.now(),
        due_on=due,
    )
    session.add(row)
    payload: Json = {
        "to": borrower_id,
        "to_name": session.get_one(User, borrower_id).name,
        "reason": row.purpose,
        "due_on": due.isoformat(),
    }
    cases.note(session, actor, case, action="archive.lent", payload=payload)
    return row


def take_in(session: Session, actor: Actor, case_id: int, *, note: str) -> ArchiveLoan:
    """Take a lent file back, looked through; ``note`` says what was found wrong, if anything.

    Raises:
        NotFound, Forbidden, Conflict: as ``lend``. Stale: it is not out.
    """
    case = _archived(session, actor, case_id)
    row = _out(session, case)
    if row is None:
        raise Stale("archive_not_out", number=case.number)
    _require_length(note, 0, LONGEST, "archive_notes")
    row.returned_at, row.returned_to = clock.now(), actor.user_id
    row.returned_note = note.strip() or None
    payload: Json = {"from": row.borrower_id, "note": row.returned_note}
    cases.note(session, actor, case, action="archive.returned", payload=payload)
    return row


def may_archive(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the case waits to be filed by the actor now."""
    case = session.get(Case, case_id)
    if case is None or not sights.sees(session, actor, case_id):
        return False
    try:
        _turn(session, actor, case)
    except (NotFound, Stale, Forbidden):
        return False
    return True


def keeps(actor: Actor, case: Case) -> bool:
    """Whether the actor is an archivist of the unit whose file it is."""
    return case.district_id in actor.units_as(Role.ARCHIVIST)


def who_may_borrow(session: Session, case: Case) -> Mapping[int, str]:
    """The people of the district and section who see the case, by id."""
    facts = sights.case_facts(session, case)
    ids = people.in_units(session, (case.district_id, case.section_id))
    rows = session.execute(
        select(User.id, User.name).where(User.id.in_(ids)).order_by(User.name_key, User.id)
    )
    return {
        user_id: name
        for user_id, name in rows
        if policy.may_see(people.actor_of(session, user_id), facts)
    }


def _call(session: Session, case: Case) -> None:
    times = limits.of_today(session)
    closed_on = clock.local_date(case.closed_at or times.now)
    due = times.days_from(closed_on, "archive")
    task = Task(
        case_id=case.id,
        key=f"archive:{uuid4().hex}",
        element=ELEMENT,
        name="归档",
        name_en="Archive",
        stage=case.stage,
        form_key=ELEMENT,
        case_status=CaseStatus.CLOSED,
        roles=[Role.ARCHIVIST.value],
        unit_id=case.district_id,
        separation=[],
        status=TaskStatus.OPEN,
        version=1,
        opened_at=times.now,
        due_at=due,
        due_facts=times.dues[due].facts(),
        remind_at=ladder.first_at(times.now, due, calendars.of(session)),
        asked_kind=AskedKind.ARCHIVE,
    )
    session.add(task)
    payload = {"due_on": clock.last_day_of(due).isoformat()}
    cases.note(session, CLOCKWORK, case, action="archive.called", payload=payload)


def _in_turn(session: Session, actor: Actor, case_id: int) -> tuple[Case, Task, Actor]:
    """The case with the step, locked, and in whose name the actor files it."""
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    return case, *_turn(session, actor, case)


def _turn(session: Session, actor: Actor, case: Case) -> tuple[Task, Actor]:
    task = session.scalar(
        select(Task).where(Task.case_id == case.id, Task.asked_kind == AskedKind.ARCHIVE)
    )
    if case.closed_at is None:
        raise NotFound("case", id=case.id)
    if task is None:
        raise Stale("archive_not_due", number=case.number)
    if task.status is not TaskStatus.OPEN:
        raise Stale("already_done", task=ELEMENT, at=task.done_at, by=None)
    known = policy.case_now(session, case)
    step = next(each for each in known.steps if each.id == task.id)
    decide = policy.to_claim if task.assignee_id is None else policy.to_complete
    capacity = decide(actor, policy.step_facts(known, step))
    if capacity.refusal is not None:
        raise Forbidden("archive_not_yours")
    return task, actor.in_the_name_of(capacity.standing)


def _file(  # noqa: PLR0913 - who files what how, and what was found of it
    session: Session,
    actor: Actor,
    case: Case,
    task: Task,
    *,
    said: Filed,
    proposal: Proposal,
    missing: Sequence[Missing],
) -> ArchivedFile:
    retention = said.retention or proposal.retention
    reason = said.retention_reason.strip()
    if retention is not proposal.retention:
        _require_length(reason, SHORTEST, LONGEST, "archive_retention_reason")
    now = clock.now()
    closed_on = clock.local_date(case.closed_at or now)
    pieces = archive_lists.pieces(session, case.id)
    keeper = policy.Keeper(case, [task])
    row = ArchivedFile(
        case_id=case.id,
        **_shelf_mark(session, case, clock.local_date(now).year),
        place=said.place.strip(),
        retention=retention,
        proposed=proposal.retention,
        retention_reason=reason if retention is not proposal.retention else None,
        keep_until=_keep_until(closed_on, retention),
        notes=said.notes.strip() or None,
        papers=sum(each.paper_id is not None for each in pieces),
        files=sum(each.file_id is not None for each in pieces),
        archived_by=actor.user_id,
        archived_at=now,
    )
    session.add(row)
    # Whoever holds the post filed it, and finds it again by the step.
    task.assignee_id = actor.acting_for or actor.user_id
    task.status, task.done_at = TaskStatus.DONE, now
    task.claimed_at = task.claimed_at or now
    task.done_by, task.done_for = actor.user_id, actor.acting_for
    task.done_through = actor.acting_through
    case.status = CaseStatus.ARCHIVED
    payload: Json = {
        "number": row.number,
        "place": row.place,
        "retention": retention.value,
        "proposed": proposal.retention.value,
        "why": proposal.why,
        "reason": row.retention_reason,
        "note": row.notes,
        "missing": [[each.code, each.subject] for each in missing],
        **keeper.told(),
    }
    cases.note(session, actor, case, action="case.archived", payload=payload)
    return row


def _shelf_mark(session: Session, case: Case, year: int) -> Json:
    """档号: district, year of archiving, a number without gaps."""
    code = session.get_one(Unit, case.district_id).code
    series = f"archive:{code}"
    serial = numbers.take(session, series, year)
    return {
        "number": f"{code}-{year}-{serial:06d}",
        "series": series,
        "year": year,
        "serial": serial,
    }


def _keep_until(closed_on: date, retention: Retention) -> date | None:
    years = retention.years
    return None if years is None else date(closed_on.year + years, 12, 31)


def _archived(session: Session, actor: Actor, case_id: int) -> Case:
    if not sights.sees(session, actor, case_id):
        raise NotFound("case", id=case_id)
    case = cases.locked(session, case_id)
    if not keeps(actor, case):
        raise Forbidden("archive_not_yours")
    if case.status is not CaseStatus.ARCHIVED:
        raise Conflict("archive_not_archived", number=case.number)
    return case


def _out(session: Session, case: Case) -> ArchiveLoan | None:
    return session.scalar(
        select(ArchiveLoan).where(ArchiveLoan.case_id == case.id, ArchiveLoan.returned_at.is_(None))
    )


def _require_length(text: str, least: int, most: int, code: str) -> None:
    if not least <= len(text.strip()) <= most:
        raise Invalid(code, least=least, most=most)
