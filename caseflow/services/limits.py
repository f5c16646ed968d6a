"""Limits and the calendar: how a name such as ``wv_desk`` becomes a date with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow import calendars, clock
from caseflow.engine import Moment
from caseflow.models import Parameter
from caseflow.services import seats
from caseflow.services.seats import CityUnits
from caseflow.vocabulary import Invalid
from caseflow.working_days import Calendar, Due


@dataclass
class Limits:
    """The parameters valid today and the calendar, read once for one act.

    ``dues`` remembers how each instant given out was counted, so that a task can explain it.
    """

    now: datetime
    calendar: Calendar
    values: Mapping[str, Decimal]
    # The tax administrators of a section; looked up once for one act.
    staff: Callable[[int], frozenset[int]]
    # Where the seats of the city stand; looked up when a step comes to one of them.
    units: Callable[[], CityUnits] = dict
    dues: dict[datetime, Due] = field(default_factory=dict)
    _known: dict[tuple[str, int], Due] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The bureau's date."""
        return clock.local_date(self.now)

    def value(self, name: str) -> Decimal:
        """A parameter by name.

        Raises:
            Invalid: nobody has set it.
        """
        try:
            return self.values[name]
        except KeyError:
            raise Invalid("unknown_parameter", name=name) from None

    def working_days(self, limit: str | float | Decimal) -> datetime:
        """The instant at which so many working days (a number or a parameter) have run out."""
        return self._counted(self.calendar.add_working_days, self._amount(limit))

    def working_days_from(
        self,
        start: date,
        limit: str | float | Decimal,
        *,
        pauses: Sequence[tuple[date, date]] = (),
    ) -> datetime:
        """The instant at which so many working days after an earlier day have run out."""
        due = self.calendar.add_working_days(start, self._amount(limit), pauses=pauses)
        return self._noted(due)

    def days_from(self, start: date, limit: str | float | Decimal) -> datetime:
        """The instant at which so many calendar days after an earlier day have run out."""
        return self._noted(self.calendar.add_days(start, self._amount(limit)))

    def days(self, limit: str | float | Decimal) -> datetime:
        """The instant at which so many calendar days have run out, by the statutory rule."""
        return self._counted(self.calendar.add_days, self._amount(limit))

    def day_of_month(self, number: str | float | Decimal) -> datetime:
        """The instant at which the next day of this number in a month is over."""
        return self._counted(self.calendar.day_of_month, self._amount(number))

    def months_from(self, start: date, limit: str | float | Decimal) -> datetime:
        """The instant at which so many months after a day have run out."""
        return self._noted(self.calendar.add_months(start, self._amount(limit)))

    def as_of(self, at: datetime) -> Limits:
        """The same parameters and calendar, counted from an earlier instant."""
        return replace(self, now=at, dues={}, _known={})

    def moment(self) -> Moment:
        """What the engine needs to know of time."""
        return Moment(
            now=self.now,
            working_days=self.working_days,
            days=self.days,
            day_of_month=self.day_of_month,
        )

    def _amount(self, limit: str | float | Decimal) -> int:
        return int(self.value(limit)) if isinstance(limit, str) else int(limit)

    def _counted(self, count: Callable[[date, int], Due], amount: int) -> datetime:
        """The instant that a count gives; the same for every case of an act, so counted once."""
        key = (count.__name__, amount)
        due = self._known.get(key) or self._known.setdefault(key, count(self.today, amount))
        return self._noted(due)

    def _noted(self, due: Due) -> datetime:
        at = clock.end_of(due.on)
        self.dues[at] = due
        return at


def of_today(session: Session) -> Limits:
    """Read calendar and parameters as they hold today."""
    today = clock.today()
    rows = session.execute(
        select(Parameter.name, Parameter.value)
        .where(Parameter.valid_from <= today)
        .order_by(Parameter.name, Parameter.valid_from)
    )
    values = {name: Decimal(value) for name, value in rows}
    return Limits(
        now=clock.now(),
        calendar=calendars.of(session),
        values=values,
        units=cache(partial(seats.city_units, session)),
        staff=cache(partial(seats.administrators_of, session)),
    )
