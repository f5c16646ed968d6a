"""Long work that shows on a page how far it has come; times are the machine's."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.models import Run


def begin(
    session: Session,
    kind: str,
    *,
    stage: str,
    total: int,
    detail: Mapping[str, object] | None = None,
) -> int:
    """Put work on show, or go on with the same work that was broken off; gives its id.

    ``total`` is 0 while it is not known. ``detail`` tells one work of a kind from another.
    """
    now, told = clock.wall(), dict(detail or {})
    known = session.scalar(
        select(Run)
        .where(Run.kind == kind, Run.detail == told, Run.finished_at.is_(None))
        .order_by(Run.id.desc())
    )
    if known is None:
        known = Run(
            kind=kind,
            stage=stage,
            done=0,
            total=total,
            detail=told,
            started_at=now,
            updated_at=now,
            finished_at=None,
            error=None,
        )
        session.add(known)
        session.flush()  # the id is what the caller keeps
    known.stage, known.total, known.updated_at, known.error = stage, total, now, None
    return known.id


def tell(session: Session, run_id: int, *, stage: str, done: int, total: int) -> None:
    """Say how far the work has come; what is shown never goes backwards within a stage."""
    run = session.get_one(Run, run_id)
    run.done = max(run.done, done) if run.stage == stage else done
    run.stage, run.total, run.updated_at = stage, total, clock.wall()


def end(session: Session, run_id: int) -> None:
    """Say that the work is done."""
    run = session.get_one(Run, run_id)
    run.done, run.updated_at, run.finished_at = run.total, clock.wall(), clock.wall()


def break_off(session: Session, run_id: int, error: str) -> None:
    """Say why the work stopped; it may be begun again."""
    run = session.get_one(Run, run_id)
    run.error, run.updated_at = error, clock.wall()
