"""Exclusions 1a: whether a household may be assessed, asked of the table 排除条件表.

The facts are read for many households at once; the table in the drawing's own version decides. It
is asked when a plan is gathered, drafted and approved, and again when its evaluations are opened.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from caseflow import clock, filing_deadlines
from caseflow.engine import Process
from caseflow.models import Case, FormerDoubt, HigherAssessment, Taxpayer, TaxWarning
from caseflow.models.base import among
from caseflow.services.kinds import contact_ban
from caseflow.services.limits import Limits
from caseflow.vocabulary import CaseKind

TABLE = "ep_exclusion"
_YEAR, _WHOLE_YEAR = 9999, 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A doubt as far as the exclusions ask of it."""

    id: int
    indicator: str
    period: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A household with the doubts and the months that an evaluation would be of."""

    taxpayer_id: int
    hits: Sequence[Hit]
    months: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says, which doubts would come along, and which were assessed before."""

    eligibility: str
    doubts: tuple[int, ...]
    dropped: tuple[int, ...]


def judge(
    session: Session, process: Process, asked: Sequence[Asked], *, times: Limits
) -> Mapping[int, Verdict]:
    """What the table says of each of the households, by its id."""
    ids = [each.taxpayer_id for each in asked]
    statuses = _statuses(session, ids)
    inspected, higher, busy = _inspected(session, ids), _higher(session, ids), _busy(session, ids)
    before = _assessed(session, ids, times)
    table = process.decisions[TABLE]
    verdicts: dict[int, Verdict] = {}
    for each in asked:
        taxpayer_id = each.taxpayer_id
        dropped = [hit for hit in each.hits if (taxpayer_id, hit.indicator, hit.period) in before]
        left = [hit for hit in each.hits if hit not in dropped]
        over = [hit for hit in left if is_over(hit.period, times)]
        periods = {hit.period for hit in each.hits} or set(each.months)
        values: dict[str, object] = {
            "under_inspection": taxpayer_id in inspected
            and contact_ban.is_with_inspection(session, taxpayer_id, periods),
            "in_higher_assessment": any(
                first <= each.months[1] and each.months[0] <= last
                for first, last in higher.get(taxpayer_id, ())
            ),
            "has_open_ta": taxpayer_id in busy,
            "doubts_before": len(each.hits),
            "doubts_left": len(left),
            "is_return": False,
            "deadline_over": bool(over) if left else is_over(each.months[1], times),
            "reg_status": statuses.get(taxpayer_id, "unregistered"),
        }
        verdicts[taxpayer_id] = Verdict(
            str(table.decide(values)),
            tuple(hit.id for hit in over),
            tuple(hit.id for hit in dropped),
        )
    return verdicts


def bars_contact(session: Session, case: Case, times: Limits) -> str | None:
    """Row 1 or 2 for an open evaluation: its word, or none of them holds."""
    del times
    if case.taxpayer_id is None:
        return None
    periods = contact_ban.periods_of(session, case)
    if contact_ban.is_with_inspection(session, case.taxpayer_id, periods):
        return "under_inspection"
    months = [months_of(period) for period in periods]
    first, last = min(each[0] for each in months), max(each[1] for each in months)
    spans = _higher(session, [case.taxpayer_id]).get(case.taxpayer_id, ())
    is_higher = any(begun <= last and first <= ended for begun, ended in spans)
    return "higher_assessment" if is_higher else None


def months_of(period: int) -> tuple[int, int]:
    """The first and the last month of a period: a month is itself, a year its twelve.

    >>> months_of(200911), months_of(2009), months_of(200900)
    ((200911, 200911), (200901, 200912), (200901, 200912))
    """
    year, month = divmod(period, 100) if period > _YEAR else (period, _WHOLE_YEAR)
    return (period, period) if month else (year * 100 + 1, year * 100 + 12)


def is_over(period: int, times: Limits) -> bool:
    """Whether the deadline to file for a period is behind; that of a year is the settlement's."""
    year, month = divmod(months_of(period)[1], 100)
    if months_of(period)[0] != months_of(period)[1]:
        return filing_deadlines.of_annual_settlement(times.calendar, year).on < times.today
    last = date(year, month, monthrange(year, month)[1])
    return filing_deadlines.of_period(times.calendar, last).on < times.today


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month.

    >>> months_before(date(2010, 3, 31), 13)
    datetime.date(2009, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _statuses(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    found = session.execute(select(Taxpayer.id, Taxpayer.reg_status).where(among(Taxpayer.id, ids)))
    return {row.id: row.reg_status for row in found}


def _inspected(session: Session, ids: Sequence[int]) -> set[int]:
    """Households with an open transfer; whether it is of the period is asked apart."""
    found = select(Case.taxpayer_id).where(
        Case.taxpayer_id.in_(ids), Case.kind == CaseKind.TI, Case.closed_at.is_(None)
    )
    return {each for each in session.scalars(found) if each is not None}


def _higher(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[int, int]]]:
    spans: dict[int, list[tuple[int, int]]] = {}
    found = select(HigherAssessment).where(among(HigherAssessment.taxpayer_id, ids))
    for row in session.scalars(found):
        spans.setdefault(row.taxpayer_id, []).append((row.period_from, row.period_to))
    return spans


def _busy(session: Session, ids: Sequence[int]) -> set[int]:
    found = select(Case.taxpayer_id).where(
        Case.taxpayer_id.in_(ids), Case.kind == CaseKind.TA, Case.closed_at.is_(None)
    )
    return {each for each in session.scalars(found) if each is not None}


def _assessed(session: Session, ids: Iterable[int], times: Limits) -> set[tuple[int, str, int]]:
    """Household, indicator and period of what an evaluation closed not long ago was about."""
    since = months_before(times.today, int(times.value("ta_same_doubt")))
    of_case = TaxWarning.case_id == Case.id
    went_on = TaxWarning.id.in_(
        select(FormerDoubt.warning_id).where(FormerDoubt.case_id == Case.id)
    )
    found = session.execute(
        select(TaxWarning.taxpayer_id, TaxWarning.indicator, TaxWarning.period)
        .join(Case, or_(of_case, went_on))
        .where(
            among(TaxWarning.taxpayer_id, list(ids)),
            Case.taxpayer_id == TaxWarning.taxpayer_id,
            Case.kind == CaseKind.TA,
            Case.outcome.is_not(None),
            Case.closed_at >= clock.start_of(since),
        )
    )
    return {(row.taxpayer_id, row.indicator, row.period) for row in found}
