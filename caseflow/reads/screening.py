"""Screening runs: what each found, and whether the analysis post has decided on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import Run, ScreeningRun, TaxWarning, User
from caseflow.vocabulary import Actor, Forbidden, NotFound, Verb, WarningStatus

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A run with the name of whoever decided on it."""

    run: ScreeningRun
    reviewer: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """How far the cases of an accepted run have been opened, and where its warnings stand."""

    work: Run | None
    cases: int
    warnings: Mapping[WarningStatus, int]


def listing(session: Session, actor: Actor) -> tuple[Shown, ...]:
    """The latest runs, newest first."""
    _require(actor)
    rows = session.execute(
        select(ScreeningRun, User.name)
        .outerjoin(User, User.id == ScreeningRun.reviewed_by)
        .order_by(ScreeningRun.id.desc())
        .limit(LIMIT)
    )
    return tuple(Shown(run, name) for run, name in rows)


def page(session: Session, actor: Actor, run_id: int) -> Shown:
    """
    One run with its figures per indicator.

    Raises:
        NotFound: there is none.

    """
    _require(actor)
    row = session.execute(
        select(ScreeningRun, User.name)
        .outerjoin(User, User.id == ScreeningRun.reviewed_by)
        .where(ScreeningRun.id == run_id)
    ).one_or_none()
    if row is None:
        raise NotFound("run", id=run_id)
    return Shown(row[0], row[1])


def opening(session: Session, actor: Actor, run_id: int) -> Opening:
    """The work that opens cases for a run, and where its warnings are; three statements."""
    _require(actor)
    work = session.scalar(
        select(Run).where(Run.detail == {"run": run_id}).order_by(Run.id.desc()).limit(1)
    )
    counted = session.execute(
        select(TaxWarning.status, func.count())
        .where(TaxWarning.run_id == run_id)
        .group_by(TaxWarning.status)
    )
    cases = session.scalar(
        select(func.count(TaxWarning.case_id.distinct())).where(TaxWarning.run_id == run_id)
    )
    return Opening(work, cases or 0, {row[0]: row[1] for row in counted})


def _require(actor: Actor) -> None:
    if not policy.may_read_runs(actor):
        raise Forbidden("not_your_post", verb=Verb.REVIEW_RUN, roles=["post_analysis"])
