"""What is counted of a batch of zero filers, and which cases may still be put into one.

Everything is computed from the cases and their newest answers: nobody types a total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from caseflow import clock
from caseflow.models import Answer, AssessedAmount, BatchLine, Case, Task, Taxpayer, Unit
from caseflow.vocabulary import CaseKind, TaskStatus

# At most so many cases stand in one batch: its approval dispatches them all.
MOST = 500
DISPATCH = "wv_dispatch"
_CLASSIFIED = "zf_classification"
_NOTHING = Decimal(0)
_Text = ColumnElement[str] | InstrumentedAttribute[str]
# The first digits of an industry's code are its division, the trade of a batch.
TRADE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Group:
    """The waiting cases of a trade or of a section."""

    key: str
    name: str
    households: int


@dataclass(frozen=True, slots=True)
class Household:
    """One household of a batch with what has become of its case."""

    line_id: int
    case_id: int
    number: str
    taxpayer: str
    tin: str
    section: str
    section_id: int
    visit_reason: str | None
    is_sampled: bool
    is_closed: bool
    is_overdue: bool
    cause: str | None
    outcome: str | None
    tax: Decimal
    is_invoice_stop: bool
    problem: str | None
    open_reason: str | None


@dataclass(frozen=True, slots=True)
class Sum:
    """How many households of a section, of a cause or of an outcome."""

    name: str
    closed: int = 0
    open: int = 0
    overdue: int = 0
    tax: Decimal = _NOTHING
    invoice_stops: int = 0
    # The section, if the sum is of one.
    unit_id: int | None = None

    @property
    def households(self) -> int:
        """All of them."""
        return self.closed + self.open


@dataclass(frozen=True, slots=True)
class Counts:
    """A batch as it stands now."""

    households: Sequence[Household]
    left_out: Sequence[tuple[str, str, str]]

    @property
    def open(self) -> Sequence[Household]:
        """The households whose cases are not closed."""
        return [each for each in self.households if not each.is_closed]

    @property
    def total(self) -> Sum:
        """Everything added up."""
        return _sum("", self.households)

    @property
    def by_section(self) -> Sequence[Sum]:
        """The households of each section."""
        units = sorted({(each.section, each.section_id) for each in self.households})
        return [
            replace(_sum(name, [e for e in self.households if e.section_id == unit]), unit_id=unit)
            for name, unit in units
        ]

    @property
    def by_cause(self) -> Sequence[Sum]:
        """The closed households by the cause found; those without one under no name, last."""
        closed = [each for each in self.households if each.is_closed]
        names = sorted({each.cause or "" for each in closed}, key=lambda name: (not name, name))
        return [_sum(name, [e for e in closed if (e.cause or "") == name]) for name in names]

    @property
    def by_outcome(self) -> Sequence[Sum]:
        """The closed households by their outcome."""
        closed = [each for each in self.households if each.is_closed]
        names = sorted({each.outcome or "" for each in closed}, key=lambda name: (not name, name))
        return [_sum(name, [e for e in closed if (e.outcome or "") == name]) for name in names]


def is_in_batch() -> ColumnElement[bool]:
    """Whether a case stands in a batch."""
    return exists().where(
        BatchLine.line_case_id == Case.id,
        BatchLine.left_at.is_(None),
        BatchLine.left_out_reason.is_(None),
    )


def is_waiting(district_id: int) -> ColumnElement[bool]:
    """The cases of zero filers of a district that wait for dispatch and stand in no batch."""
    waits = exists().where(
        Task.case_id == Case.id, Task.status == TaskStatus.OPEN, Task.form_key == DISPATCH
    )
    return and_(
        Case.kind == CaseKind.ZF,
        Case.taxpayer_id.is_not(None),
        Case.district_id == district_id,
        Case.closed_at.is_(None),
        waits,
        ~is_in_batch(),
    )


def waiting_by_trade(session: Session, district_id: int) -> Sequence[Group]:
    """The waiting cases by trade, most first; the name is the code."""
    trade = func.left(Taxpayer.industry_code, TRADE_DIGITS)
    found = (
        select(trade, trade, func.count())
        .select_from(Case)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(is_waiting(district_id))
        .group_by(trade)
        .order_by(func.count().desc(), trade)
    )
    return [Group(*row) for row in session.execute(found)]


def waiting_by_area(session: Session, district_id: int) -> Sequence[Group]:
    """The waiting cases by section."""
    found = (
        select(Unit.id, Unit.name, func.count())
        .select_from(Case)
        .join(Unit, Unit.id == Case.section_id)
        .where(is_waiting(district_id))
        .group_by(Unit.id, Unit.name, Unit.code)
        .order_by(Unit.code)
    )
    return [Group(str(row[0]), row[1], row[2]) for row in session.execute(found)]


def of(session: Session, batch_id: int, *, tin: _Text = Taxpayer.tin) -> Counts:
    """What is known of a batch, household by household; ``tin``: the number as it is read."""
    held = [_household(row) for row in session.execute(_households(batch_id, tin))]
    out = session.execute(
        select(Taxpayer.name, tin, BatchLine.left_out_reason)
        .select_from(BatchLine)
        .join(Case, Case.id == BatchLine.line_case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .where(
            BatchLine.case_id == batch_id,
            BatchLine.left_at.is_(None),
            BatchLine.left_out_reason.is_not(None),
        )
        .order_by(BatchLine.id)
    )
    return Counts(held, [(row[0], row[1], row[2] or "") for row in out])


def found_to_be(cause: str) -> ColumnElement[bool]:
    """The condition on ``Case``: this cause was found last."""
    last = (
        select(Answer.content["cause"].astext)
        .join(Task, Task.id == Answer.task_id)
        .where(Answer.case_id == Case.id, Task.form_key == _CLASSIFIED)
        .order_by(Answer.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return last == cause


def _households(batch_id: int, tin: _Text) -> Select[*tuple[Any, ...]]:
    classified = (
        select(Answer.case_id, Answer.content)
        .join(Task, Task.id == Answer.task_id)
        .join(BatchLine, BatchLine.line_case_id == Answer.case_id)
        .where(BatchLine.case_id == batch_id, Task.form_key == _CLASSIFIED)
        .ext(distinct_on(Answer.case_id))
        .order_by(Answer.case_id, Answer.id.desc())
        .subquery()
    )
    taxed = (
        select(
            AssessedAmount.case_id,
            func.sum(AssessedAmount.recomputed - AssessedAmount.declared).label("tax"),
        )
        .join(BatchLine, BatchLine.line_case_id == AssessedAmount.case_id)
        .where(BatchLine.case_id == batch_id)
        .group_by(AssessedAmount.case_id)
        .subquery()
    )
    late = exists().where(
        Task.case_id == Case.id, Task.status == TaskStatus.OPEN, Task.due_at < clock.now()
    )
    return (
        select(
            BatchLine.id,
            Case.id.label("case_id"),
            Case.number,
            Taxpayer.name.label("taxpayer"),
            tin,
            Unit.name.label("section"),
            Unit.id.label("section_id"),
            BatchLine.visit_reason,
            BatchLine.is_sampled,
            Case.closed_at.is_not(None).label("is_closed"),
            case((Case.closed_at.is_(None), late), else_=False).label("is_overdue"),
            classified.c.content["cause"].astext.label("cause"),
            Case.outcome,
            taxed.c.tax,
            classified.c.content["invoice_measure"].astext.label("measure"),
            BatchLine.problem,
            BatchLine.open_reason,
        )
        .select_from(BatchLine)
        .join(Case, Case.id == BatchLine.line_case_id)
        .join(Taxpayer, Taxpayer.id == Case.taxpayer_id)
        .join(Unit, Unit.id == Case.section_id)
        .outerjoin(classified, classified.c.case_id == Case.id)
        .outerjoin(taxed, taxed.c.case_id == Case.id)
        .where(
            BatchLine.case_id == batch_id,
            BatchLine.left_at.is_(None),
            BatchLine.left_out_reason.is_(None),
        )
        .order_by(BatchLine.id)
    )


def _household(row: Row[Any]) -> Household:
    return Household(
        line_id=row.id,
        case_id=row.case_id,
        number=row.number,
        taxpayer=row.taxpayer,
        tin=row.tin,
        section=row.section,
        section_id=row.section_id,
        visit_reason=row.visit_reason,
        is_sampled=row.is_sampled,
        is_closed=row.is_closed,
        is_overdue=row.is_overdue,
        cause=row.cause if row.is_closed else None,
        outcome=row.outcome,
        tax=Decimal(row.tax or 0) if row.is_closed else _NOTHING,
        is_invoice_stop=row.is_closed and row.measure == "stop",
        problem=row.problem,
        open_reason=row.open_reason,
    )


def _sum(name: str, found: Sequence[Household]) -> Sum:
    return Sum(
        name=name,
        closed=sum(each.is_closed for each in found),
        open=sum(not each.is_closed for each in found),
        overdue=sum(each.is_overdue for each in found),
        tax=sum((each.tax for each in found), _NOTHING),
        invoice_stops=sum(each.is_invoice_stop for each in found),
    )
