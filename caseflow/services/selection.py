"""From warnings to cases: merging, score, one open case per kind, the monthly quota, the pool.

Source: indicators.md section 3; design D4: until the kind of a hit is deployed, a
taxpayer-level hit opens or joins a warning verification, whatever its score. Where evaluation
plans are made, hits of tax evaluation open nothing by themselves, nor does a household whose
score of evaluation and verification calls for an evaluation: it waits for the next plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from caseflow import clock
from caseflow.models import (
    Case,
    OutboxMessage,
    Run,
    ScreeningRun,
    Taxpayer,
    TaxWarning,
    Unit,
)
from caseflow.models.base import Json, among
from caseflow.services import cases, definitions, doubts, limits, outbox, record, runs
from caseflow.services.cases import Doubt, Wish
from caseflow.services.kinds.evaluation_plan.candidates import MANDATORY, SCORED
from caseflow.services.screening import OPENING
from caseflow.vocabulary import SYSTEM, CaseKind, WarningStatus
from caseflow.vocabulary.kinds import PROCESSES

AT_ONCE = cases.OPENED_AT_ONCE
_RANKED_AT_ONCE = 10 * AT_ONCE
# Hits of these open a case of their own kind, at any score and beyond the monthly quota, which is
# of verifications alone.
OWN_KINDS = (CaseKind.OC, CaseKind.AB, CaseKind.ZF, CaseKind.TP)
# The row of zero returns that waits for the next review of a household kept as it is.
_ZERO_RETURNS = "FIL-009"
# What opening reads of a warning: not the figures that it was found by.
_TOLD = (
    TaxWarning.taxpayer_id,
    TaxWarning.indicator,
    TaxWarning.kind,
    TaxWarning.points,
    TaxWarning.id,
    TaxWarning.fingerprint,
    TaxWarning.period,
    TaxWarning.run_id,
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one share of opening moved, and what is left for the next ones.

    ``chosen`` are the taxpayers chosen already, ``refused`` those whose case could not be opened.
    """

    moved: int
    chosen: Sequence[int]
    refused: Mapping[int, str]

    @property
    def goes_on(self) -> bool:
        """Whether another share may find something to do."""
        return bool(self.moved or self.refused or self.chosen)


def open_share(
    session: Session, *, chosen: Sequence[int] = (), without: Collection[int] = ()
) -> Share:
    """Open a bounded share of cases from the pool, highest score first.

    An administrator gets at most ``wv_monthly`` new cases a month; the rest waits in the pool.
    Later hits on a taxpayer whose case has not been concluded yet join it as doubts. The pool is
    ranked once for several shares: ``chosen`` is what an earlier one has left. Taxpayers of
    ``without`` are passed over: their cases were refused before.
    """
    joined = 0
    own = _own_kinds(session)
    if not chosen:
        joining = (*(kind for kind in own if kind is not CaseKind.TA), CaseKind.WV)
        joined = sum(_join_open_cases(session, kind, _for(kind, own)) for kind in joining)
        if CaseKind.TA in own:
            joined += _join_open_cases(session, CaseKind.TA, _of_evaluation())
        for kind in own:
            if kind is CaseKind.TA:
                continue  # by a plan alone
            opened = _open(session, kind, _of_kind(session, kind, without), own)
            if opened.moved or opened.refused:
                return Share(joined + opened.moved, (), opened.refused)
        quota = int(limits.of_today(session).value("wv_monthly"))
        ranked = _candidates(quota, _month_begin(), own, without).limit(_RANKED_AT_ONCE)
        chosen = session.scalars(ranked).all()
    left = chosen[AT_ONCE:]
    opened = _open(session, CaseKind.WV, chosen[:AT_ONCE], own)
    return Share(joined + opened.moved, left, opened.refused)


def _own_kinds(session: Session) -> tuple[CaseKind, ...]:
    """The deployed kinds whose hits do not open a WV; those of TA wait where plans are made."""
    own = tuple(kind for kind in OWN_KINDS if _is_deployed(session, kind))
    return (*own, CaseKind.TA) if _is_deployed(session, CaseKind.EP) else own


def _is_deployed(session: Session, kind: CaseKind) -> bool:
    return definitions.newest(session, PROCESSES[kind]) is not None


def _of_evaluation() -> ColumnElement[bool]:
    """The hits that join an open evaluation: its own, and of a verification that is not open."""
    other = aliased(Case)
    verified = (
        select(other.id)
        .where(
            other.taxpayer_id == TaxWarning.taxpayer_id,
            other.kind == CaseKind.WV,
            other.closed_at.is_(None),
        )
        .exists()
    )
    of_other = and_(TaxWarning.kind == CaseKind.WV.value, ~verified)
    return or_(TaxWarning.kind == CaseKind.TA.value, of_other)


def _awaits_plan() -> Select[int]:
    """Households whose score calls for an evaluation: they are for the plan, but for a transfer.

    As ``score_of``: each indicator once, its worst period counting.
    """
    worst = (
        select(TaxWarning.taxpayer_id, func.max(TaxWarning.points).label("points"))
        .where(TaxWarning.status == WarningStatus.POOL, TaxWarning.kind.in_(SCORED))
        .group_by(TaxWarning.taxpayer_id, TaxWarning.indicator)
        .subquery()
    )
    led = select(TaxWarning.taxpayer_id).where(
        TaxWarning.status == WarningStatus.POOL, TaxWarning.kind == CaseKind.TI.value
    )
    return (
        select(worst.c.taxpayer_id)
        .where(worst.c.taxpayer_id.not_in(led))
        .group_by(worst.c.taxpayer_id)
        .having(func.sum(worst.c.points) >= MANDATORY)
    )


def _for(kind: CaseKind, own: Collection[CaseKind]) -> ColumnElement[bool]:
    """The warnings that open or join a case of a kind."""
    if kind in own:
        return TaxWarning.kind == kind.value
    return TaxWarning.kind.not_in([each.value for each in own])


def _of_kind(session: Session, kind: CaseKind, without: Collection[int]) -> Sequence[int]:
    """Taxpayers with pooled hits of a kind and no open case of it."""
    busy = exists().where(
        Case.taxpayer_id == TaxWarning.taxpayer_id, Case.kind == kind, Case.closed_at.is_(None)
    )
    return session.scalars(
        select(TaxWarning.taxpayer_id)
        .where(
            TaxWarning.status == WarningStatus.POOL,
            TaxWarning.kind == kind.value,
            TaxWarning.taxpayer_id.not_in(without),
            ~busy,
            ~_is_snoozed(),
        )
        .group_by(TaxWarning.taxpayer_id)
        .order_by(func.sum(TaxWarning.points).desc(), TaxWarning.taxpayer_id)
        .limit(AT_ONCE)
    ).all()


def _is_snoozed() -> ColumnElement[bool]:
    """A row of zero returns of a household that was kept as it is, until its next review."""
    kept = exists().where(
        Case.taxpayer_id == TaxWarning.taxpayer_id,
        Case.kind == CaseKind.ZF,
        Case.closed_at.is_not(None),
        Case.facts["next_review_on"].astext > clock.today().isoformat(),
    )
    return and_(TaxWarning.indicator == _ZERO_RETURNS, kept)


def _open(
    session: Session, kind: CaseKind, taxpayer_ids: Sequence[int], own: Collection[CaseKind]
) -> Share:
    """Open cases of a kind on taxpayers from their pooled hits."""
    wishes = _wishes(session, taxpayer_ids, _for(kind, own))
    if not wishes:
        return Share(0, (), {})
    opened = cases.open_many(session, SYSTEM, wishes, kind=kind)
    runs_of = Counter(wish.doubts[0].run_id for wish in wishes if wish.taxpayer_id in opened.cases)
    for run_id, count in sorted(runs_of.items()):
        session.get_one(ScreeningRun, run_id).case_count += count
    if opened.refused:
        payload = {"refused": {str(key): code for key, code in opened.refused.items()}}
        record.append(session, SYSTEM, "sys:screening", action="cases.refused", payload=payload)
    return Share(len(opened.cases), (), opened.refused)


def open_and_go_on(session: Session, payload: Json) -> None:
    """Do one share of opening; ask for another as long as there is something to open."""
    without = payload.get("without", [])
    share = open_share(session, chosen=payload.get("chosen", ()), without=without)
    if share.goes_on:
        rest = {"chosen": list(share.chosen), "without": [*without, *share.refused]}
        outbox.put(session, OPENING, {**payload, **rest})
    if "work" in payload:
        _show_progress(session, int(payload["work"]), share)


def begin_month(session: Session) -> int:
    """Let the pool open cases again when a month begins; returns 1 when it was told to."""
    month = f"{clock.today():%Y-%m}"
    told = exists().where(
        OutboxMessage.topic == OPENING, OutboxMessage.payload["month"].astext == month
    )
    if session.scalar(select(told)):
        return 0
    outbox.put(session, OPENING, {"month": month})
    return 1


def _show_progress(session: Session, work_id: int, share: Share) -> None:
    """Tell how many cases opened or grew and how many households the desks still have room for."""
    if not share.goes_on:
        runs.end(session, work_id)
        return
    quota = int(limits.of_today(session).value("wv_monthly"))
    waiting = _candidates(quota, _month_begin(), _own_kinds(session)).order_by(None).subquery()
    left = session.scalar(select(func.count()).select_from(waiting)) or 0
    done = session.get_one(Run, work_id).done + share.moved
    runs.tell(session, work_id, stage="opening", done=done, total=done + left)


def _month_begin() -> datetime:
    return clock.start_of(clock.today().replace(day=1))


def _candidates(
    quota: int,
    month_begin: datetime,
    own: Collection[CaseKind],
    without: Collection[int] = (),
) -> Select[int]:
    """Taxpayers with pooled warnings, no open case and an administrator below the quota."""
    # As ``score_of``: each indicator once, its worst period counting.
    worst = (
        select(TaxWarning.taxpayer_id, func.max(TaxWarning.points).label("points"))
        .where(TaxWarning.status == WarningStatus.POOL, _for(CaseKind.WV, own))
        .group_by(TaxWarning.taxpayer_id, TaxWarning.indicator)
        .subquery()
    )
    pool = (
        select(worst.c.taxpayer_id, func.sum(worst.c.points).label("score"))
        .group_by(worst.c.taxpayer_id)
        .subquery()
    )
    opened = (
        select(Taxpayer.administrator_id, func.count().label("opened"))
        .join(Case, Case.taxpayer_id == Taxpayer.id)
        .where(Case.opened_at >= month_begin, Case.kind == CaseKind.WV)
        .group_by(Taxpayer.administrator_id)
        .subquery()
    )
    busy = exists().where(
        Case.taxpayer_id == Taxpayer.id, Case.kind == CaseKind.WV, Case.closed_at.is_(None)
    )
    for_plan = [Taxpayer.id.not_in(_awaits_plan())] if CaseKind.TA in own else []
    place = func.row_number().over(
        partition_by=Taxpayer.administrator_id,
        order_by=[pool.c.score.desc(), Taxpayer.id],
    )
    ranked = (
        select(
            Taxpayer.id,
            pool.c.score,
            (place + func.coalesce(opened.c.opened, 0)).label("place"),
        )
        .join(pool, pool.c.taxpayer_id == Taxpayer.id)
        # Households that nobody manages share one quota.
        .outerjoin(
            opened, opened.c.administrator_id.is_not_distinct_from(Taxpayer.administrator_id)
        )
        .where(~busy, Taxpayer.id.not_in(without), *for_plan)
        .subquery()
    )
    return (
        select(ranked.c.id)
        .where(ranked.c.place <= quota)
        .order_by(ranked.c.score.desc(), ranked.c.id)
    )


def _wishes(
    session: Session, taxpayer_ids: Sequence[int], of_kind: ColumnElement[bool]
) -> list[Wish]:
    """The cases that the pooled warnings of taxpayers call for, in the order given."""
    query = (
        select(
            Taxpayer.id, Taxpayer.section_id, Taxpayer.district_id, Unit.code.label("district_code")
        )
        .join(Unit, Unit.id == Taxpayer.district_id)
        .where(among(Taxpayer.id, taxpayer_ids))
    )
    places = {row.id: row for row in session.execute(query)}
    pooled: dict[int, list[_Told]] = {}
    for told in session.execute(_pooled(*_TOLD, of=taxpayer_ids).where(of_kind)):
        pooled.setdefault(told.taxpayer_id, []).append(told)
    return [
        _wish(places[taxpayer_id], pooled[taxpayer_id])
        for taxpayer_id in taxpayer_ids
        if taxpayer_id in pooled  # else somebody was faster
    ]


_Column = InstrumentedAttribute[Any] | type[TaxWarning]
_Told = Row[*tuple[Any, ...]]


def _wish(place: _Told, pooled: Sequence[_Told]) -> Wish:
    score = doubts.score_of(pooled)
    return Wish(
        taxpayer_id=place.id,
        district_id=place.district_id,
        district_code=place.district_code,
        section_id=place.section_id,
        doubts=tuple(map(Doubt.of, pooled)),
        score=score,
        grade=doubts.grade_of(score),
        is_ti=any(warning.kind == CaseKind.TI.value for warning in pooled),
    )


def _pooled(*columns: _Column, of: Sequence[int]) -> Select[Any]:
    """The pooled warnings of taxpayers, to be locked."""
    return (
        select(*columns)
        .where(
            among(TaxWarning.taxpayer_id, of),
            TaxWarning.status == WarningStatus.POOL,
        )
        .order_by(TaxWarning.id)
        .with_for_update()
    )


def _join_open_cases(session: Session, kind: CaseKind, of_kind: ColumnElement[bool]) -> int:
    open_case = and_(
        Case.taxpayer_id == TaxWarning.taxpayer_id,
        Case.kind == kind,
        Case.closed_at.is_(None),
        Case.submitted_at.is_(None),
    )
    case_ids = session.scalars(
        select(Case.id)
        .join(TaxWarning, open_case)
        .where(TaxWarning.status == WarningStatus.POOL, of_kind)
        .distinct()
        .order_by(Case.id)
        .limit(AT_ONCE)
    ).all()
    for case_id in case_ids:
        _join(session, cases.locked(session, case_id), of_kind)
    return len(case_ids)


def _join(session: Session, case: Case, of_kind: ColumnElement[bool]) -> None:
    """Let pooled hits join a case as doubts: its open forms show them and keep what was typed."""
    joined = session.scalars(_pooled(TaxWarning, of=[case.taxpayer_id or 0]).where(of_kind)).all()
    if not joined:
        return
    cases.begin(case)
    doubts.join(session, case, joined)
    payload = {"warnings": sorted(each.fingerprint for each in joined), "score": str(case.score)}
    cases.put_on_record(session, SYSTEM, case, action="case.doubts_joined", payload=payload)
