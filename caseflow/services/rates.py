"""How often one person may ask for something dear: counted in PostgreSQL, for all processes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from caseflow import clock
from caseflow.door_rules import DoorRules
from caseflow.models import RateWindow
from caseflow.vocabulary import Actor, TooOften

_WINDOW = timedelta(minutes=1)


def take(session: Session, actor: Actor, what: str, *, rules: DoorRules) -> None:
    """Count one asking.

    Raises:
        TooOften: more than the limit of this minute, with the seconds that are left of it.
    """
    now = clock.wall()
    row = insert(RateWindow).values(user_id=actor.user_id, what=what, since=now, count=1)
    is_over = RateWindow.since <= now - _WINDOW
    counted, since = session.execute(
        row.on_conflict_do_update(
            index_elements=[RateWindow.user_id, RateWindow.what],
            set_={
                "count": case((is_over, 1), else_=RateWindow.count + 1),
                "since": case((is_over, now), else_=RateWindow.since),
            },
        ).returning(RateWindow.count, RateWindow.since)
    ).one()
    if counted > rules.rates[what]:
        seconds = int((since + _WINDOW - now).total_seconds()) + 1
        raise TooOften("too_often", seconds=seconds, limit=rules.rates[what])
