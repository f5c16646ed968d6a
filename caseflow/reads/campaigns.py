"""Campaigns 专项任务: those within sight, and of one its list, progress, causes and results.

Whoever heads units with cases of a campaign beyond their sight has its page too, with the rows of
these cases and the sums of them alone.

Every figure is counted from the cases of the list, in a few grouped statements, whatever the
number of households.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from caseflow import clock, policy
from caseflow.models import (
    AssessedAmount,
    Campaign,
    CampaignLine,
    Case,
    HouseholdMark,
    Task,
    Taxpayer,
    Unit,
    User,
)
from caseflow.models.base import among
from caseflow.vocabulary import Actor, CaseKind, CaseStatus, NotFound, Role, TaskStatus, Verb
from caseflow.vocabulary.choices.campaigns import PLANS, CampaignSubject, LineVerdict

PAGE = 50
_MOST = 200
_NOTHING = Decimal(0)
_POSTS = frozenset({Role.POST_ANALYSIS, Role.POST_INFO_ADMIN})


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
    is_whole: bool


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
    cause: str | None
    closed_at: datetime | None
    officer: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """A campaign by number and name; in part, as its cases bear it, without what its own has."""

    id: int
    number: str
    title: str
    status: CaseStatus | None = None
    closed_at: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the reader sees the campaign's own case, and so all of its list."""
        return self.status is not None


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign as its page shows it: whole, or the cases of the list that the reader sees."""

    case: Head
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
    """The campaigns within the actor's sight, and those with cases that are, newest first."""
    heads = {head.id: head for head in (*_whole(session, actor), *_in_part(session, actor))}
    ids = sorted(heads, reverse=True)[:_MOST]
    found = session.execute(
        select(Campaign, Unit)
        .join(Unit, Unit.id == Campaign.unit_id)
        .where(among(Campaign.case_id, ids))
        .order_by(Campaign.case_id.desc())
    ).all()
    counted = {
        **_counted(session, [each for each in ids if heads[each].is_whole], ()),
        **_counted(
            session,
            [each for each in ids if not heads[each].is_whole],
            (policy.visible_cases(actor),),
        ),
    }
    today = clock.today()
    return [
        Row(
            id=head.id,
            number=head.number,
            title=head.title,
            unit=unit.short_name,
            subject=campaign.subject,
            status=head.status.value if head.status else "",
            due_on=campaign.due_on,
            listed=counts.listed if counts else 0,
            opened=counts.opened if counts else 0,
            closed=counts.closed if counts else 0,
            is_late=_is_open(head, counts) and campaign.due_on < today,
            is_whole=head.is_whole,
        )
        for campaign, unit in found
        for head, counts in [(heads[campaign.case_id], counted.get(campaign.case_id))]
    ]


def one(session: Session, actor: Actor, case_id: int, *, which: str, page: int) -> Overview:
    """A campaign that the actor sees, or cases of which, with one page of its list.

    Raises:
        NotFound: there is no such campaign for the actor.
    """
    head, campaign, own = _seen(session, actor, case_id)
    tally = _tally(session, case_id, own)
    pages = max(-(-tally.of(which) // PAGE), 1)
    page = min(max(page, 1), pages)
    plan = PLANS[CampaignSubject(campaign.subject)]
    groups = _groups(session, case_id, own)
    shown = (*_which(which), *own)
    return Overview(
        case=head,
        campaign=campaign,
        unit=session.get_one(Unit, campaign.unit_id),
        task=one_composing(session, case_id) if head.is_whole else None,
        verdicts=tally.verdicts,
        left_out=tally.left_out,
        to_open=tally.to_open,
        problems=tally.problems,
        progress=_progress(session, groups),
        causes=_found(groups, "cause", {}),
        outcomes=_found(groups, "outcome", _taxes(session, case_id, own)),
        marks=_marks(session, case_id, own) if plan.mark else 0,
        lines=list(_lines(session, actor, case_id, shown, limit=PAGE, skip=(page - 1) * PAGE)),
        which=which,
        page=page,
        pages=pages,
    )


def results(
    session: Session, actor: Actor, case_id: int
) -> tuple[Head, CampaignSubject, Iterator[Line]]:
    """Every row of the list that the actor sees, with what has become of it, for a file.

    Raises:
        NotFound: there is no such campaign for the actor.
    """
    head, campaign, own = _seen(session, actor, case_id)
    return head, CampaignSubject(campaign.subject), _lines(session, actor, case_id, own)


def is_seen(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether a campaign has a page for the actor."""
    try:
        _seen(session, actor, case_id)
    except NotFound:
        return False
    return True


def one_composing(session: Session, case_id: int) -> Task | None:
    """The step in which the list is made, while it is open."""
    return session.scalar(
        select(Task).where(
            Task.case_id == case_id, Task.status == TaskStatus.OPEN, Task.form_key == "cp_list"
        )
    )


_Own = tuple[ColumnElement[bool], ...]


def _seen(session: Session, actor: Actor, case_id: int) -> tuple[Head, Campaign, _Own]:
    """A campaign, and the condition on the cases of its list where it is not seen whole.

    Raises:
        NotFound: neither the campaign nor a case of its list is within the actor's sight.
    """
    head = next(iter(_whole(session, actor, Case.id == case_id)), None)
    own: _Own = ()
    if head is None:
        own = (policy.visible_cases(actor),)
        head = next(iter(_in_part(session, actor, CampaignLine.case_id == case_id)), None)
    campaign = session.get(Campaign, case_id) if head is not None else None
    if head is None or campaign is None:
        raise NotFound("case", id=case_id)
    return head, campaign, own


def _whole(session: Session, actor: Actor, *which: ColumnElement[bool]) -> Iterator[Head]:
    """The campaigns whose own case the actor sees, newest first."""
    found = session.execute(
        select(Case.id, Case.number, Case.title, Case.status, Case.closed_at)
        .where(Case.kind == CaseKind.CP, policy.visible_cases(actor), *which)
        .order_by(Case.id.desc())
        .limit(_MOST)
    )
    return (Head(row[0], row[1], row[2] or "", row[3], row[4]) for row in found)


def _in_part(session: Session, actor: Actor, *which: ColumnElement[bool]) -> Iterator[Head]:
    """The campaigns of which a head sees cases and not the whole.

    Their number and name are those that the cases bear; a case that joined another campaign
    since bears the other's.
    """
    sees_all = policy.leads_city(actor) or policy.may(actor, Verb.READ_RECORD)
    if sees_all or not sees_any(actor):
        return
    is_whole = {head.id for head in _whole(session, actor)}
    campaign_id = Case.facts["campaign_case"].astext
    found = session.execute(
        select(
            CampaignLine.case_id,
            func.max(Case.facts["campaign"].astext),
            func.max(Case.facts["campaign_name"].astext),
        )
        .join(Case, Case.id == CampaignLine.line_case_id)
        .where(policy.visible_cases(actor), campaign_id == cast(CampaignLine.case_id, Text), *which)
        .group_by(CampaignLine.case_id)
        .order_by(CampaignLine.case_id.desc())
    )
    for row in found:
        if row[0] not in is_whole:
            yield Head(row[0], row[1], row[2] or "")


def _counted(session: Session, ids: Sequence[int], own: _Own) -> dict[int, Any]:
    """How many rows campaigns have, and of how many the case was opened and closed."""
    found = session.execute(
        select(
            CampaignLine.case_id,
            func.count().label("listed"),
            func.count(CampaignLine.line_case_id).label("opened"),
            func.count(Case.closed_at).label("closed"),
        )
        .outerjoin(Case, Case.id == CampaignLine.line_case_id)
        .where(
            among(CampaignLine.case_id, ids),
            CampaignLine.verdict != LineVerdict.LEFT_OUT.value,
            *own,
        )
        .group_by(CampaignLine.case_id)
    )
    return {row.case_id: row for row in found}


def _is_open(head: Head, counts: Any) -> bool:  # noqa: ANN401 - a row of ``_counted``
    """Whether work is left: of the campaign, or of the cases that are seen of it."""
    if head.is_whole:
        return head.closed_at is None
    return counts is not None and counts.closed < counts.opened


def _which(which: str) -> tuple[ColumnElement[bool], ...]:
    if which == "problems":
        return (CampaignLine.problem.is_not(None),)
    if which in {verdict.value for verdict in LineVerdict}:
        return (CampaignLine.verdict == which,)
    return ()


@dataclass(frozen=True, slots=True)
class _Tally:
    """How many rows of the list become what."""

    verdicts: Mapping[str, int]
    left_out: Mapping[str, int]
    to_open: int
    problems: int

    def of(self, which: str) -> int:
        """How many rows a tab shows."""
        if which == "problems":
            return self.problems
        is_verdict = which in {verdict.value for verdict in LineVerdict}
        return self.verdicts.get(which, 0) if is_verdict else sum(self.verdicts.values())


def _tally(session: Session, case_id: int, own: _Own) -> _Tally:
    rows = session.execute(
        select(
            CampaignLine.verdict,
            CampaignLine.left_out,
            func.count().label("rows"),
            func.count(CampaignLine.line_case_id).label("opened"),
            func.count(CampaignLine.problem).label("problems"),
        )
        .outerjoin(Case, Case.id == CampaignLine.line_case_id)
        .where(CampaignLine.case_id == case_id, *own)
        .group_by(CampaignLine.verdict, CampaignLine.left_out)
    ).all()
    verdicts: dict[str, int] = {}
    for row in rows:
        verdicts[row.verdict] = verdicts.get(row.verdict, 0) + row.rows
    left_out = {row.left_out: row.rows for row in rows if row.left_out is not None}
    return _Tally(
        verdicts,
        dict(sorted(left_out.items(), key=lambda each: (-each[1], each[0]))),
        sum(row.rows - row.opened - row.problems for row in rows if row.left_out is None),
        sum(row.problems for row in rows),
    )


def _groups(session: Session, case_id: int, own: _Own) -> Sequence[Any]:
    """The cases by unit, officer, outcome and cause: one statement for all that is summed up."""
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
    cause = Case.facts["cause"].astext
    return session.execute(
        select(
            Case.district_id,
            Case.section_id,
            Case.main_officer_id,
            Case.outcome.label("outcome"),
            cause.label("cause"),
            func.count().label("total"),
            func.count(Case.accepted_at).label("begun"),
            func.count(Case.closed_at).label("closed"),
            func.count(either((Case.closed_at.is_(None), late.c.case_id))).label("overdue"),
        )
        .select_from(CampaignLine)
        .join(Case, Case.id == CampaignLine.line_case_id)
        .outerjoin(late, late.c.case_id == Case.id)
        .where(CampaignLine.case_id == case_id, *own)
        .group_by(Case.district_id, Case.section_id, Case.main_officer_id, Case.outcome, cause)
    ).all()


def _found(groups: Sequence[Any], name: str, taxes: Mapping[str, Decimal]) -> Sequence[Found]:
    """The closed households by cause or outcome; those without under no name, last."""
    counted: dict[str, int] = {}
    for row in groups:
        if row.closed:
            key = getattr(row, name) or ""
            counted[key] = counted.get(key, 0) + row.closed
    found = [Found(key, count, taxes.get(key, _NOTHING)) for key, count in counted.items()]
    return sorted(found, key=lambda each: (not each.key, -each.count, each.key))


def _progress(session: Session, groups: Sequence[Any]) -> Progress:
    """The cases by district, section and officer."""
    wanted = {row.district_id for row in groups} | {row.section_id for row in groups}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    people = dict(
        session.execute(
            select(User.id, User.name).where(
                User.id.in_({row.main_officer_id for row in groups if row.main_officer_id})
            )
        ).all()
    )
    tree: dict[int, dict[int, dict[int | None, list[Any]]]] = {}
    for row in groups:
        section = tree.setdefault(row.district_id, {}).setdefault(row.section_id, {})
        section.setdefault(row.main_officer_id, []).append(row)

    def officer(user_id: int | None, some: Sequence[Any]) -> Progress:
        return Progress(
            user_id,
            people.get(user_id, "") if user_id else "",
            total=sum(row.total for row in some),
            begun=sum(row.begun for row in some),
            closed=sum(row.closed for row in some),
            overdue=sum(row.overdue for row in some),
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
                unit(
                    section_id,
                    sorted(
                        (officer(user_id, some) for user_id, some in officers.items()),
                        key=lambda each: (-each.total, each.name),
                    ),
                )
                for section_id, officers in sorted(sections.items(), key=lambda each: code(each[0]))
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


def _taxes(session: Session, case_id: int, own: _Own) -> Mapping[str, Decimal]:
    """What was assessed in the closed cases, by their outcome."""
    rows = session.execute(
        select(Case.outcome, func.sum(AssessedAmount.recomputed - AssessedAmount.declared))
        .select_from(AssessedAmount)
        .join(CampaignLine, CampaignLine.line_case_id == AssessedAmount.case_id)
        .join(Case, Case.id == AssessedAmount.case_id)
        .where(CampaignLine.case_id == case_id, Case.closed_at.is_not(None), *own)
        .group_by(Case.outcome)
    )
    return {row[0] or "": Decimal(row[1]) for row in rows}


def _marks(session: Session, case_id: int, own: _Own) -> int:
    """How many marks the cases of the list have set or ended."""
    counted = (
        select(func.count())
        .select_from(HouseholdMark)
        .join(CampaignLine, CampaignLine.line_case_id == HouseholdMark.case_id)
        .join(Case, Case.id == HouseholdMark.case_id)
        .where(CampaignLine.case_id == case_id, *own)
    )
    return session.scalar(counted) or 0


def _lines(
    session: Session,
    actor: Actor,
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
            # A number that nobody is registered under is shown as it was listed.
            either((Taxpayer.id.is_(None), CampaignLine.tin), else_=policy.listed_tin(actor)).label(
                "tin"
            ),
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
            Case.facts["cause"].astext.label("cause"),
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
