"""Campaigns 专项任务: those within sight, and of one its list, progress, causes and results.

Every figure is counted from the cases of the list, in a few grouped statements, whatever the
number of households.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select
from sqlalchemy import case as either
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    Answer,
    AssessedAmount,
    Campaign,
    CampaignLine,
    Case,
    HouseholdMark,
    Task,
    Taxpayer,
    TaxWarning,
    Unit,
    User,
)
from caseflow.vocabulary import Actor, CaseKind, NotFound, Role, TaskStatus, Verb
from caseflow.vocabulary.choices.campaigns import PLANS, CampaignSubject, LineVerdict

PAGE = 50
_MOST = 200
_NOTHING = Decimal(0)
_POSTS = frozenset({Role.POST_ANALYSIS, Role.POST_INFO_ADMIN})
# The form in which the cause is found, and where in its answers it stands.
_CAUSES: Mapping[CaseKind, tuple[str, tuple[str, ...]]] = {
    CaseKind.ZF: ("zf_classification", ("cause",)),
    CaseKind.TP: ("tp_verification", ("d4", "0", "proposal")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign of the list."""

    id: int
    number: str
    title: str
    unit: str
    subject: str
    status: str
    due_on: Any
    listed: int
    opened: int
    closed: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the cases of a unit or of an officer are."""

    id: int | None
    name: str
    name_en: str = ""
    total: int = 0
    begun: int = 0
    closed: int = 0
    overdue: int = 0
    parts: Sequence[Progress] = field(default=())

    @property
    def open(self) -> int:
        """Those not closed."""
        return self.total - self.closed


@dataclass(frozen=True, slots=True)
class Found:
    """How many households of a cause or an outcome, with the sums of theirs."""

    key: str
    count: int
    tax: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list with what has become of it."""

    number: int
    tin: str
    taxpayer_id: int | None
    taxpayer: str | None
    section: str | None
    verdict: str
    left_out: str | None
    reason: str | None
    problem: str | None
    case_id: int | None
    case_number: str | None
    status: str | None
    outcome: str | None
    closed_at: datetime | None
    officer: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign as its page shows it."""

    case: Case
    campaign: Campaign
    unit: Unit
    task: Task | None
    verdicts: Mapping[str, int]
    left_out: Mapping[str, int]
    to_open: int
    problems: int
    progress: Progress
    causes: Sequence[Found]
    outcomes: Sequence[Found]
    marks: int
    lines: Sequence[Line]
    which: str
    page: int
    pages: int

    @property
    def listed(self) -> int:
        """The rows that become cases."""
        return self.verdicts.get("opens", 0) + self.verdicts.get("joins", 0)

    @property
    def without_cause(self) -> int:
        """Closed cases of which no cause is known."""
        return sum(each.count for each in self.causes if not each.key)


def sees_any(actor: Actor) -> bool:
    """Whether campaigns are of somebody's business: who composes them, heads, auditors."""
    is_of_post = not _POSTS.isdisjoint(actor.roles)
    return is_of_post or policy.is_head(actor.posts) or policy.may(actor, Verb.READ_RECORD)


def listing(session: Session, actor: Actor) -> Sequence[Row]:
    """The campaigns within the actor's sight, newest first."""
    found = session.execute(
        select(Campaign, Case, Unit)
        .join(Case, Case.id == Campaign.case_id)
        .join(Unit, Unit.id == Campaign.unit_id)
        .where(policy.visible_cases(actor), Case.kind == CaseKind.CP)
        .order_by(Case.id.desc())
        .limit(_MOST)
    ).all()
    of_line = aliased(Case)
    counted = {
        row.case_id: row
        for row in session.execute(
            select(
                CampaignLine.case_id,
                func.count().label("listed"),
                func.count(CampaignLine.line_case_id).label("opened"),
                func.count(of_line.closed_at).label("closed"),
            )
            .outerjoin(of_line, of_line.id == CampaignLine.line_case_id)
            .where(
                CampaignLine.case_id.in_([row.Case.id for row in found]),
                CampaignLine.verdict != LineVerdict.LEFT_OUT.value,
            )
            .group_by(CampaignLine.case_id)
        )
    }
    today = clock.today()
    return [
        Row(
            id=case.id,
            number=case.number,
            title=case.title or "",
            unit=unit.name,
            subject=campaign.subject,
            status=case.status.value,
            due_on=campaign.due_on,
            listed=counts.listed if counts else 0,
            opened=counts.opened if counts else 0,
            closed=counts.closed if counts else 0,
            is_late=case.closed_at is None and campaign.due_on < today,
        )
        for campaign, case, unit in found
        for counts in [counted.get(case.id)]
    ]


def one(session: Session, actor: Actor, case_id: int, *, which: str, page: int) -> Overview:
    """A campaign that the actor sees, with one page of its list.

    Raises:
        NotFound: there is no such campaign for the actor.
    """
    case, campaign = _seen(session, actor, case_id)
    verdicts = dict(
        session.execute(
            select(CampaignLine.verdict, func.count())
            .where(CampaignLine.case_id == case_id)
            .group_by(CampaignLine.verdict)
        ).all()
    )
    shown = _which(which)
    count = select(func.count()).where(CampaignLine.case_id == case_id, *shown)
    pages = max(-(-(session.scalar(count) or 0) // PAGE), 1)
    page = min(max(page, 1), pages)
    kind = PLANS[CampaignSubject(campaign.subject)].kind
    return Overview(
        case=case,
        campaign=campaign,
        unit=session.get_one(Unit, campaign.unit_id),
        task=one_composing(session, case_id),
        verdicts=verdicts,
        left_out=dict(_left_out(session, case_id)),
        to_open=_count(session, case_id, *_WAITS),
        problems=_count(session, case_id, CampaignLine.problem.is_not(None)),
        progress=_progress(session, case_id),
        causes=_causes(session, case_id, kind),
        outcomes=_outcomes(session, case_id),
        marks=_marks(session, case_id),
        lines=list(_lines(session, case_id, shown, limit=PAGE, skip=(page - 1) * PAGE)),
        which=which,
        page=page,
        pages=pages,
    )


def results(session: Session, actor: Actor, case_id: int) -> tuple[Case, Iterator[Line]]:
    """Every row of the list with what has become of it, for the file of results.

    Raises:
        NotFound: there is no such campaign for the actor.
    """
    case, _ = _seen(session, actor, case_id)
    return case, _lines(session, case_id, ())


def one_composing(session: Session, case_id: int) -> Task | None:
    """The step in which the list is made, while it is open."""
    return session.scalar(
        select(Task).where(
            Task.case_id == case_id, Task.status == TaskStatus.OPEN, Task.form_key == "cp_list"
        )
    )


_WAITS = (
    CampaignLine.verdict != LineVerdict.LEFT_OUT.value,
    CampaignLine.line_case_id.is_(None),
    CampaignLine.problem.is_(None),
)


def _seen(session: Session, actor: Actor, case_id: int) -> tuple[Case, Campaign]:
    row = session.execute(
        select(Case, Campaign)
        .join(Campaign, Campaign.case_id == Case.id)
        .where(Case.id == case_id, policy.visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("case", id=case_id)
    return row.Case, row.Campaign


def _which(which: str) -> tuple[ColumnElement[bool], ...]:
    if which == "problems":
        return (CampaignLine.problem.is_not(None),)
    if which in {verdict.value for verdict in LineVerdict}:
        return (CampaignLine.verdict == which,)
    return ()


def _count(session: Session, case_id: int, *where: ColumnElement[bool]) -> int:
    counted = select(func.count()).where(CampaignLine.case_id == case_id, *where)
    return session.scalar(counted) or 0


def _left_out(session: Session, case_id: int) -> Iterator[tuple[str, int]]:
    found = session.execute(
        select(CampaignLine.left_out, func.count())
        .where(CampaignLine.case_id == case_id, CampaignLine.left_out.is_not(None))
        .group_by(CampaignLine.left_out)
        .order_by(func.count().desc(), CampaignLine.left_out)
    )
    for reason, count in found:
        if reason is not None:
            yield reason, count


def _progress(session: Session, case_id: int) -> Progress:
    """The cases by district, section and officer: one grouped statement."""
    late = (
        select(Task.case_id)
        .join(CampaignLine, CampaignLine.line_case_id == Task.case_id)
        .where(
            CampaignLine.case_id == case_id,
            Task.status == TaskStatus.OPEN,
            Task.due_at < clock.now(),
        )
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(
            Case.district_id,
            Case.section_id,
            Case.main_officer_id,
            func.count().label("total"),
            func.count(Case.accepted_at).label("begun"),
            func.count(Case.closed_at).label("closed"),
            func.count(either((Case.closed_at.is_(None), late.c.case_id))).label("overdue"),
        )
        .select_from(CampaignLine)
        .join(Case, Case.id == CampaignLine.line_case_id)
        .outerjoin(late, late.c.case_id == Case.id)
        .where(CampaignLine.case_id == case_id)
        .group_by(Case.district_id, Case.section_id, Case.main_officer_id)
    ).all()
    wanted = {row.district_id for row in rows} | {row.section_id for row in rows}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    people = dict(
        session.execute(
            select(User.id, User.name).where(
                User.id.in_({row.main_officer_id for row in rows if row.main_officer_id})
            )
        ).all()
    )
    tree: dict[int, dict[int, list[Any]]] = {}
    for row in rows:
        tree.setdefault(row.district_id, {}).setdefault(row.section_id, []).append(row)

    def officer(row: Any) -> Progress:  # noqa: ANN401 - a row
        return Progress(
            row.main_officer_id,
            people.get(row.main_officer_id, ""),
            total=row.total,
            begun=row.begun,
            closed=row.closed,
            overdue=row.overdue,
        )

    def unit(unit_id: int, parts: Sequence[Progress]) -> Progress:
        its = units.get(unit_id)
        return _sum(unit_id, its.name if its else "", its.name_en if its else "", parts)

    def code(unit_id: int) -> str:
        return units[unit_id].code if unit_id in units else ""

    districts = [
        unit(
            district_id,
            [
                unit(section_id, sorted(map(officer, some), key=lambda each: -each.total))
                for section_id, some in sorted(sections.items(), key=lambda each: code(each[0]))
            ],
        )
        for district_id, sections in sorted(tree.items(), key=lambda each: code(each[0]))
    ]
    return _sum(None, "", "", districts)


def _sum(key: int | None, name: str, name_en: str, parts: Sequence[Progress]) -> Progress:
    return Progress(
        key,
        name,
        name_en,
        total=sum(each.total for each in parts),
        begun=sum(each.begun for each in parts),
        closed=sum(each.closed for each in parts),
        overdue=sum(each.overdue for each in parts),
        parts=parts,
    )


def _cause_of(case_id: int, kind: CaseKind) -> Select[*tuple[Any, ...]]:
    """The cause found of each closed case of the list."""
    if kind in _CAUSES:
        form, path = _CAUSES[kind]
        return (
            select(Answer.case_id, Answer.content[path].astext.label("cause"))
            .join(Task, Task.id == Answer.task_id)
            .join(CampaignLine, CampaignLine.line_case_id == Answer.case_id)
            .where(CampaignLine.case_id == case_id, Task.form_key == form)
            .ext(distinct_on(Answer.case_id))
            .order_by(Answer.case_id, Answer.id.desc())
        )
    return (
        select(TaxWarning.case_id, TaxWarning.cause.label("cause"))
        .join(CampaignLine, CampaignLine.line_case_id == TaxWarning.case_id)
        .where(CampaignLine.case_id == case_id)
        .ext(distinct_on(TaxWarning.case_id))
        .order_by(TaxWarning.case_id, TaxWarning.cause.is_(None), TaxWarning.id)
    )


def _causes(session: Session, case_id: int, kind: CaseKind) -> Sequence[Found]:
    """The closed households by the cause found; those without one under no name, last."""
    found = _cause_of(case_id, kind).subquery()
    cause = func.coalesce(found.c.cause, "")
    rows = session.execute(
        select(cause, func.count())
        .select_from(CampaignLine)
        .join(Case, Case.id == CampaignLine.line_case_id)
        .outerjoin(found, found.c.case_id == Case.id)
        .where(CampaignLine.case_id == case_id, Case.closed_at.is_not(None))
        .group_by(cause)
    )
    counted = [Found(row[0], row[1]) for row in rows]
    return sorted(counted, key=lambda each: (not each.key, -each.count, each.key))


def _outcomes(session: Session, case_id: int) -> Sequence[Found]:
    """The closed households by their outcome, with what was assessed."""
    taxed = (
        select(
            AssessedAmount.case_id,
            func.sum(AssessedAmount.recomputed - AssessedAmount.declared).label("tax"),
        )
        .join(CampaignLine, CampaignLine.line_case_id == AssessedAmount.case_id)
        .where(CampaignLine.case_id == case_id)
        .group_by(AssessedAmount.case_id)
        .subquery()
    )
    outcome = func.coalesce(Case.outcome, cast(literal(""), String))
    rows = session.execute(
        select(outcome, func.count(), func.coalesce(func.sum(taxed.c.tax), 0))
        .select_from(CampaignLine)
        .join(Case, Case.id == CampaignLine.line_case_id)
        .outerjoin(taxed, taxed.c.case_id == Case.id)
        .where(CampaignLine.case_id == case_id, Case.closed_at.is_not(None))
        .group_by(outcome)
    )
    counted = [Found(row[0], row[1], Decimal(row[2])) for row in rows]
    return sorted(counted, key=lambda each: (not each.key, -each.count, each.key))


def _marks(session: Session, case_id: int) -> int:
    """How many marks the cases of the list have set or ended."""
    counted = (
        select(func.count())
        .select_from(HouseholdMark)
        .join(CampaignLine, CampaignLine.line_case_id == HouseholdMark.case_id)
        .where(CampaignLine.case_id == case_id)
    )
    return session.scalar(counted) or 0


def _lines(
    session: Session,
    case_id: int,
    shown: Sequence[ColumnElement[bool]],
    *,
    limit: int | None = None,
    skip: int = 0,
) -> Iterator[Line]:
    officer = aliased(User)
    found = session.execute(
        select(
            CampaignLine.number,
            CampaignLine.tin,
            CampaignLine.taxpayer_id,
            Taxpayer.name.label("taxpayer"),
            Unit.name.label("section"),
            CampaignLine.verdict,
            CampaignLine.left_out,
            CampaignLine.reason,
            CampaignLine.problem,
            Case.id.label("case_id"),
            Case.number.label("case_number"),
            Case.status,
            Case.outcome,
            Case.closed_at,
            officer.name.label("officer"),
        )
        .outerjoin(Taxpayer, Taxpayer.id == CampaignLine.taxpayer_id)
        .outerjoin(Unit, Unit.id == Taxpayer.section_id)
        .outerjoin(Case, Case.id == CampaignLine.line_case_id)
        .outerjoin(officer, officer.id == Case.main_officer_id)
        .where(and_(CampaignLine.case_id == case_id, *shown))
        .order_by(CampaignLine.number)
        .limit(limit)
        .offset(skip)
    )
    for row in found:
        told = row._asdict()
        told["status"] = row.status.value if row.status is not None else None
        yield Line(**told)
