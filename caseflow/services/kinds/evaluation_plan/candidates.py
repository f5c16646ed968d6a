"""Step 1, 备选库: who is a candidate and why, by what the warnings, cases and register say.

Key firms of special trades come by a campaign, which names its trade; no fact of the lake says
that a trade is special.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import ColumnElement, Text, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, EvaluationPlan, IndicatorVersion, Taxpayer, TaxWarning
from caseflow.models.base import among
from caseflow.services import doubts
from caseflow.services.kinds.evaluation_plan.exclusions import Hit, months_before
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind, WarningStatus
from caseflow.vocabulary.choices.plan import PlanKind, PlanReason

MANDATORY = Decimal(6)
# Candidates that are not mandatory and for which there is no room are counted, not listed.
MOST = 1_000
# The kinds whose hits call for an evaluation together.
SCORED = (CaseKind.TA.value, CaseKind.WV.value)
_ZERO_RETURNS = ("FIL-009", "FIL-010")
_BAD_GRADES = ("C", "D")
_LEFT = ("cancelled", "unregistered", "out_of_town")
_CONFIRMED, _MONTHS = 3, 12
_NOTHING = Decimal(0)


@dataclass
class Candidate:
    """A household of the pool: reasons, hits and score."""

    taxpayer_id: int
    section_id: int
    is_key_source: bool
    reasons: list[PlanReason] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    score: Decimal = _NOTHING

    @property
    def is_mandatory(self) -> bool:
        """Whether it may be left out of the plan only with a reason."""
        return self.score >= MANDATORY


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates in their order, and how many more there are."""

    candidates: list[Candidate]
    unlisted: int


def gather(session: Session, plan: EvaluationPlan, *, times: Limits) -> Pool:
    """The candidates of a plan: key tax sources first, then by score."""
    reasons = _reasons(session, plan, times)
    hits = _hits(session, plan.district_id)
    wanted = {*reasons, *hits}
    if plan.kind == PlanKind.CAMPAIGN:
        wanted = set(reasons)
    found = [_candidate(row, reasons, hits) for row in _households(session, wanted)]
    found = [each for each in found if each.reasons]
    found.sort(key=lambda each: (not each.is_key_source, -each.score, each.taxpayer_id))
    if plan.kind == PlanKind.MONTHLY:
        found += _sample(session, plan, {each.taxpayer_id for each in found}, times)
    return _within(found)


def of_household(session: Session, taxpayer: Taxpayer) -> Candidate:
    """A household put in by hand, with the hits it has."""
    candidate = Candidate(taxpayer.id, taxpayer.section_id, taxpayer.is_key_source)
    _take_hits(candidate, _pooled(session, TaxWarning.taxpayer_id == taxpayer.id))
    candidate.reasons.append(PlanReason.BY_HAND)
    return candidate


@dataclass(frozen=True, slots=True)
class _Pooled:
    """A waiting warning of tax evaluation or verification."""

    id: int
    taxpayer_id: int
    indicator: str
    period: int
    kind: str
    points: Decimal
    aspect: str


def _within(found: list[Candidate]) -> Pool:
    """Mandatory ones are always listed; of the others as many as there is room for."""
    room = max(MOST - sum(each.is_mandatory for each in found), 0)
    listed: list[Candidate] = []
    for each in found:
        if not each.is_mandatory:
            if not room:
                continue
            room -= 1
        listed.append(each)
    return Pool(listed, len(found) - len(listed))


def _households(session: Session, ids: Collection[int]) -> list[Candidate]:
    found = session.execute(
        select(Taxpayer.id, Taxpayer.section_id, Taxpayer.is_key_source).where(
            among(Taxpayer.id, list(ids))
        )
    )
    return [Candidate(row.id, row.section_id, row.is_key_source) for row in found]


def _candidate(
    candidate: Candidate,
    reasons: Mapping[int, list[PlanReason]],
    hits: Mapping[int, list[_Pooled]],
) -> Candidate:
    _take_hits(candidate, hits.get(candidate.taxpayer_id, []))
    candidate.reasons += reasons.get(candidate.taxpayer_id, [])
    return candidate


def _take_hits(candidate: Candidate, pooled: list[_Pooled]) -> None:
    candidate.score = doubts.score_of(pooled)
    candidate.hits = [Hit(each.id, each.indicator, each.period) for each in pooled]
    if candidate.is_mandatory:
        candidate.reasons.append(PlanReason.SCORE)
    elif any(each.kind == CaseKind.TA for each in pooled):
        candidate.reasons.append(PlanReason.EVALUATION_HITS)
    if any(each.aspect == "burden" for each in pooled):
        candidate.reasons.append(PlanReason.BURDEN)


def _hits(session: Session, district_id: int) -> Mapping[int, list[_Pooled]]:
    of: dict[int, list[_Pooled]] = {}
    here = select(Taxpayer.id).where(Taxpayer.district_id == district_id)
    for each in _pooled(session, TaxWarning.taxpayer_id.in_(here)):
        of.setdefault(each.taxpayer_id, []).append(each)
    return of


def _pooled(session: Session, where: ColumnElement[bool]) -> list[_Pooled]:
    aspect = func.coalesce(IndicatorVersion.content["aspect"].astext, "")
    found = session.execute(
        select(
            TaxWarning.id,
            TaxWarning.taxpayer_id,
            TaxWarning.indicator,
            TaxWarning.period,
            TaxWarning.kind,
            TaxWarning.points,
            aspect.label("aspect"),
        )
        .join(IndicatorVersion, IndicatorVersion.id == TaxWarning.indicator_version_id)
        .where(where, TaxWarning.status == WarningStatus.POOL, TaxWarning.kind.in_(SCORED))
        .order_by(TaxWarning.id)
    )
    return [_Pooled(*row) for row in found]


def _reasons(
    session: Session, plan: EvaluationPlan, times: Limits
) -> Mapping[int, list[PlanReason]]:
    """The reasons that are no hits, by household; a supplement goes by hits alone."""
    if plan.kind == PlanKind.SUPPLEMENT:
        return {}
    if plan.kind == PlanKind.CAMPAIGN:
        of_trade = Taxpayer.industry_code.startswith(plan.industry or "", autoescape=True)
        conditions: Mapping[PlanReason, ColumnElement[bool]] = {PlanReason.TRADE: of_trade}
    else:
        conditions = _conditions(times)
    found: dict[int, list[PlanReason]] = {}
    for reason, condition in conditions.items():
        ids = session.scalars(
            select(Taxpayer.id).where(
                Taxpayer.district_id == plan.district_id,
                Taxpayer.reg_status.not_in(_LEFT),
                condition,
            )
        )
        for taxpayer_id in ids:
            found.setdefault(taxpayer_id, []).append(reason)
    return found


def _conditions(times: Limits) -> Mapping[PlanReason, ColumnElement[bool]]:
    year = clock.start_of(times.today.replace(month=1, day=1))
    since = months_before(times.today, _MONTHS)
    of_year = exists().where(
        Case.taxpayer_id == Taxpayer.id, Case.kind == CaseKind.TA, Case.opened_at >= year
    )
    zero = exists().where(
        TaxWarning.taxpayer_id == Taxpayer.id,
        TaxWarning.indicator.in_(_ZERO_RETURNS),
        TaxWarning.period >= since.year * 100 + since.month,
        TaxWarning.status != WarningStatus.NEW,
    )
    confirmed = (
        select(func.count())
        .select_from(TaxWarning)
        .join(Case, Case.id == TaxWarning.case_id)
        .where(
            TaxWarning.taxpayer_id == Taxpayer.id,
            TaxWarning.finding == "confirmed",
            Case.closed_at >= clock.start_of(since),
        )
        .scalar_subquery()
    )
    return {
        PlanReason.KEY_SOURCE: Taxpayer.is_key_source & ~of_year,
        PlanReason.ZERO_RETURNS: zero,
        PlanReason.CREDIT_GRADE: Taxpayer.credit_grade.in_(_BAD_GRADES),
        PlanReason.CONFIRMED: confirmed >= _CONFIRMED,
    }


def _sample(
    session: Session, plan: EvaluationPlan, known: Collection[int], times: Limits
) -> list[Candidate]:
    """A spot sample by the seed that the plan keeps: the same seed draws the same households."""
    drawn = func.sha256(func.convert_to(literal(f"{plan.seed}:") + cast(Taxpayer.id, Text), "UTF8"))
    ids = session.scalars(
        select(Taxpayer.id)
        .where(
            Taxpayer.district_id == plan.district_id,
            or_(Taxpayer.reg_status == "normal", Taxpayer.reg_status == "suspended"),
            ~among(Taxpayer.id, list(known)),
        )
        .order_by(drawn, Taxpayer.id)
        .limit(int(times.value("ta_sample")))
    ).all()
    found = _households(session, ids)
    for each in found:
        _take_hits(each, _pooled(session, TaxWarning.taxpayer_id == each.taxpayer_id))
        each.reasons.append(PlanReason.SAMPLE)
    return sorted(found, key=lambda each: ids.index(each.taxpayer_id))
