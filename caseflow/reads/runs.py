"""Long work and how far it has come; anybody of the bureau may look."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Run

LIMIT = 30


def listing(session: Session) -> tuple[Run, ...]:
    """The latest work, running first."""
    query = select(Run).order_by(Run.finished_at.is_not(None), Run.id.desc()).limit(LIMIT)
    return tuple(session.scalars(query))
