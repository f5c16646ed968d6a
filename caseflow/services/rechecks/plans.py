"""The plan 复查安排: closed evaluations of a district's half-year, or of the city's year, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from caseflow import clock, lots, policy
from caseflow.models import AssessedAmount, Case, Recheck, RecheckPlan, TaxWarning, Unit
from caseflow.models.base import Json
from caseflow.services import cases, limits, record
from caseflow.vocabulary import (
    Actor,
    CaseKind,
    CaseStatus,
    Conflict,
    Forbidden,
    Invalid,
    PostHeld,
    RecheckLevel,
    RecheckResult,
    RecheckState,
    RecheckWhy,
    Role,
    UnitLevel,
    Verb,
)

DRAWN = "recheck.drawn"
_MONTHS_OF_A_HALF = 6
_LAST_MONTH = 12
_LEADERS = frozenset({Role.DISTRICT_DIRECTOR, Role.DISTRICT_DEPUTY})


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day of a half-year or a year."""

    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Place:
    """Whose plan it is."""

    level: RecheckLevel
    unit_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a plan, and why it is in it."""

    case_id: int
    number: str
    why: RecheckWhy


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a seed draws: from how many, with which share, which cases and why."""

    place: Place
    period: Period
    seed: int
    share: Decimal
    population: int
    population_sha256: str
    lines: tuple[Line, ...]

    def count(self, why: RecheckWhy) -> int:
        """How many cases are in the plan for one reason."""
        return sum(line.why is why for line in self.lines)


def place_of(session: Session, actor: Actor) -> Place:
    """Whose plans somebody draws: the own district's, or the city's.

    Raises:
        Forbidden: nobody's.
    """
    policy.require(actor, Verb.PLAN_RECHECKS)
    for post in actor.posts:
        if post.role in _LEADERS:
            return Place(RecheckLevel.DISTRICT, post.unit_id)
    if not any(map(policy.is_of_the_whole, _division(actor))):
        raise Forbidden("recheck_not_of_the_whole")
    city = session.scalars(select(Unit.id).where(Unit.level == UnitLevel.CITY)).one()
    return Place(RecheckLevel.CITY, city)


def periods(level: RecheckLevel, today: date, *, most: int = 4) -> tuple[Period, ...]:
    """The latest half-years, for the city years, that are over; the newest first."""
    months = _LAST_MONTH if level is RecheckLevel.CITY else _MONTHS_OF_A_HALF
    begins = date(today.year, 1, 1)
    if months == _MONTHS_OF_A_HALF and today.month > _MONTHS_OF_A_HALF:
        begins = date(today.year, 7, 1)
    found = []
    for _ in range(most):
        ends = begins - date.resolution
        begins = date(ends.year, ends.month - months + 1, 1)
        found.append(Period(begins, ends))
    return tuple(found)


def preview(session: Session, actor: Actor, period: Period, *, seed: int) -> Drawn:
    """What would be drawn; nothing is kept.

    Raises:
        Forbidden: the actor draws no plans. Invalid: a period that is none, or a seed.
        Conflict: the plan of this period is drawn.
    """
    place = place_of(session, actor)
    if not 0 <= seed <= lots.LARGEST_SEED:
        raise Invalid("sample_seed")
    if period not in periods(place.level, clock.today()):
        raise Invalid("recheck_period")
    known = select(RecheckPlan.id).where(
        RecheckPlan.level == place.level,
        RecheckPlan.unit_id == place.unit_id,
        RecheckPlan.begins_on == period.begins_on,
        RecheckPlan.ends_on == period.ends_on,
    )
    if session.scalar(known) is not None:
        raise Conflict("recheck_drawn", begins=period.begins_on, ends=period.ends_on)
    closed = _closed(session, place, period)
    values = limits.of_today(session)
    name = "recheck_city" if place.level is RecheckLevel.CITY else "recheck_district"
    share = values.value(name) / 100
    mandatory = (
        _without_finding(session, closed, values.value("recheck_score"))
        if place.level is RecheckLevel.DISTRICT
        else frozenset()
    )
    return Drawn(
        place=place,
        period=period,
        seed=seed,
        share=share,
        population=len(closed),
        population_sha256=lots.digest(closed),
        lines=lines_of(session, place, closed, mandatory, seed=seed, share=share),
    )


def draw(session: Session, actor: Actor, period: Period, *, seed: int) -> RecheckPlan:
    """Draw the plan of a period and keep it; each case's record tells that it was drawn.

    Raises:
        Forbidden, Invalid, Conflict: as ``preview``; Invalid too when there is nothing to draw.
    """
    found = preview(session, actor, period, seed=seed)
    if not found.lines:
        raise Invalid("recheck_nothing")
    plan = RecheckPlan(
        level=found.place.level,
        unit_id=found.place.unit_id,
        begins_on=period.begins_on,
        ends_on=period.ends_on,
        seed=seed,
        method=lots.METHOD,
        share=found.share,
        population=found.population,
        population_sha256=found.population_sha256,
        drawn_by=actor.user_id,
        drawn_at=clock.now(),
    )
    keep(session, actor, plan, found.lines)
    return plan


def keep(session: Session, actor: Actor, plan: RecheckPlan, lines: Sequence[Line]) -> None:
    """Put a plan with its cases on file, and the drawing on the records of all concerned."""
    session.add(plan)
    session.flush()  # its cases and the events name it
    told: Json = {
        "plan": plan.id,
        "level": plan.level.value,
        "begins": plan.begins_on.isoformat(),
        "ends": plan.ends_on.isoformat(),
        "seed": plan.seed,
        "method": plan.method,
        "population": plan.population,
        "population_sha256": plan.population_sha256,
    }
    record.append(
        session,
        actor,
        f"user:{actor.user_id}",
        action=DRAWN,
        payload={**told, "cases": [line.number for line in lines]},
    )
    for line in sorted(lines, key=lambda each: each.case_id):
        case = cases.locked(session, line.case_id)
        session.add(
            Recheck(plan_id=plan.id, case_id=line.case_id, why=line.why, state=RecheckState.DRAWN)
        )
        cases.note(session, actor, case, action=DRAWN, payload={**told, "why": line.why.value})


def lines_of(
    session: Session,
    place: Place,
    closed: Mapping[str, int],
    mandatory: frozenset[int],
    *,
    seed: int,
    share: Decimal,
) -> tuple[Line, ...]:
    """The mandatory ones, the share of all by lot, and what others have proposed."""
    wanted = int((len(closed) * share).to_integral_value(ROUND_CEILING))
    lot = lots.ranked(seed, closed)[:wanted]
    found = [
        Line(case_id, number, RecheckWhy.MANDATORY)
        for number, case_id in sorted(closed.items())
        if case_id in mandatory
    ]
    found += [
        Line(closed[number], number, RecheckWhy.SAMPLED)
        for number in lot
        if closed[number] not in mandatory
    ]
    known = {line.case_id for line in found}
    return (
        *found,
        *(
            Line(case_id, number, RecheckWhy.PROPOSED)
            for case_id, number in proposed(session, place)
            if case_id not in known
        ),
    )


def _closed(session: Session, place: Place, period: Period) -> dict[str, int]:
    """The evaluations closed in these days, ids by number; what was voided is none of them."""
    rows = select(Case.number, Case.id).where(
        Case.kind == CaseKind.TA,
        Case.status != CaseStatus.VOIDED,
        Case.closed_at >= clock.start_of(period.begins_on),
        Case.closed_at < clock.end_of(period.ends_on),
    )
    if place.level is RecheckLevel.DISTRICT:
        rows = rows.where(Case.district_id == place.unit_id)
    return {row[0]: row[1] for row in session.execute(rows)}


def _without_finding(session: Session, closed: Mapping[str, int], score: Decimal) -> frozenset[int]:
    """Those of a high score in which no doubt was confirmed and no sum assessed."""
    confirmed = exists().where(TaxWarning.case_id == Case.id, TaxWarning.finding == "confirmed")
    assessed = exists().where(
        AssessedAmount.case_id == Case.id,
        or_(
            AssessedAmount.recomputed != AssessedAmount.declared,
            AssessedAmount.income_adjusted != 0,
            AssessedAmount.loss_offset != 0,
            AssessedAmount.credit_reduced != 0,
        ),
    )
    rows = select(Case.id).where(
        Case.id.in_(closed.values()), Case.score >= score, ~confirmed, ~assessed
    )
    return frozenset(session.scalars(rows))


def proposed(session: Session, place: Place) -> Sequence[tuple[int, str]]:
    """Closed cases of a district that were proposed and are in no plan of it since.

    By a data correction (data-correction.md, step 6), or by a spot check that found a problem.
    """
    if place.level is not RecheckLevel.DISTRICT:
        return ()
    by_correction = {
        int(case_id)
        for touched in session.scalars(
            select(Case.facts["touched"]).where(
                Case.kind == CaseKind.DC, Case.facts.has_key("touched")
            )
        )
        for case_id, said in touched.items()
        if said.get("decision") == "recheck"
    }
    by_spot = select(Recheck.case_id).where(
        Recheck.why == RecheckWhy.SPOT, Recheck.result == RecheckResult.PROBLEM
    )
    planned = exists().where(Recheck.case_id == Case.id, Recheck.why != RecheckWhy.SPOT)
    rows = session.execute(
        select(Case.id, Case.number)
        .where(
            and_(
                Case.district_id == place.unit_id,
                Case.taxpayer_id.is_not(None),
                Case.closed_at.is_not(None),
                Case.status != CaseStatus.VOIDED,
            ),
            or_(Case.id.in_(by_correction), Case.id.in_(by_spot)),
            ~planned,
        )
        .order_by(Case.number)
    )
    return [(row[0], row[1]) for row in rows]


def _division(actor: Actor) -> list[PostHeld]:
    return [post for post in actor.posts if post.role is Role.DIVISION_CHIEF]
