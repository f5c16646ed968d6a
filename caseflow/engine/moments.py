"""When a step happens: the instant and the bureau's ways of counting from it, handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from caseflow import feel
from caseflow.clock import BUREAU_ZONE
from caseflow.engine.errors import BadValue

Count = Callable[[str | int], datetime]


@dataclass(frozen=True)
class Moment:
    """The instant of a step; the functions give the end of a limit that starts now.

    A limit is a number or the name of a parameter: ``working_days("wv_desk")``, ``days(15)``;
    ``day_of_month(25)`` is the next such day, moved back to a working day.
    """

    now: datetime
    working_days: Count
    days: Count
    day_of_month: Count

    def today(self) -> date:
        """The bureau's date at this instant."""
        return self.now.astimezone(BUREAU_ZONE).date()

    def instant(self, value: object) -> datetime:
        """Turn what a timer or due date gave into an instant; a date is its first moment."""
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=BUREAU_ZONE)
        if isinstance(value, date):
            return datetime.combine(value, time(), BUREAU_ZONE)
        if isinstance(value, timedelta):
            return self.now + value
        if isinstance(value, feel.YearsMonths):
            return _add_months(self.now, value.months)
        raise BadValue("not_an_instant", value=repr(value)[:100])


def _add_months(start: datetime, months: int) -> datetime:
    """The same day so many months on; the last of the month where it has no such day."""
    local = start.astimezone(BUREAU_ZONE)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return local.replace(year=year, month=month + 1, day=min(local.day, last))
