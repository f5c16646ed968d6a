"""Dates, times and durations as FEEL writes them, on Python's own classes.

A duration of years and months has no class in Python: ``YearsMonths`` is ours. Years are those of
Python (1 to 9999); what lies outside is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_MOST_MONTHS = 13 * 10**9


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of whole months, written ``P1Y6M``.

    >>> str(YearsMonths(18)), str(YearsMonths(-3)), str(YearsMonths(0))
    ('P1Y6M', '-P3M', 'P0M')
    """

    months: int

    def __post_init__(self) -> None:
        """Refuse what no calendar can hold, so that reckoning stays cheap."""
        if abs(self.months) > _MOST_MONTHS:
            raise OverflowError

    def __str__(self) -> str:
        """Write the duration as ISO 8601 does."""
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"


Duration = timedelta | YearsMonths

_WIDEST = timedelta(hours=18)
_LAST_MINUTE = 59
_DATE = re.compile(r"(?a:(\d{4})-(\d\d)-(\d\d))")
_TIME = re.compile(
    r"(?a:(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]+)?)",
)
_MONTHS = re.compile(r"(?a:(-)?P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?)")
_DAYS = re.compile(
    r"(?a:(-)?P(?:(\d{1,9})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,14})(\.\d*)?S)?)?)",
)


def parse_date(text: str) -> date | None:
    """Read ``2009-12-31``; None when there is no such day."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Read ``08:30:00``, with ``Z``, an offset or ``@Asia/Shanghai`` if the zone is known."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    micro = int((match[4] or "")[:6].ljust(6, "0"))
    zone = _zone(match[5] or "")
    if zone is None and match[5]:
        return None
    try:
        return time(int(match[1]), int(match[2]), int(match[3]), micro, zone)
    except ValueError:
        return None


def parse_date_time(text: str) -> datetime | None:
    """Read ``2009-12-31T08:30:00`` with or without a zone; a mere date is its midnight."""
    day, separator, rest = text.partition("T")
    found = parse_date(day)
    clock = parse_time(rest) if separator else time()
    if found is None or clock is None:
        return None
    return datetime.combine(found, clock)


def parse_duration(text: str) -> Duration | None:
    """Read ``P1Y6M`` as years and months, ``P5DT12H`` as days and time.

    >>> parse_duration("P1Y6M"), parse_duration("-PT90M")
    (YearsMonths(months=18), datetime.timedelta(days=-1, seconds=81000))
    """
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        return None
    try:
        span = timedelta(
            days=int(match[2] or 0),
            hours=int(match[3] or 0),
            minutes=int(match[4] or 0),
            seconds=int(match[5] or 0),
            microseconds=int((match[6] or ".")[1:7].ljust(6, "0")),
        )
    except OverflowError:
        return None
    return -span if match[1] else span


def parse_literal(text: str) -> date | time | Duration | None:
    """Read what stands after ``@``: a date, time, date and time or duration."""
    if "T" in text and text[0].isdigit():
        return parse_date_time(text)
    return parse_date(text) or parse_time(text) or parse_duration(text)


def duration_text(span: timedelta) -> str:
    """Write a duration of days and time as ISO 8601 does.

    >>> duration_text(timedelta(days=5, hours=12)), duration_text(timedelta())
    ('P5DT12H', 'PT0S')
    """
    rest = abs(span)
    hours, seconds = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{rest.microseconds:06}".rstrip("0") if rest.microseconds else ""
    days = f"{rest.days}D" if rest.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction or not (days or clock):
        clock += f"{seconds}{fraction}S"
    return f"{'-' if span < timedelta() else ''}P{days}{'T' + clock if clock else ''}"


def clock_text(moment: time | datetime) -> str:
    """Write a time or a date and time with its zone as FEEL does."""
    plain = moment.replace(tzinfo=None).isoformat()
    offset_text = moment.isoformat()[len(plain) :]
    text = plain.rstrip("0") if "." in plain else plain
    if isinstance(moment.tzinfo, ZoneInfo):
        return f"{text}@{moment.tzinfo.key}"
    return text + ("Z" if moment.tzinfo is UTC else offset_text)


def add_months(day: date, months: int) -> date:
    """Move a date by months; the 31st becomes the last day of a shorter month.

    >>> add_months(date(2009, 1, 31), 1)
    datetime.date(2009, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1] if MINYEAR <= year <= MAXYEAR else 31
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(start: date, end: date) -> YearsMonths:
    """Count the whole months from one date to the other, negative when it lies before.

    >>> months_between(date(2009, 1, 31), date(2009, 12, 30))
    YearsMonths(months=10)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


def add_to_time(clock: time, span: timedelta) -> time:
    """Move a time of day, around midnight if need be; its zone stays."""
    moved = datetime.combine(date(2000, 1, 3), clock) + timedelta(seconds=span.seconds)
    return (moved + timedelta(microseconds=span.microseconds)).timetz()


def offset(moment: time | datetime) -> timedelta | None:
    """Tell how far the zone is from UTC; a time in a named zone is taken as of 1 January 2000."""
    if isinstance(moment, time) and isinstance(moment.tzinfo, ZoneInfo):
        return datetime.combine(date(2000, 1, 1), moment).utcoffset()
    return moment.utcoffset()


def _zone(text: str) -> tzinfo | None:
    if text in ("", "Z"):
        return UTC if text else None
    try:
        if text.startswith("@"):
            return UTC if text == "@Z" else ZoneInfo(text[1:])
        hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
        if minutes > _LAST_MINUTE or span > _WIDEST:
            return None
        return timezone(-span if text[0] == "-" else span)
    except (KeyError, ValueError, OSError):
        return None
