"""In which post somebody signed: of those that a step asks for, the one that was held that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import Post
from caseflow.policy.verbs import held_on
from caseflow.vocabulary import Role


def post_zh(session: Session, user_id: int | None, roles: Sequence[str], on: date) -> str:
    """A post in words; of the members of a panel, whom no role names, the first that they hold.

    Who no longer held any that day (a deputy signs for the person named) has that of the step.
    """
    asked = [Role(role) for role in roles]
    held = session.scalars(
        select(Post.role).where(Post.user_id == user_id, held_on(on)).order_by(Post.id)
    ).all()
    known = [role for role in asked if role in held] or list(held) or asked
    return known[0].zh if known else ""
