"""Built-in functions on dates, times and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from caseflow.feel import temporal
from caseflow.feel.library.register import REGISTER, built_in, whole
from caseflow.feel.scope import Function
from caseflow.feel.temporal import YearsMonths
from caseflow.feel.typesystem import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_DURATION,
)
from caseflow.feel.values import equal, kind

_MINUTE = 60
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_YMD = {"year": NUMBER, "month": NUMBER, "day": NUMBER}
_HMS = {"hour": NUMBER, "minute": NUMBER, "second": NUMBER, "offset": ANY}

# What the time is, only the caller can say: an expression never reads the machine's clock.
REGISTER["today"] = [Function("today", (), DATE, zh="今天", en="today")]
REGISTER["now"] = [Function("now", (), DATE_TIME, zh="现在", en="now")]


@built_in("date", {"from": STRING}, DATE, cost=10, words=("{0}", "{0}"))
def _date(text: str) -> date | None:
    return temporal.parse_date(text)


@built_in("date", {"from": DATE_TIME}, DATE)
def _date_of(moment: datetime) -> date:
    return moment.date()


@built_in("date", _YMD, DATE)
def _date_from(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    y, m, d = whole(year), whole(month), whole(day)
    if y is None or m is None or d is None:
        return None
    return _or_null(lambda: date(y, m, d))


@built_in("time", {"from": STRING}, TIME, cost=10, words=("{0}", "{0}"))
def _time(text: str) -> time | None:
    return temporal.parse_time(text)


@built_in("time", {"from": DATE_TIME}, TIME)
def _time_of(moment: datetime) -> time:
    return moment.timetz()


@built_in("time", _HMS, TIME, required=3)
def _time_from(
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: object = None,
) -> time | None:
    """Make a time of day; the offset from UTC may be null."""
    h, m = whole(hour), whole(minute)
    if h is None or m is None or not 0 <= second < _MINUTE:
        return None
    if not isinstance(offset, timedelta | None):
        return None
    zone = None if offset is None else _or_null(lambda: timezone(offset))
    if offset is not None and zone is None:
        return None
    s = int(second)
    micro = int((second - s) * 1_000_000)
    return _or_null(lambda: time(h, m, s, micro, UTC if offset == timedelta() else zone))


@built_in("date and time", {"from": STRING}, DATE_TIME, cost=10, words=("{0}", "{0}"))
def _date_time(text: str) -> datetime | None:
    return temporal.parse_date_time(text)


@built_in("date and time", {"date": DATE_TIME, "time": TIME}, DATE_TIME)
def _date_time_from(day: datetime, clock: time) -> datetime:
    return datetime.combine(day.date(), clock)


@built_in("duration", {"from": STRING}, ANY, cost=10, words=("{0}", "{0}"))
def _duration(text: str) -> timedelta | YearsMonths | None:
    return temporal.parse_duration(text)


@built_in("years and months duration", {"from": DATE_TIME, "to": DATE_TIME}, YEARS_DURATION)
def _months_between(start: datetime, end: datetime) -> YearsMonths:
    return temporal.months_between(start.date(), end.date())


@built_in("day of year", {"date": DATE_TIME}, NUMBER)
def _day_of_year(day: datetime) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@built_in("day of week", {"date": DATE_TIME}, STRING)
def _day_of_week(day: datetime) -> str:
    return _WEEKDAYS[day.weekday()]


@built_in("month of year", {"date": DATE_TIME}, STRING)
def _month_of_year(day: datetime) -> str:
    return _MONTHS[day.month - 1]


@built_in("week of year", {"date": DATE_TIME}, NUMBER)
def _week_of_year(day: datetime) -> Decimal:
    return Decimal(day.isocalendar().week)


@built_in("is", {"value1": ANY, "value2": ANY}, BOOLEAN)
def _is(left: object, right: object) -> bool:
    """Tell whether two values are the same in every respect, their time zone included."""
    if isinstance(left, datetime | time) and isinstance(right, datetime | time):
        return kind(left) == kind(right) and temporal.clock_text(left) == temporal.clock_text(right)
    return kind(left) == kind(right) and equal(left, right) is True


T = TypeVar("T")


def _or_null(make: Callable[[], T]) -> T | None:
    """Make a date or time; null when there is no such one."""
    try:
        return make()
    except (ValueError, OverflowError):
        return None
