"""Cases as lists and as one page; a case that the actor may not see does not exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    AssessedAmount,
    Attachment,
    Case,
    CaseLink,
    Definition,
    Document,
    Referral,
    Task,
    Taxpayer,
    TaxWarning,
    Unit,
    User,
)
from caseflow.reads import doubts, limits, taxpayers
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    CaseStatus,
    DocumentStatus,
    NotFound,
    TaskStatus,
)

LIMIT = 50
# Counting stops here: a list longer than this says "more than".
COUNT_CAP = 10_000

_Main = aliased(User)
_Second = aliased(User)
_Section = aliased(Unit)
_District = aliased(Unit)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks of the list of cases."""

    status: CaseStatus | None = None
    is_open: bool | None = None
    unit_id: int | None = None
    grade: int | None = None
    stage: str = ""
    outcome: str = ""
    indicator: str = ""
    is_late: bool = False
    is_problem: bool = False
    has_paid: bool = False
    is_dispatched: bool = False
    taxpayer_id: int | None = None
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One case in a list."""

    id: int
    number: str
    kind: CaseKind
    status: CaseStatus
    stage: str
    score: Decimal
    grade: int
    is_ti: bool
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    outcome: str | None
    taxpayer_id: int
    taxpayer: str
    tin: str
    section: str
    section_en: str
    district: str
    district_en: str
    main_officer: str | None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list with the count of the whole and where the next page begins."""

    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    next_before: int | None


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
    done_by: Person | None
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


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that one case's page shows besides the record."""

    case: Case
    taxpayer: Taxpayer
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
    links: tuple[tuple[str, int, str], ...]


def listing(session: Session, actor: Actor, wish: Wish) -> Listing:
    """Cases the actor may see, newest first; three statements."""
    condition = _condition(actor, wish)
    found = session.execute(_rows(condition, wish)).all()
    left = limits.days_left(session)
    rows = tuple(replace(Row(*row), left=left(row.due_at)) for row in found[:LIMIT])
    capped = select(Case.id).where(condition).limit(COUNT_CAP + 1).subquery()
    count = session.scalar(select(func.count()).select_from(capped)) or 0
    return Listing(
        rows=rows,
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        next_before=rows[-1].id if len(found) > LIMIT else None,
    )


def of_taxpayer(session: Session, actor: Actor, taxpayer_id: int) -> tuple[Row, ...]:
    """The cases of one household that the actor may see."""
    return listing(session, actor, Wish(taxpayer_id=taxpayer_id)).rows


def page(session: Session, actor: Actor, case_id: int) -> Page:
    """
    One case with all that hangs on it; a bounded number of statements.

    Raises:
        NotFound: there is no such case for this actor.

    """
    case = find(session, actor, case_id)
    taxpayer = session.get_one(Taxpayer, case.taxpayer_id)
    definition = session.execute(
        select(Definition.process, Definition.version).where(Definition.id == case.definition_id)
    ).one()
    units = {
        unit.id: unit
        for unit in session.scalars(
            select(Unit).where(Unit.id.in_([case.district_id, case.section_id]))
        )
    }
    steps = _tasks(session, case.id)
    papers = _papers(session, case.id)
    files = _files(session, case.id)
    people = _people(session, [case, taxpayer, *steps])
    left = limits.days_left(session)
    return Page(
        case=case,
        taxpayer=taxpayer,
        district=units[case.district_id],
        section=units[case.section_id],
        main_officer=people.get(case.main_officer_id),
        second_officer=people.get(case.second_officer_id),
        administrator=people.get(taxpayer.administrator_id),
        definition_version=definition.version,
        process=definition.process,
        left=left(case.due_at),
        used_days=_used_days(session, case),
        doubts=tuple(doubts.where(session, TaxWarning.case_id == case.id)),
        steps=tuple(_step(task, people, left) for task in steps),
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
        links=_links(session, case.id),
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
    found = session.scalar(
        select(Document)
        .join(Case, Case.id == Document.case_id)
        .where(Document.id == paper_id, Document.sha256.is_not(None), policy.visible_cases(actor))
    )
    if found is None:
        raise NotFound("document", id=paper_id)
    return found


def file(session: Session, actor: Actor, file_id: int) -> Attachment:
    """
    A file of a case that the actor may see.

    Raises:
        NotFound: there is none.

    """
    found = session.scalar(
        select(Attachment)
        .join(Case, Case.id == Attachment.case_id)
        .where(Attachment.id == file_id, policy.visible_cases(actor))
    )
    if found is None:
        raise NotFound("attachment", id=file_id)
    return found


def _condition(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [policy.visible_cases(actor)]
    if wish.status:
        parts.append(Case.status == wish.status)
    if wish.is_open is not None:
        parts.append(Case.closed_at.is_(None) if wish.is_open else Case.closed_at.is_not(None))
    if wish.unit_id:
        parts.append(or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id))
    if wish.grade:
        parts.append(Case.grade == wish.grade)
    if wish.stage:
        parts.append(Case.stage == wish.stage)
    if wish.outcome:
        parts.append(Case.outcome == wish.outcome)
    if wish.taxpayer_id:
        parts.append(Case.taxpayer_id == wish.taxpayer_id)
    parts += _figures(wish)
    if wish.text:
        named = select(Taxpayer.id).where(taxpayers.named(wish.text))
        parts.append(or_(Case.number == wish.text.upper(), Case.taxpayer_id.in_(named)))
    return and_(*parts)


def _figures(wish: Wish) -> list[ColumnElement[bool]]:
    """The conditions behind figures of the dashboard, so that every figure opens its rows."""
    parts: list[ColumnElement[bool]] = []
    if wish.is_late:
        parts.append(and_(Case.closed_at.is_(None), Case.due_at <= clock.now()))
    if wish.is_dispatched:
        parts.append(dispatched())
    if wish.is_problem:
        parts.append(problem_found())
    if wish.has_paid:
        parts.append(tax_paid())
    if wish.indicator:
        parts.append(
            select(TaxWarning.id)
            .where(TaxWarning.case_id == Case.id, TaxWarning.indicator == wish.indicator)
            .exists()
        )
    return parts


def dispatched() -> ColumnElement[bool]:
    """Cases that officers have been named for."""
    return Case.main_officer_id.is_not(None)


def problem_found() -> ColumnElement[bool]:
    """Closed cases with at least one confirmed doubt."""
    confirmed = (
        select(TaxWarning.id)
        .where(TaxWarning.case_id == Case.id, TaxWarning.finding == "confirmed")
        .exists()
    )
    return and_(Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED]), confirmed)


def tax_paid() -> ColumnElement[bool]:
    """Cases with tax paid into the treasury."""
    return (
        select(AssessedAmount.id)
        .where(AssessedAmount.case_id == Case.id, AssessedAmount.tax_paid > 0)
        .exists()
    )


def _rows(condition: ColumnElement[bool], wish: Wish) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Case.id,
            Case.number,
            Case.kind,
            Case.status,
            Case.stage,
            Case.score,
            Case.grade,
            Case.is_ti,
            Case.opened_at,
            Case.closed_at,
            # Before the case has a clock of its own, the limit of its open step counts.
            func.coalesce(Case.due_at, _step_due()).label("due_at"),
            Case.paused_at,
            Case.outcome,
            Case.taxpayer_id,
            Taxpayer.name.label("taxpayer"),
            Taxpayer.tin,
            _Section.name.label("section"),
            _Section.name_en.label("section_en"),
            _District.short_name.label("district"),
            _District.name_en.label("district_en"),
            _Main.name.label("main_officer"),
        )
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(_Section, _Section.id == Case.section_id)
        .join(_District, _District.id == Case.district_id)
        .outerjoin(_Main, _Main.id == Case.main_officer_id)
        .where(condition)
        .order_by(Case.id.desc())
        .limit(LIMIT + 1)
    )
    return query.where(Case.id < wish.before) if wish.before else query


def _step_due() -> ScalarSelect[datetime | None]:
    return (
        select(func.min(Task.due_at))
        .where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN)
        .correlate(Case)
        .scalar_subquery()
    )


def _tasks(session: Session, case_id: int) -> list[Task]:
    return list(
        session.scalars(
            select(Task).where(Task.case_id == case_id).order_by(Task.opened_at, Task.id)
        )
    )


def _people(session: Session, owners: list[Case | Taxpayer | Task]) -> dict[int | None, Person]:
    """Everybody whom the page names, in one statement."""
    columns = (
        "main_officer_id",
        "second_officer_id",
        "administrator_id",
        "assignee_id",
        "done_by",
        "returned_by",
    )
    ids = {getattr(owner, column, None) for owner in owners for column in columns} - {None}
    rows = session.execute(select(User.id, User.name, User.name_en).where(User.id.in_(ids)))
    return {row.id: Person(*row) for row in rows}


def _step(task: Task, people: dict[int | None, Person], left: limits.DaysLeft) -> Step:
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
        done_by=people.get(task.done_by),
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
    )


def _papers(session: Session, case_id: int) -> tuple[Paper, ...]:
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
        .where(Document.case_id == case_id)
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
        )
        .join(User, User.id == Attachment.uploaded_by)
        .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    return tuple(File(*row) for row in rows)


def _links(session: Session, case_id: int) -> tuple[tuple[str, int, str], ...]:
    rows = session.execute(
        select(CaseLink.kind, Case.id, Case.number)
        .join(Case, Case.id == CaseLink.other_id)
        .where(CaseLink.case_id == case_id)
        .order_by(CaseLink.id)
    )
    return tuple((row.kind, row.id, row.number) for row in rows)


def _used_days(session: Session, case: Case) -> int | None:
    """Working days used of the whole case's clock, pauses taken out."""
    if case.accepted_at is None:
        return None
    end = case.closed_at or case.paused_at or clock.now()
    days = limits.calendar(session).working_days_between(
        clock.local_date(case.accepted_at), clock.local_date(end)
    )
    return max(0, days - case.paused_days)
