"""Cases as a list: its filters, and the conditions behind the dashboard's figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from caseflow import batch_counts, clock, policy
from caseflow.models import (
    AssessedAmount,
    BatchLine,
    Case,
    FormerDoubt,
    Task,
    Taxpayer,
    TaxWarning,
    Unit,
    User,
)
from caseflow.reads import case_names, case_numbers, doubts, limits, taxpayers
from caseflow.reads.cases.course import ANY_COURSE, Course, conditions
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, TaskStatus

LIMIT = 50
# Counting stops here: a list longer than this says "more than".
COUNT_CAP = 10_000

_Main = aliased(User)
_Section = aliased(Unit)
_District = aliased(Unit)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the URL asks of the list of cases."""

    status: CaseStatus | None = None
    kind: CaseKind | None = None
    is_open: bool | None = None
    unit_id: int | None = None
    grade: int | None = None
    stage: str = ""
    outcome: str = ""
    indicator: str = ""
    run_id: int | None = None
    is_late: bool = False
    is_problem: bool = False
    has_paid: bool = False
    is_dispatched: bool | None = None
    is_in_time: bool = False
    officer_id: int | None = None
    taxpayer_id: int | None = None
    batch_id: int | None = None
    campaign_id: int | None = None
    cause: str = ""
    course: Course = ANY_COURSE
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
    is_sensitive: bool
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list with the count of the whole and where the next page begins."""

    rows: tuple[Row, ...]
    count: int
    is_capped: bool
    next_before: int | None


def listing(session: Session, actor: Actor, wish: Wish) -> Listing:
    """Cases the actor may see, newest first; three statements."""
    within = condition(actor, wish)
    found = _read(session, _rows(actor, within, wish).limit(LIMIT + 1))
    shown = found[:LIMIT]
    capped = select(Case.id).where(within).limit(COUNT_CAP + 1).subquery()
    count = session.scalar(select(func.count()).select_from(capped)) or 0
    return Listing(
        rows=shown,
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        next_before=shown[-1].id if len(found) > LIMIT else None,
    )


def rows(session: Session, actor: Actor, wish: Wish, *, most: int) -> tuple[Row, ...]:
    """The first cases of the list, newest first; two statements."""
    return _read(session, _rows(actor, condition(actor, wish), wish).limit(most))


def of_taxpayer(session: Session, actor: Actor, taxpayer_id: int) -> tuple[Row, ...]:
    """The cases of one household that the actor may see."""
    return listing(session, actor, Wish(taxpayer_id=taxpayer_id)).rows


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[Row, ...]:
    found = session.execute(query).all()
    left = limits.days_left(session)
    return tuple(replace(Row(*row), left=left(row.due_at)) for row in found)


def condition(actor: Actor, wish: Wish) -> ColumnElement[bool]:
    """The condition on ``Case`` behind a list: what the actor sees and the wish asks for."""
    of_kind = Case.kind == wish.kind if wish.kind else true()
    parts: list[ColumnElement[bool]] = [policy.visible_cases(actor), of_kind]
    if wish.status:
        parts.append(Case.status == wish.status)
    if wish.is_open is not None:
        parts.append(running() if wish.is_open else closed())
    if wish.unit_id:
        parts.append(or_(Case.district_id == wish.unit_id, Case.section_id == wish.unit_id))
    if wish.grade:
        parts.append(Case.grade == wish.grade)
    if wish.stage:
        parts.append(Case.stage == wish.stage)
    if wish.outcome:
        parts.append(Case.outcome == wish.outcome)
    if wish.run_id:
        parts.append(doubts.ever_of(Case.id, TaxWarning.run_id == wish.run_id))
    if wish.taxpayer_id:
        parts.append(Case.taxpayer_id == wish.taxpayer_id)
    parts += [*_figures(wish), *conditions(wish.course)]
    if wish.text:
        named = select(Taxpayer.id).where(taxpayers.named(wish.text))
        parts.append(or_(case_numbers.named(wish.text), Case.taxpayer_id.in_(named)))
    return and_(*parts)


def _in_batch(batch_id: int) -> ColumnElement[bool]:
    """The cases of a batch of zero filers."""
    return Case.id.in_(
        select(BatchLine.line_case_id).where(
            BatchLine.case_id == batch_id,
            BatchLine.left_at.is_(None),
            BatchLine.left_out_reason.is_(None),
        )
    )


def _groups(wish: Wish) -> list[ColumnElement[bool]]:
    """Of which batch or campaign the cases are, and with which cause."""
    parts: list[ColumnElement[bool]] = []
    if wish.batch_id:
        parts.append(_in_batch(wish.batch_id))
    if wish.campaign_id:
        parts.append(Case.facts.has_key("campaign_case"))  # as the index has it
        parts.append(Case.facts["campaign_case"].astext == str(wish.campaign_id))
    if wish.cause:
        parts.append(batch_counts.found_to_be(wish.cause))
    return parts


def _figures(wish: Wish) -> list[ColumnElement[bool]]:
    """The conditions behind figures of the dashboard, so that every figure opens its rows."""
    parts = _groups(wish)
    if wish.is_late:
        parts.append(late())
    if wish.is_in_time:
        parts.append(closed_in_time())
    if wish.is_dispatched is not None:
        parts.append(dispatched() if wish.is_dispatched else ~dispatched())
    if wish.officer_id:
        parts.append(Case.main_officer_id == wish.officer_id)
    if wish.is_problem:
        parts.append(problem_found())
    if wish.has_paid:
        parts.append(tax_paid())
    if wish.indicator:
        parts.append(doubts.ever_of(Case.id, TaxWarning.indicator == wish.indicator))
    return parts


def running() -> ColumnElement[bool]:
    """Cases that have not ended (在办)."""
    return Case.closed_at.is_(None)


def late() -> ColumnElement[bool]:
    """Running cases whose limit, as the list shows it, has passed (逾期); a pause stops it."""
    return and_(running(), Case.paused_at.is_(None), _limit() <= clock.now())


def closed() -> ColumnElement[bool]:
    """Cases that came to a result (已办结), on file or not; a voided one came to none."""
    return Case.status.in_([CaseStatus.CLOSED, CaseStatus.ARCHIVED])


def closed_in_time() -> ColumnElement[bool]:
    """Closed cases whose conclusion was submitted within the limit of the case (按期办结)."""
    ended_at = func.coalesce(Case.submitted_at, Case.closed_at)
    return and_(closed(), or_(Case.due_at.is_(None), ended_at <= Case.due_at))


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
    # What went on to another case had been confirmed here.
    went_on = (
        select(FormerDoubt.warning_id)
        .where(FormerDoubt.case_id == Case.id, FormerDoubt.finding == "confirmed")
        .exists()
    )
    return and_(closed(), or_(confirmed, went_on))


def tax_paid() -> ColumnElement[bool]:
    """Cases with tax paid into the treasury."""
    return (
        select(AssessedAmount.id)
        .where(AssessedAmount.case_id == Case.id, AssessedAmount.tax_paid > 0)
        .exists()
    )


def _rows(actor: Actor, condition: ColumnElement[bool], wish: Wish) -> Select[*tuple[Any, ...]]:
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
            _limit().label("due_at"),
            Case.paused_at,
            Case.outcome,
            Case.taxpayer_id,
            case_names.about().label("taxpayer"),
            policy.listed_tin(actor),
            _Section.name.label("section"),
            _Section.name_en.label("section_en"),
            _District.short_name.label("district"),
            _District.name_en.label("district_en"),
            _Main.name.label("main_officer"),
            policy.marked().label("is_sensitive"),
        )
        .outerjoin(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(_Section, _Section.id == Case.section_id)
        .join(_District, _District.id == Case.district_id)
        .outerjoin(_Main, _Main.id == Case.main_officer_id)
        .where(condition)
        .order_by(Case.id.desc())
    )
    return query.where(Case.id < wish.before) if wish.before else query


def _limit() -> ColumnElement[datetime | None]:
    """
    The limit that runs: that of the case, before it begins and after it ends the open step's.

    The clock of the case ends with the first submission of the conclusion; a step without a limit
    of its own carries the one of the case, which says nothing from then on.
    """
    is_own = or_(Case.submitted_at.is_(None), Task.due_at.is_distinct_from(Case.due_at))
    of_step = (
        select(func.min(Task.due_at))
        .where(Task.case_id == Case.id, Task.status == TaskStatus.OPEN, is_own)
        .correlate(Case)
        .scalar_subquery()
    )
    of_case = case((Case.submitted_at.is_(None), Case.due_at))
    return func.coalesce(of_case, of_step)
