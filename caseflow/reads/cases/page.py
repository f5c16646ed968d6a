"""One case with all that hangs on it; a case that the actor may not see does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from caseflow import calendars, clock, policy
from caseflow.models import (
    AssessedAmount,
    Attachment,
    Blob,
    Case,
    CaseLink,
    Definition,
    Document,
    Referral,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.reads import directive_lines, doubts, limits, powers
from caseflow.vocabulary import (
    Actor,
    BlobState,
    CaseKind,
    DocumentStatus,
    NotFound,
    Role,
    TaskStatus,
)
from caseflow.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the bureau, by name."""

    id: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step on a desk, past or present."""

    id: int
    element: str
    name: str
    name_en: str
    stage: str
    form_key: str
    status: TaskStatus
    version: int
    assignee: Person | None
    held_for: Person | None
    done_by: Person | None
    done_for: Person | None
    opened_at: datetime
    due_at: datetime | None
    due_facts: dict[str, object] | None
    done_at: datetime | None
    relation: str | None
    roles: tuple[str, ...]
    unit_id: int
    return_reason: str | None
    returned_by: Person | None
    left: int | None
    used_days: int


@dataclass(frozen=True, slots=True)
class Paper:
    """An official paper of the case."""

    id: int
    kind: str
    status: DocumentStatus
    number: str | None
    sha256: str | None
    created_at: datetime
    issued_at: datetime | None
    issued_by: str | None
    served_on: date | None


@dataclass(frozen=True, slots=True)
class File:
    """A file handed in with a step."""

    id: int
    task_id: int | None
    field: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    # What the scanner and the scrub found; none: nothing is kept of the bytes.
    state: BlobState | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A tie between this case and another, drawn from here or from there."""

    kind: str
    case_id: int
    number: str
    of: CaseKind
    is_from_here: bool
    # How the other case stands: its outcome once it is closed.
    outcome: str | None
    # The tie was undone.
    is_over: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that one case's page shows besides the record."""

    case: Case
    taxpayer: Taxpayer | None
    # Whether a mark on the case or on its household is in force.
    is_sensitive: bool
    district: Unit
    section: Unit
    main_officer: Person | None
    second_officer: Person | None
    administrator: Person | None
    definition_version: int
    process: str
    left: int | None
    used_days: int | None
    doubts: tuple[doubts.Doubt, ...]
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]
    files: tuple[File, ...]
    amounts: tuple[AssessedAmount, ...]
    referrals: tuple[Referral, ...]
    links: tuple[Link, ...]

    @property
    def about(self) -> str:
        """What it is about, in one line: its household, or what it was opened for."""
        return self.taxpayer.name if self.taxpayer else str(self.case.title)


def page(session: Session, actor: Actor, case_id: int) -> Page:
    """
    One case with all that hangs on it; a bounded number of statements.

    Raises:
        NotFound: there is no such case for this actor.

    """
    case = find(session, actor, case_id)
    taxpayer = session.get_one(Taxpayer, case.taxpayer_id) if case.taxpayer_id else None
    definition = session.execute(
        select(Definition.process, Definition.version, policy.marked().label("is_sensitive"))
        .join(Case, Case.definition_id == Definition.id)
        .where(Case.id == case.id)
    ).one()
    units = {
        unit.id: unit
        for unit in session.scalars(
            select(Unit).where(Unit.id.in_([case.district_id, case.section_id]))
        )
    }
    steps = _tasks(session, case.id)
    papers = _papers(session, actor, case)
    files = _files(session, case.id)
    people = _people(session, [case, *([taxpayer] if taxpayer else []), *steps])
    calendar = calendars.of(session)
    left = limits.left_by(calendar)
    return Page(
        case=case,
        taxpayer=taxpayer,
        is_sensitive=definition.is_sensitive,
        district=units[case.district_id],
        section=units[case.section_id],
        main_officer=people.get(case.main_officer_id),
        second_officer=people.get(case.second_officer_id),
        administrator=people.get(taxpayer.administrator_id) if taxpayer else None,
        definition_version=definition.version,
        process=definition.process,
        left=left(case.due_at),
        used_days=_used_days(calendar, case),
        doubts=tuple(doubts.of_case(session, actor, case.id)),
        steps=tuple(
            _step(task, people, left, _days_on_desk(calendar, case, task)) for task in steps
        ),
        papers=papers,
        files=files,
        amounts=tuple(
            session.scalars(
                select(AssessedAmount)
                .where(AssessedAmount.case_id == case.id)
                .order_by(AssessedAmount.tax, AssessedAmount.period)
            )
        ),
        referrals=tuple(
            session.scalars(
                select(Referral).where(Referral.case_id == case.id).order_by(Referral.id)
            )
        ),
        links=_links(session, actor, case.id),
    )


def find(session: Session, actor: Actor, case_id: int) -> Case:
    """
    The case, if it exists for this actor.

    Raises:
        NotFound: it does not.

    """
    case = session.scalar(select(Case).where(Case.id == case_id, policy.visible_cases(actor)))
    if case is None:
        raise NotFound("case", id=case_id)
    if case.taxpayer_id is not None:
        powers.require_reason(session, actor, case.taxpayer_id)
    return case


def drawing(session: Session, actor: Actor, case_id: int) -> str:
    """The BPMN file of the version that the case runs on."""
    case = find(session, actor, case_id)
    row = session.execute(
        select(Definition.process, Definition.files).where(Definition.id == case.definition_id)
    ).one()
    return str(row.files[f"{row.process}.bpmn"])


def paper(session: Session, actor: Actor, paper_id: int) -> Document:
    """
    A paper of a case that the actor may see.

    Raises:
        NotFound: there is none, or it has no bytes yet.

    """
    row = session.execute(
        select(Document, Case)
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == paper_id, Document.sha256.is_not(None), policy.visible_cases(actor))
    ).one_or_none()
    if row is None or not _is_readable(session, actor, row.Case, paper_id):
        raise NotFound("document", id=paper_id)
    found: Document = row.Document
    if row.Case.taxpayer_id is not None:
        powers.require_reason(session, actor, row.Case.taxpayer_id)
    return found


def _is_readable(session: Session, actor: Actor, case: Case, paper_id: int) -> bool:
    readable = directive_lines.readable_papers(session, actor, case)
    return session.scalar(select(Document.id).where(Document.id == paper_id, readable)) is not None


def file(session: Session, actor: Actor, file_id: int) -> Attachment:
    """
    A file of a case that the actor may see.

    Raises:
        NotFound: there is none.

    """
    row = session.execute(
        select(Attachment, Case.taxpayer_id, Case)
        .join(Case, Case.id == Attachment.case_id)
        .where(Attachment.id == file_id, policy.visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("attachment", id=file_id)
    found: Attachment = row[0]
    if found.field == _PACKAGE and not _may_take(actor, row[2], found):
        raise NotFound("attachment", id=file_id)
    if row.taxpayer_id is not None:
        powers.require_reason(session, actor, row.taxpayer_id)
    return found


# The field of a form in which a data request keeps what it delivers.
_PACKAGE = "package"


def _may_take(actor: Actor, case: Case, package: Attachment) -> bool:
    """Whether somebody may take the package of a data request away.

    Before the delivery those who prepare, check and deliver it; afterwards the named users, until
    it expires.
    """
    if case.kind != CaseKind.RQ:
        return True
    if package.removed_at is not None:
        return False
    makes = {case.second_officer_id, case.facts.get("quality_officer")}
    if actor.user_id in makes or Role.POST_ANALYSIS in actor.roles:
        return True
    is_delivered = case.facts.get("open_package") == package.id
    if is_delivered and clock.today() > date.fromisoformat(case.facts["expires_on"]):
        return False  # whatever step the case is in
    return is_delivered and actor.user_id in case.facts.get("users", [])


def _tasks(session: Session, case_id: int) -> list[Task]:
    return list(
        session.scalars(
            select(Task)
            .where(Task.case_id == case_id, Task.asked_kind.is_(None))
            .order_by(Task.opened_at, Task.id)
        )
    )


def _people(session: Session, owners: list[Case | Taxpayer | Task]) -> dict[int | None, Person]:
    """Everybody whom the page names, in one statement."""
    columns = (
        "main_officer_id",
        "second_officer_id",
        "administrator_id",
        "assignee_id",
        "held_for",
        "done_by",
        "done_for",
        "returned_by",
    )
    ids = {getattr(owner, column, None) for owner in owners for column in columns} - {None}
    rows = session.execute(select(User.id, User.name, User.name_en).where(User.id.in_(ids)))
    return {row.id: Person(*row) for row in rows}


def _step(
    task: Task, people: dict[int | None, Person], left: limits.DaysLeft, used_days: int
) -> Step:
    return Step(
        id=task.id,
        element=task.element,
        name=task.name,
        name_en=task.name_en,
        stage=task.stage,
        form_key=task.form_key,
        status=task.status,
        version=task.version,
        assignee=people.get(task.assignee_id),
        held_for=people.get(task.held_for),
        done_by=people.get(task.done_by),
        done_for=people.get(task.done_for),
        opened_at=task.opened_at,
        due_at=task.due_at,
        due_facts=task.due_facts,
        done_at=task.done_at,
        relation=task.relation,
        roles=tuple(task.roles),
        unit_id=task.unit_id,
        return_reason=task.return_reason,
        returned_by=people.get(task.returned_by),
        left=left(task.due_at),
        used_days=used_days,
    )


def _papers(session: Session, actor: Actor, case: Case) -> tuple[Paper, ...]:
    rows = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.status,
            Document.number,
            Document.sha256,
            Document.created_at,
            Document.issued_at,
            User.name,
            Document.served_on,
        )
        .outerjoin(User, User.id == Document.issued_by)
        .where(Document.case_id == case.id, directive_lines.readable_papers(session, actor, case))
        .order_by(Document.id)
    )
    return tuple(Paper(*row) for row in rows)


def _files(session: Session, case_id: int) -> tuple[File, ...]:
    rows = session.execute(
        select(
            Attachment.id,
            Attachment.task_id,
            Attachment.field,
            Attachment.name,
            Attachment.media_type,
            Attachment.size,
            Attachment.sha256,
            Attachment.uploaded_at,
            User.name,
            Blob.state,
            Blob.fault,
        )
        .join(User, User.id == Attachment.uploaded_by)
        .outerjoin(Blob, Blob.sha256 == Attachment.sha256)
        .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    return tuple(File(*row) for row in rows)


def _links(session: Session, actor: Actor, case_id: int) -> tuple[Link, ...]:
    """Ties from this case to others and from others to this one, those that the actor may see."""
    rows = session.execute(
        select(
            CaseLink.kind,
            CaseLink.case_id,
            Case.id,
            Case.number,
            Case.kind.label("of"),
            Case.outcome,
            CaseLink.ended_at,
        )
        .join(
            Case,
            or_(
                and_(CaseLink.case_id == case_id, Case.id == CaseLink.other_id),
                and_(CaseLink.other_id == case_id, Case.id == CaseLink.case_id),
            ),
        )
        .where(policy.visible_cases(actor))
        .order_by(CaseLink.id)
    )
    return tuple(
        Link(
            row.kind,
            row.id,
            row.number,
            row.of,
            is_from_here=row.case_id == case_id,
            outcome=row.outcome,
            is_over=row.ended_at is not None,
        )
        for row in rows
    )


def _used_days(calendar: Calendar, case: Case) -> int | None:
    """
    Working days used of the whole case's clock, pauses taken out.

    The clock runs from the first full acceptance to the first submission of the conclusion.
    """
    if case.accepted_at is None:
        return None
    end = case.submitted_at or case.closed_at or clock.now()
    return _without_pauses(calendar, case, case.accepted_at, end)


def _days_on_desk(calendar: Calendar, case: Case, task: Task) -> int:
    """Working days that a step has been on a desk, pauses taken out."""
    return _without_pauses(calendar, case, task.opened_at, task.done_at or clock.now())


def _without_pauses(calendar: Calendar, case: Case, start: datetime, end: datetime) -> int:
    first, last = clock.local_date(start), clock.local_date(end)
    pauses = [
        (date.fromisoformat(begun), date.fromisoformat(ended))
        for begun, ended in case.facts.get("pauses", ())
    ]
    if case.paused_at is not None:
        pauses.append((clock.local_date(case.paused_at), last))
    stood = (
        calendar.working_days_between(max(first, begun), min(last, ended))
        for begun, ended in pauses
        if max(first, begun) < min(last, ended)
    )
    return max(0, calendar.working_days_between(first, last) - sum(stood))
