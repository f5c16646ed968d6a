"""From warnings to cases: merging, score, one open case per kind, the monthly quota, the pool.

Source: indicators.md section 3; design D4: until the kind of a hit is deployed, a
taxpayer-level hit opens or joins a warning verification, whatever its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Case, OutboxMessage, Run, ScreeningRun, Task, Taxpayer, TaxWarning
from caseflow.models.base import Json
from caseflow.services import cases, limits, outbox, runs
from caseflow.services.screening import OPENING
from caseflow.vocabulary import SYSTEM, CaseKind, TaskStatus, WarningStatus

AT_ONCE = 200
_FIRST_GRADE = Decimal(10)
_SECOND_GRADE = Decimal(6)


def open_next(session: Session) -> int:
    """Open the next cases from the pool, highest score first; returns how many it moved.

    An administrator gets at most ``wv_monthly`` new cases a month; the rest waits in the pool.
    Later hits on a taxpayer whose case has not been concluded yet join it as doubts.
    """
    joined = _join_open_cases(session)
    quota = int(limits.of_today(session).value("wv_monthly"))
    chosen = session.scalars(_candidates(quota, _month_begin()).limit(AT_ONCE)).all()
    for taxpayer_id in chosen:
        warnings = _pooled(session, taxpayer_id)
        score = score_of(warnings)
        opened = cases.open_case(
            session,
            SYSTEM,
            session.get_one(Taxpayer, taxpayer_id),
            kind=CaseKind.WV,
            warnings=warnings,
            score=score,
            grade=grade_of(score),
            is_ti=any(warning.kind == CaseKind.TI.value for warning in warnings),
        )
        if opened.run_id is not None:
            session.get_one(ScreeningRun, opened.run_id).case_count += 1
    return joined + len(chosen)


def open_and_go_on(session: Session, payload: Json) -> None:
    """Do one share of opening; ask for another as long as there is something to open."""
    moved = open_next(session)
    if moved:
        outbox.put(session, OPENING, payload)
    if "work" in payload:
        _show_progress(session, int(payload["work"]), moved)


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


def score_of(warnings: Sequence[TaxWarning]) -> Decimal:
    """The risk score: the points of each indicator once, its worst period counting."""
    worst: dict[str, Decimal] = {}
    for warning in warnings:
        worst[warning.indicator] = max(worst.get(warning.indicator, Decimal(0)), warning.points)
    return sum(worst.values(), Decimal(0))


def grade_of(score: Decimal) -> int:
    """Risk grade 一级 from 10 points on, 二级 from 6, else 三级."""
    return 1 if score >= _FIRST_GRADE else 2 if score >= _SECOND_GRADE else 3


def _show_progress(session: Session, work_id: int, moved: int) -> None:
    """Tell how many cases opened or grew and how many households the desks still have room for."""
    if not moved:
        runs.end(session, work_id)
        return
    quota = int(limits.of_today(session).value("wv_monthly"))
    waiting = _candidates(quota, _month_begin()).order_by(None).subquery()
    left = session.scalar(select(func.count()).select_from(waiting)) or 0
    done = session.get_one(Run, work_id).done + moved
    runs.tell(session, work_id, stage="opening", done=done, total=done + left)


def _month_begin() -> datetime:
    return clock.start_of(clock.today().replace(day=1))


def _candidates(quota: int, month_begin: datetime) -> Select[int]:
    """Taxpayers with pooled warnings, no open case and an administrator below the quota."""
    # As ``score_of``: each indicator once, its worst period counting.
    worst = (
        select(TaxWarning.taxpayer_id, func.max(TaxWarning.points).label("points"))
        .where(TaxWarning.status == WarningStatus.POOL)
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
        .where(~busy)
        .subquery()
    )
    return (
        select(ranked.c.id)
        .where(ranked.c.place <= quota)
        .order_by(ranked.c.score.desc(), ranked.c.id)
    )


def _pooled(session: Session, taxpayer_id: int) -> list[TaxWarning]:
    return list(
        session.scalars(
            select(TaxWarning)
            .where(TaxWarning.taxpayer_id == taxpayer_id, TaxWarning.status == WarningStatus.POOL)
            .order_by(TaxWarning.id)
            .with_for_update()
        )
    )


def _join_open_cases(session: Session) -> int:
    open_case = and_(
        Case.taxpayer_id == TaxWarning.taxpayer_id,
        Case.kind == CaseKind.WV,
        Case.closed_at.is_(None),
        Case.submitted_at.is_(None),
    )
    case_ids = session.scalars(
        select(Case.id)
        .join(TaxWarning, open_case)
        .where(TaxWarning.status == WarningStatus.POOL)
        .distinct()
        .order_by(Case.id)
        .limit(AT_ONCE)
    ).all()
    for case_id in case_ids:
        _join(session, cases.locked(session, case_id))
    return len(case_ids)


def _join(session: Session, case: Case) -> None:
    """Let pooled hits join a case as doubts: its open forms show them and keep what was typed."""
    joined = _pooled(session, case.taxpayer_id)
    if not joined:
        return
    cases.begin(case)
    for warning in joined:
        warning.case_id = case.id
        warning.status = WarningStatus.IN_CASE
        warning.joined_at = clock.now()
    session.flush()  # the score is made of all doubts, the joined ones too
    every = session.scalars(select(TaxWarning).where(TaxWarning.case_id == case.id)).all()
    case.score = score_of(every)
    case.grade = grade_of(case.score)
    case.is_ti = case.is_ti or any(each.kind == CaseKind.TI.value for each in joined)
    for task in session.scalars(
        select(Task).where(Task.case_id == case.id, Task.status == TaskStatus.OPEN)
    ):
        task.version += 1
    payload = {"warnings": sorted(each.fingerprint for each in joined), "score": str(case.score)}
    cases.put_on_record(session, SYSTEM, case, action="case.doubts_joined", payload=payload)
