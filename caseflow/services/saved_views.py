"""Ways of looking at the own desk that a person has named. Nobody else sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import clock, policy
from caseflow.models import SavedView, User
from caseflow.vocabulary import Actor, Conflict, Forbidden, Invalid, NotFound

MOST = 8
_LONGEST_NAME = 20


def keep(session: Session, actor: Actor, name: str, settings: Mapping[str, str]) -> SavedView:
    """Keep the settings of the own desk under a name.

    Raises:
        Invalid: the name is empty or longer than 20 characters.
        Conflict: there are as many as fit beside the list, or one of this name.
    """
    _require_desk(actor)
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise Invalid("view_name_length", longest=_LONGEST_NAME)
    names = _names_kept(session, actor)
    if name in names:
        raise Conflict("view_name_taken")
    if len(names) >= MOST:
        raise Conflict("too_many_views", most=MOST)
    row = SavedView(
        user_id=actor.user_id, name=name, settings=dict(settings), created_at=clock.now()
    )
    session.add(row)
    session.flush()  # the door leads to the view by its id
    return row


def remove(session: Session, actor: Actor, view_id: int) -> str:
    """Take an own view away; gives its name.

    Raises:
        NotFound: there is none of this person's.
    """
    row = session.scalar(
        select(SavedView).where(SavedView.id == view_id, SavedView.user_id == actor.user_id)
    )
    if row is None:
        raise NotFound("view", id=view_id)
    session.delete(row)
    return row.name


def _names_kept(session: Session, actor: Actor) -> Collection[str]:
    """The names of the own views, under a lock on the person: nothing is kept beside it."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())
    return session.scalars(select(SavedView.name).where(SavedView.user_id == actor.user_id)).all()


def _require_desk(actor: Actor) -> None:
    if not policy.has_desk(actor):
        raise Forbidden("not_your_post", roles=sorted(role.value for role in policy.DESKS))
