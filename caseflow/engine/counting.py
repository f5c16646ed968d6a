"""A moment without a bureau: limits counted on a calendar that is handed in, for trials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from caseflow import clock
from caseflow.engine.errors import BadValue
from caseflow.engine.moments import Moment
from caseflow.working_days import Calendar, published_calendar


def moment(
    now: datetime, limits: Mapping[str, Decimal], *, calendar: Calendar | None = None
) -> Moment:
    """What a step at this instant knows of time: ``limits`` by name, the published calendar.

    Asking for a limit that is not among them raises BadValue.
    """
    days = calendar or published_calendar()
    today = clock.local_date(now)

    def amount(limit: str | int) -> int:
        if isinstance(limit, int):
            return limit
        if limit not in limits:
            raise BadValue("unknown_limit", name=limit)
        return int(limits[limit])

    return Moment(
        now,
        working_days=lambda limit: clock.end_of(days.add_working_days(today, amount(limit)).on),
        days=lambda limit: clock.end_of(days.add_days(today, amount(limit)).on),
        day_of_month=lambda limit: clock.end_of(days.day_of_month(today, amount(limit)).on),
    )
