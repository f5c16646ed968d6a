"""
Time is a value: the bureau's clock is wall time plus an offset kept in one database row.

``now`` is the only reader of business time, ``wall`` the only reader of the machine's clock
(sessions, back-off, rate limits). A transaction reads its time once, from SQL, when it opens.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BUREAU_ZONE = ZoneInfo("Asia/Shanghai")

_moment: ContextVar[datetime] = ContextVar("caseflow_moment")


class NoTransaction(RuntimeError):
    """Business time was asked for outside a transaction; a programming error."""


def now() -> datetime:
    """The bureau's time of the transaction that is open, aware, in UTC."""
    try:
        return _moment.get()
    except LookupError:
        raise NoTransaction from None


def today() -> date:
    """The bureau's date of the transaction that is open."""
    return local_date(now())


def wall() -> datetime:
    """The machine's time, aware, in UTC: for sessions, back-off and rate limits only."""
    return datetime.now(UTC)


def local_date(at: datetime) -> date:
    """
    The bureau's calendar date at an instant.

    >>> local_date(datetime(2010, 1, 24, 16, 30, tzinfo=UTC))
    datetime.date(2010, 1, 25)
    """
    return at.astimezone(BUREAU_ZONE).date()


def end_of(day: date) -> datetime:
    """
    The instant at which a limit that ends on this day runs out: 24:00 in the bureau.

    >>> end_of(date(2010, 1, 25)).isoformat()
    '2010-01-25T16:00:00+00:00'
    """
    return datetime.combine(day + timedelta(days=1), time(), BUREAU_ZONE).astimezone(UTC)


def last_day_of(limit: datetime) -> date:
    """
    The last day of a limit: it runs out at 24:00, so the day is the one just before.

    >>> last_day_of(end_of(date(2010, 1, 25)))
    datetime.date(2010, 1, 25)
    """
    return local_date(limit - timedelta(microseconds=1))


def start_of(day: date) -> datetime:
    """
    The first instant of a day in the bureau.

    >>> start_of(date(2010, 1, 25)).isoformat()
    '2010-01-24T16:00:00+00:00'
    """
    return datetime.combine(day, time(), BUREAU_ZONE).astimezone(UTC)


def set_moment(at: datetime) -> Token[datetime]:
    """Fix the time of the transaction that opens (called by ``caseflow.db`` alone)."""
    return _moment.set(at.astimezone(UTC))


def reset_moment(token: Token[datetime]) -> None:
    """Forget the time of the transaction that ended."""
    _moment.reset(token)
