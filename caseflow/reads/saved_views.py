"""The views of the own desk that a person has named."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import SavedView
from caseflow.vocabulary import Actor


def of(session: Session, actor: Actor) -> tuple[SavedView, ...]:
    """The person's own views in the order they were kept."""
    query = select(SavedView).where(SavedView.user_id == actor.user_id).order_by(SavedView.id)
    return tuple(session.scalars(query))
