"""What waits to be archived, what was, and who has a file on loan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import ArchivedFile, ArchiveLoan, Case, Task, Taxpayer, User
from caseflow.reads import case_names, case_numbers, cases, taxpayers
from caseflow.vocabulary import Actor, AskedKind, CaseStatus, NotFound, TaskStatus, Verb

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A closed case that waits to be archived."""

    case: Case
    about: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the archive, and who has it on loan."""

    file: ArchivedFile
    case: Case
    about: str
    archivist: str
    borrower: str | None
    loan: ArchiveLoan | None


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan of a file with the names of who borrowed, lent and took back."""

    loan: ArchiveLoan
    borrower: str
    lender: str
    taker: str | None


def sees_any(actor: Actor) -> bool:
    """Whether the pages of the archive are somebody's at all."""
    return policy.may(actor, Verb.ARCHIVE) or policy.may(actor, Verb.READ_CASE)


def waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """What waits on the actor's desk to be archived, what is due first at the top."""
    rows = session.execute(
        select(Case, case_names.about(), Task.due_at)
        .join(Task, Task.case_id == Case.id)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(_to_archive(), policy.on_desk(actor))
        .order_by(Task.due_at, Task.id)
        .limit(LIMIT)
    )
    return tuple(Waiting(case, about, clock.last_day_of(at)) for case, about, at in rows if at)


def count_waiting(session: Session, actor: Actor) -> int:
    """How many cases wait on the actor's desk to be archived."""
    found = select(func.count()).select_from(Task).join(Case, Case.id == Task.case_id)
    return session.scalar(found.where(_to_archive(), policy.on_desk(actor))) or 0


def kept(session: Session, actor: Actor, *, text: str = "") -> tuple[Kept, ...]:
    """Archived files of cases that the actor may see, the newest first."""
    parts: list[ColumnElement[bool]] = [policy.visible_cases(actor)]
    if text:
        named = select(Taxpayer.id).where(taxpayers.named(text))
        of_shelf = or_(
            ArchivedFile.number == text, ArchivedFile.place.contains(text, autoescape=True)
        )
        parts.append(or_(of_shelf, case_numbers.named(text), Case.taxpayer_id.in_(named)))
    return _kept(session, *parts)


def of_case(session: Session, case_id: int) -> Kept | None:
    """Where the file of a case is, which the caller has seen; none: not archived."""
    return next(iter(_kept(session, Case.id == case_id)), None)


def due_of(session: Session, case_id: int) -> date | None:
    """By which day a closed case is to be archived; none: it does not wait for that."""
    at = session.scalar(select(Task.due_at).where(Task.case_id == case_id, _to_archive()))
    return None if at is None else clock.last_day_of(at)


def loans(session: Session, case_id: int) -> tuple[Lent, ...]:
    """The loans of a file, the newest first."""
    borrower, lender, taker = (aliased(User) for _ in range(3))
    rows = session.execute(
        select(ArchiveLoan, borrower.name, lender.name, taker.name)
        .join(borrower, borrower.id == ArchiveLoan.borrower_id)
        .join(lender, lender.id == ArchiveLoan.lent_by)
        .outerjoin(taker, taker.id == ArchiveLoan.returned_to)
        .where(ArchiveLoan.case_id == case_id)
        .order_by(ArchiveLoan.id.desc())
    )
    return tuple(Lent(*row) for row in rows)


def case(session: Session, actor: Actor, case_id: int) -> cases.Page:
    """The case whose file it is, as its page shows it.

    Raises:
        NotFound: the case does not exist for the actor, or is still open.
    """
    found = cases.page(session, actor, case_id)
    if found.case.status not in {CaseStatus.CLOSED, CaseStatus.ARCHIVED}:
        raise NotFound("case", id=case_id)
    return found


def _to_archive() -> ColumnElement[bool]:
    return (Task.asked_kind == AskedKind.ARCHIVE) & (Task.status == TaskStatus.OPEN)


def _kept(session: Session, *parts: ColumnElement[bool]) -> tuple[Kept, ...]:
    archivist, borrower = aliased(User), aliased(User)
    out = (ArchiveLoan.case_id == Case.id) & ArchiveLoan.returned_at.is_(None)
    rows = session.execute(
        select(ArchivedFile, Case, case_names.about(), archivist.name, borrower.name, ArchiveLoan)
        .join(Case, Case.id == ArchivedFile.case_id)
        .join(archivist, archivist.id == ArchivedFile.archived_by)
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .outerjoin(ArchiveLoan, out)
        .outerjoin(borrower, borrower.id == ArchiveLoan.borrower_id)
        .where(*parts)
        .order_by(ArchivedFile.id.desc())
        .limit(LIMIT)
    )
    return tuple(Kept(*row) for row in rows)
