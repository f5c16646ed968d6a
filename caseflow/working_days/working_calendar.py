"""Which days are worked, and the arithmetic of limits: working days, calendar days, months."""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from caseflow.working_days.due import HOLIDAYS, Day, Due, Reason, Rule

# The days that every year's plan contains, used until the plan of a year is published.
_FIXED_HOLIDAYS = {(1, 1): "元旦", (5, 1): "劳动节"} | {(10, day): "国庆节" for day in (1, 2, 3)}
_LONG_BLOCK = 3
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """
    A day that differs from the week's rule: a named holiday, or a weekend day worked instead.

    `may_end_deadline` is False for a make-up day that the published list treats as a rest day:
    it is worked, but no statutory deadline ends on it.
    """

    on: date
    is_working: bool
    name: str
    may_end_deadline: bool = True


@dataclass(frozen=True, slots=True)
class FilingDeadline:
    """The last day to file and pay in one month, with its notice if published."""

    year: int
    month: int
    on: date
    notice: str = ""

    @property
    def is_published(self) -> bool:
        """Say whether a notice fixed the date."""
        return bool(self.notice)


# Deadlines known to differ from the rule. The list of 2010 counts the whole Spring Festival block;
# the rule would give Saturday 20 February. The four dates of 2024 are those of the nationwide list,
# where the rule gives 21, 20, 18 and 22.
PUBLISHED_DEADLINES = (
    FilingDeadline(2010, 2, date(2010, 2, 22), "2010 年征期安排"),
    FilingDeadline(2024, 2, date(2024, 2, 23), "2024 年征期安排"),
    FilingDeadline(2024, 5, date(2024, 5, 22), "2024 年征期安排"),
    FilingDeadline(2024, 6, date(2024, 6, 19), "2024 年征期安排"),
    FilingDeadline(2024, 10, date(2024, 10, 24), "2024 年征期安排"),
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """
    Which days are worked. Build it with `calendar_of` or `published_calendar`.

    `deadlines` are the filing deadlines that notices have published.
    """

    special_days: Mapping[date, SpecialDay] = field(repr=False)
    published_years: frozenset[int]
    deadlines: tuple[FilingDeadline, ...] = PUBLISHED_DEADLINES

    def is_working(self, day: date) -> bool:
        """Say whether the bureau works on the day."""
        special = self.special_days.get(day)
        if special is not None:
            return special.is_working
        return day.weekday() < _SATURDAY and not self._fixed_holiday(day)

    def is_provisional(self, day: date) -> bool:
        """Say whether the holiday plan of the day's year is still unpublished."""
        return day.year not in self.published_years

    def holiday(self, day: date) -> str:
        """Give the Chinese name of the holiday on the day, or nothing."""
        special = self.special_days.get(day)
        if special is None:
            return self._fixed_holiday(day)
        return "" if special.is_working else special.name

    def block(self, day: date) -> tuple[date, date] | None:
        """
        Give first and last day of the rest block around the day.

        A block is a run of non-working days with at least one named holiday in it; an ordinary
        weekend is none.
        """
        if self.is_working(day):
            return None
        first, last = day, day
        while not self.is_working(first - _ONE_DAY):
            first -= _ONE_DAY
        while not self.is_working(last + _ONE_DAY):
            last += _ONE_DAY
        named = any(self.holiday(each) for each in _span(first, last))
        return (first, last) if named else None

    def next_working_day(self, day: date) -> date:
        """Give the first working day after the day."""
        return next(each for each in _days_after(day) if self.is_working(each))

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and with `end`; negative backwards."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(day) for day in _span(start + _ONE_DAY, end))

    def add_working_days(
        self, start: date, amount: int, *, pauses: Sequence[tuple[date, date]] = ()
    ) -> Due:
        """
        Give the last day of a limit in working days; the starting day is not counted.

        A pause (from, until) stops the count on the days after `from` up to and with `until`.
        Raises ValueError for a negative amount.
        """
        _require_natural(amount)
        days: list[Day] = []
        left = amount
        ahead = _days_after(start)
        while left:
            day = self._working_day_of_count(next(ahead), pauses)
            days.append(day)
            left -= day.counted
        return self._due(Rule.WORKING_DAYS, start, amount, days)

    def day_after_full_working_days(self, start: date, amount: int) -> Due:
        """Give the earliest working day with at least `amount` full working days in between."""
        days = list(self.add_working_days(start, amount).days)
        ahead = _days_after(days[-1].on if days else start)
        for day in ahead:
            days.append(replace(self._working_day_of_count(day, ()), counted=False))
            if self.is_working(day):
                break
        return self._due(Rule.FULL_WORKING_DAYS, start, amount, days)

    def add_days(self, start: date, amount: int) -> Due:
        """
        Give the last day of a statutory limit in calendar days (实施细则 article 109).

        1. The starting day is not counted.
        2. For each rest block with three or more days inside the period, the period is lengthened
           by these days; only days inside the original period count.
        3. A last day that is a rest day is moved to the next working day, once.
        """
        _require_natural(amount)
        last = start + timedelta(days=amount)
        period = list(_span(start + _ONE_DAY, last))
        days = [
            Day(day, counted=True, reason=Reason.CALENDAR, name=self.holiday(day)) for day in period
        ]
        end = last + timedelta(days=self._long_block_days(period))
        days += [
            Day(day, counted=True, reason=Reason.EXTENDED, name=self.holiday(day))
            for day in _span(last + _ONE_DAY, end)
        ]
        return self._due(Rule.DAYS, start, amount, [*days, *self._roll(end)])

    def add_months(self, start: date, amount: int) -> Due:
        """
        Give the last day of a limit in months: same day number, last-day rule only.

        Long periods, such as the five months of the annual settlement, are not lengthened.
        """
        _require_natural(amount)
        year, month0 = divmod(start.year * 12 + start.month - 1 + amount, 12)
        length = calendar.monthrange(year, month0 + 1)[1]
        end = date(year, month0 + 1, min(start.day, length))
        last = Day(end, counted=True, reason=Reason.CALENDAR, name=self.holiday(end))
        return self._due(Rule.MONTHS, start, amount, [last, *self._roll(end)])

    def day_of_month(self, after: date, number: int) -> Due:
        """
        Give the next day of this number in a month, moved back to the last working day before it.

        It lies after the starting day also when it was moved; a month too short ends with its last.
        """
        month = after.replace(day=1)
        while True:
            length = calendar.monthrange(month.year, month.month)[1]
            days = [*self._roll_back(month.replace(day=min(max(number, 1), length)))]
            if days[-1].on > after:
                return self._due(Rule.DAY_OF_MONTH, after, number, days)
            month = month.replace(day=length) + _ONE_DAY

    def _roll_back(self, day: date) -> Iterator[Day]:
        while not self.is_working(day):
            name = self.holiday(day)
            yield Day(day, counted=False, reason=Reason.ROLLED_BACK, name=name)
            day -= _ONE_DAY
        yield self._working_day_of_count(day, ())

    def _working_day_of_count(self, day: date, pauses: Sequence[tuple[date, date]]) -> Day:
        if any(begin < day <= until for begin, until in pauses):
            return Day(day, counted=False, reason=Reason.PAUSED)
        special = self.special_days.get(day)
        name = special.name if special else self.holiday(day)
        return Day(day, self.is_working(day), self._reason(day), name)

    def _reason(self, day: date) -> Reason:
        if self.is_working(day):
            return Reason.MAKE_UP if day.weekday() >= _SATURDAY else Reason.WORKING
        ordinary = day.weekday() >= _SATURDAY and not self.holiday(day)
        return Reason.WEEKEND if ordinary else Reason.HOLIDAY

    def _long_block_days(self, period: Sequence[date]) -> int:
        blocks = [self.block(day) for day in period]
        inside = {block: blocks.count(block) for block in blocks if block}
        return sum(count for count in inside.values() if count >= _LONG_BLOCK)

    def _roll(self, end: date) -> list[Day]:
        """Give the days by which a last day on a rest day is moved; empty on a working day."""
        days: list[Day] = []
        while not self._may_end_deadline(end):
            end += _ONE_DAY
            is_due = self._may_end_deadline(end)
            reason = Reason.ROLLED_TO if is_due else Reason.ROLLED
            days.append(Day(end, counted=is_due, reason=reason, name=self.holiday(end)))
        return days

    def _may_end_deadline(self, day: date) -> bool:
        special = self.special_days.get(day)
        return self.is_working(day) and (special is None or special.may_end_deadline)

    def _fixed_holiday(self, day: date) -> str:
        return _FIXED_HOLIDAYS.get((day.month, day.day), "") if self.is_provisional(day) else ""

    def _due(self, rule: Rule, start: date, amount: int, days: Sequence[Day]) -> Due:
        on = days[-1].on if days else start
        provisional = any(self.is_provisional(day) for day in (start, on))
        return Due(on, provisional, tuple(days), rule, start, amount)


def recounted(days: Calendar, old: Due, *, pauses: Sequence[tuple[date, date]] = ()) -> Due:
    """Count a limit anew by the rule, start and length that it was counted by."""
    match old.rule:
        case Rule.WORKING_DAYS:
            return days.add_working_days(old.start, old.amount, pauses=pauses)
        case Rule.FULL_WORKING_DAYS:
            return days.day_after_full_working_days(old.start, old.amount)
        case Rule.DAYS:
            return days.add_days(old.start, old.amount)
        case Rule.MONTHS:
            return days.add_months(old.start, old.amount)
        case Rule.DAY_OF_MONTH:
            return days.day_of_month(old.start, old.amount)


def calendar_of(
    special_days: Iterable[SpecialDay],
    published_years: Iterable[int],
    deadlines: Iterable[FilingDeadline] = PUBLISHED_DEADLINES,
) -> Calendar:
    """Build the calendar from the rows of the bureau's tables."""
    days = {day.on: day for day in special_days}
    return Calendar(days, frozenset(published_years), tuple(deadlines))


@cache
def published_calendar() -> Calendar:
    """Build the calendar from the chinesecalendar package (2004 to its last year)."""
    days = published_days()
    return calendar_of(days, {day.on.year for day in days})


def published_days() -> tuple[SpecialDay, ...]:
    """List the special days that the chinesecalendar package knows, in order."""
    chinese = {english: name for name, english in HOLIDAYS.items()}
    constants = chinese_calendar.constants
    rest = [
        SpecialDay(on, is_working=False, name=chinese[name])
        for on, name in constants.holidays.items()
    ]
    worked = [
        SpecialDay(on, is_working=True, name=chinese[name])
        for on, name in constants.workdays.items()
    ]
    return tuple(sorted([*rest, *worked], key=lambda day: day.on))


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _ONE_DAY
        yield day


def _require_natural(amount: int) -> None:
    if amount < 0:
        raise ValueError(amount)
