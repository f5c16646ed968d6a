"""Lines 清册行 of a directive as pages show them, and the sums that follow from them.

Nobody types a total: households, outcomes and amounts are counted from closed lines and cases at
each reading, so that a later change of a case changes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from caseflow import case_sums, clock, directive_indicators
from caseflow.case_sums import Brought
from caseflow.directive_indicators import Compared
from caseflow.models import (
    Answer,
    Case,
    DirectiveLine,
    DirectivePart,
    Document,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.vocabulary import Actor, CaseKind, PaperKind, Role, TaskStatus, UnitLevel

_CITY = frozenset(
    {
        Role.CITY_DIRECTOR,
        Role.CITY_DEPUTY,
        Role.DIVISION_CHIEF,
        Role.POST_ANALYSIS,
        Role.AUDITOR,
    }
)
# What every unit of a directive reads, since the version of the paper that lists no household.
_TO_ALL = {PaperKind.INSTRUCTION_SHEET: 1, PaperKind.DIRECTIVE_NOTICE: 6}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a page shows it; ``case_number`` is that of the case that it opened or joined."""

    id: int
    number: int
    about: str
    tin: str | None
    finding: str
    indicator: str | None
    period: str | None
    measured: str | None
    threshold: str | None
    requirement: str | None
    due_on: date | None
    district_id: int | None
    district: str
    section_id: int | None
    section: str
    officer: str
    officer_id: int | None
    kind: str | None
    case_id: int | None
    case_number: str | None
    outcome: str | None
    is_settled: bool
    is_household: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a district or section: how far it is, and since how many days it is late."""

    unit_id: int
    unit: str
    is_district: bool
    state: str
    grade: str | None
    due_on: date | None
    days_late: int


@dataclass(slots=True)
class Sums:
    """What came of the lines of a unit: counted from closed lines and cases."""

    unit: str
    lines: int = 0
    closed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    brought: Brought = field(default_factory=Brought)

    @property
    def open(self) -> int:
        """The lines without an outcome."""
        return self.lines - self.closed


@dataclass(frozen=True, slots=True)
class Overview:
    """A directive as its page shows it to one person."""

    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    sums: tuple[Sums, ...]
    # The indicators of the lines before and after, by district.
    compared: tuple[Compared, ...]

    @property
    def late(self) -> tuple[Part, ...]:
        """The units that are late."""
        return tuple(part for part in self.parts if part.days_late or part.state == "late")


def is_settled() -> ColumnElement[bool]:
    """The condition on ``DirectiveLine``: it has its outcome, or its case has one."""
    ended = select(Case.id).where(Case.closed_at.is_not(None), Case.outcome.is_not(None))
    by_case = and_(DirectiveLine.line_case_id.is_not(None), DirectiveLine.line_case_id.in_(ended))
    return or_(DirectiveLine.outcome.is_not(None), by_case)


def overview(session: Session, actor: Actor, case: Case) -> Overview:
    """The lines, parts and sums of a directive, as far as the actor's units go.

    The city sees all; a district its own, a section its own, an officer the own lines.
    """
    scope = _scope(session, actor, case)
    lines = of(session, case.id, *([] if scope is None else [_of_units(scope, actor)]))
    parts = [part for part in _parts(session, case) if scope is None or part.unit_id in scope]
    units = {part.unit_id: part for part in parts}
    districts = None if scope is None else sorted(scope)
    compared = directive_indicators.of(session, case, districts)
    return Overview(tuple(lines), tuple(parts), tuple(sums(session, lines, units)), tuple(compared))


def is_read_whole(session: Session, actor: Actor, case: Case) -> bool:
    """Whether the actor reads all of a case: of a directive whoever sees every line of it."""
    return case.kind is not CaseKind.DR or _scope(session, actor, case) is None


def readable_papers(session: Session, actor: Actor, case: Case) -> ColumnElement[bool]:
    """The condition on ``Document``: the papers of a case that the actor sees.

    Those of a directive go as far as its lines do: to a district its own, to a section its own,
    to an officer none that lists households of others.
    """
    scope = None if case.kind is not CaseKind.DR else _scope(session, actor, case)
    if scope is None:
        return true()
    to_all = (
        and_(Document.kind == kind.value, Document.template_version >= since)
        for kind, since in _TO_ALL.items()
    )
    own = [] if _is_officer(actor) else [Document.unit_id.in_(scope)]
    return or_(*to_all, *own)


def readable_answers(session: Session, actor: Actor, case: Case) -> ColumnElement[bool]:
    """The condition on ``Answer``: what was handed in in a case, as ``readable_papers``."""
    scope = None if case.kind is not CaseKind.DR else _scope(session, actor, case)
    if scope is None:
        return true()
    if _is_officer(actor):
        return Answer.user_id == actor.user_id
    return Answer.task_id.in_(select(Task.id).where(Task.unit_id.in_(scope)))


def of(session: Session, case_id: int, *where: ColumnElement[bool]) -> list[Line]:
    """The lines of a directive that meet these conditions, in order."""
    district, section = aliased(Unit), aliased(Unit)
    linked = aliased(Case)
    found = session.execute(
        select(
            DirectiveLine,
            Taxpayer.name,
            Taxpayer.tin,
            district.name,
            section.name,
            User.name,
            linked.number,
            linked.outcome,
            linked.closed_at,
        )
        .outerjoin(Taxpayer, Taxpayer.id == DirectiveLine.taxpayer_id)
        .outerjoin(district, district.id == DirectiveLine.district_id)
        .outerjoin(section, section.id == DirectiveLine.section_id)
        .outerjoin(User, User.id == DirectiveLine.officer_id)
        .outerjoin(linked, linked.id == DirectiveLine.line_case_id)
        .where(DirectiveLine.case_id == case_id, *where)
        .order_by(DirectiveLine.number)
    )
    return [_line(row) for row in found]


def sums(session: Session, lines: Sequence[Line], parts: Mapping[int, Part]) -> list[Sums]:
    """Counted by section and district, and for all of these lines together last."""
    amounts = case_sums.brought(session, {line.case_id for line in lines if line.case_id})
    found = [
        _sum(part.unit, [line for line in lines if unit_id in _units(line)], amounts)
        for unit_id, part in parts.items()
    ]
    return [*found, _sum("", lines, amounts)]


def _units(line: Line) -> tuple[int | None, int | None]:
    return (line.district_id, line.section_id)


def _sum(unit: str, lines: Iterable[Line], amounts: Mapping[int, Brought]) -> Sums:
    total = Sums(unit)
    # Two lines of a household may share a case: its amounts count once.
    ended: set[int] = set()
    for line in lines:
        total.lines += 1
        if not line.is_settled:
            continue
        total.closed += 1
        total.outcomes[line.outcome or ""] += 1
        if line.case_id is not None:
            ended.add(line.case_id)
    total.brought = sum((amounts[each] for each in ended & amounts.keys()), Brought())
    return total


def _line(found: Row[*tuple[Any, ...]]) -> Line:
    """One row of the query of ``of``."""
    row, name, tin, district, section, officer, number, case_outcome, closed_at = found
    outcome = row.outcome or (case_outcome if closed_at is not None else None)
    return Line(
        id=row.id,
        number=row.number,
        about=name or section or district or "",
        tin=tin,
        finding=row.finding,
        indicator=row.indicator,
        period=row.period,
        measured=row.measured,
        threshold=row.threshold,
        requirement=row.requirement,
        due_on=row.due_on,
        district_id=row.district_id,
        district=district or "",
        section_id=row.section_id,
        section=section or "",
        officer=officer or "",
        officer_id=row.officer_id,
        kind=row.kind,
        case_id=row.line_case_id,
        case_number=number,
        outcome=outcome,
        is_settled=outcome is not None,
        is_household=row.taxpayer_id is not None,
    )


def _parts(session: Session, case: Case) -> list[Part]:
    """Every part of a directive, the districts with their sections below them.

    Late is who has not answered past the part's last day, or has a step past its due date.
    """
    today, now = clock.today(), clock.now()
    late_steps = set(
        session.scalars(
            select(Task.unit_id).where(
                Task.case_id == case.id, Task.status == TaskStatus.OPEN, Task.due_at <= now
            )
        )
    )
    district = aliased(Unit)
    rows = session.execute(
        select(DirectivePart, Unit.name, Unit.level)
        .join(Unit, Unit.id == DirectivePart.unit_id)
        .join(district, district.id == DirectivePart.district_id)
        .where(DirectivePart.case_id == case.id)
        .order_by(district.code, Unit.level != UnitLevel.DISTRICT, Unit.code)
    )
    return [_part(part, name, level, today, late_steps) for part, name, level in rows]


def _part(
    part: DirectivePart, name: str, level: UnitLevel, today: date, late_steps: set[int]
) -> Part:
    is_waited_for = part.state in ("open", "late")
    days = (today - part.due_on).days if part.due_on and is_waited_for else 0
    if days <= 0 and is_waited_for and part.unit_id in late_steps:
        days = 1
    return Part(
        unit_id=part.unit_id,
        unit=name,
        is_district=level == UnitLevel.DISTRICT,
        state=part.state,
        grade=part.grade,
        due_on=part.due_on,
        days_late=max(days, 0),
    )


def _scope(session: Session, actor: Actor, case: Case) -> set[int] | None:
    """The units whose parts an actor sees; None: the whole directive."""
    if actor.user_id is None or actor.roles & _CITY:
        return None
    units = {post.unit_id for post in actor.posts}
    units |= {post.unit_id for each in actor.stands_for for post in each.posts}
    if case.district_id in units:
        return None  # the district's own directive
    below = select(Unit.id).where(Unit.parent_id.in_(units), Unit.level == UnitLevel.SECTION)
    leads = actor.roles & {Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY, Role.POST_INFO_ADMIN}
    return units | (set(session.scalars(below)) if leads else set())


def _of_units(scope: set[int], actor: Actor) -> ColumnElement[bool]:
    if _is_officer(actor):
        own = (DirectiveLine.officer_id, DirectiveLine.second_officer_id)
        return or_(*(each == actor.user_id for each in own))
    return or_(DirectiveLine.district_id.in_(scope), DirectiveLine.section_id.in_(scope))


def _is_officer(actor: Actor) -> bool:
    """Whether only the own lines are seen."""
    return actor.roles == {Role.TAX_ADMINISTRATOR}
