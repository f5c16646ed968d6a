"""Who is responsible for a household on a day: the dated fact, asked in one way by everybody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from caseflow.models import Responsibility


def responsible_on(day: date) -> ColumnElement[bool]:
    """The condition on ``Responsibility``: it holds on this day of the bureau.

    The day on which one ends is the next one's already.
    """
    goes_on = or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > day)
    return and_(Responsibility.valid_from <= day, goes_on)


def administrator_on(taxpayer_id: int | ColumnElement[int], day: date) -> Select[int]:
    """Who managed a household on a day; no row where nobody is known to have."""
    return (
        select(Responsibility.user_id)
        .where(Responsibility.taxpayer_id == taxpayer_id, responsible_on(day))
        .order_by(Responsibility.id.desc())
        .limit(1)
    )
