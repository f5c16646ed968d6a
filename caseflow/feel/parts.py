"""The parts of values that a path may name: entries of contexts, parts of dates and durations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from caseflow.feel.temporal import YearsMonths, offset
from caseflow.feel.values import Interval


def part_of(value: object, name: str) -> object:
    """Find a part of a value, of each value of a list; null when it has no such part.

    >>> part_of(date(2009, 12, 31), "month")
    Decimal('12')
    """
    match value:
        case list():
            return [part_of(each, name) for each in value]
        case dict():
            return value.get(name)
        case datetime():
            return _of_moment(value, name)
        case date():
            return _of_date(value, name)
        case time():
            return _of_time(value, name)
        case timedelta():
            return _of_days(value, name)
        case YearsMonths():
            return _of_months(value, name)
        case Interval():
            return _of_range(value, name)
    return None


def _of_moment(value: datetime, name: str) -> object:
    if name in ("date", "time"):
        return value.date() if name == "date" else value.timetz()
    return _of_date(value, name) if name in _DATE else _of_time(value, name)


_DATE = ("year", "month", "day", "weekday")


def _of_date(value: date, name: str) -> object:
    numbers = zip(_DATE, (value.year, value.month, value.day, value.isoweekday()), strict=True)
    found = dict(numbers).get(name)
    return None if found is None else Decimal(found)


def _of_time(value: time | datetime, name: str) -> object:
    if name == "time offset":
        return offset(value)
    if name == "timezone":
        return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    if name == "second":
        return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000
    found = {"hour": value.hour, "minute": value.minute}.get(name)
    return None if found is None else Decimal(found)


def _of_days(value: timedelta, name: str) -> object:
    rest = abs(value)
    hours, seconds = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    exact = Decimal(seconds) + Decimal(rest.microseconds) / 1_000_000
    parts = {
        "days": Decimal(rest.days),
        "hours": Decimal(hours),
        "minutes": Decimal(minutes),
        "seconds": exact,
    }
    found = parts.get(name)
    return -found if found and value < timedelta() else found


def _of_months(value: YearsMonths, name: str) -> object:
    years, months = divmod(abs(value.months), 12)
    found = {"years": years, "months": months}.get(name)
    if found is None:
        return None
    return Decimal(-found if value.months < 0 else found)


def _of_range(value: Interval, name: str) -> object:
    parts = {
        "start": value.low,
        "end": value.high,
        "start included": value.low_closed,
        "end included": value.high_closed,
    }
    return parts.get(name)
