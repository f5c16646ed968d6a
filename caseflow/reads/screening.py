"""Screening runs: what each found, and whether the analysis post has decided on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import policy
from caseflow.models import ScreeningRun, User
from caseflow.vocabulary import Actor, Forbidden, NotFound, Verb

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A run with the name of whoever decided on it."""

    run: ScreeningRun
    reviewer: str | None


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


def _require(actor: Actor) -> None:
    if not policy.may_read_runs(actor):
        raise Forbidden("not_your_post", verb=Verb.REVIEW_RUN, roles=["post_analysis"])
