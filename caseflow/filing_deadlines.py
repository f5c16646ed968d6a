"""
Monthly filing and payment deadlines: the published table first, else the rule's proposal.

Sources: 增值税暂行条例 article 23 (15 days from 2009; 10 before), 实施细则 article 109 (holidays).
The lists that the tax offices publish differ from the rule now and then, so the table wins.
"""

from datetime import date, timedelta

from caseflow.working_days import Calendar, Due, FilingDeadline

_FIFTEEN_DAYS_SINCE = 2009
_DECEMBER = 12


def propose(days: Calendar, year: int, month: int) -> Due:
    """Count the deadline that falls in a month by the rule, for monthly taxes."""
    day_before = date(year, month, 1) - timedelta(days=1)
    return days.add_days(day_before, 15 if year >= _FIFTEEN_DAYS_SINCE else 10)


def table(days: Calendar, year: int) -> tuple[FilingDeadline, ...]:
    """Give the twelve deadlines that fall in a year, published ones first."""
    return tuple(_falling_in(days, year, month) for month in range(1, 13))


def of_period(days: Calendar, period_end: date) -> FilingDeadline:
    """Give the deadline of a tax month (or quarter) by its last day: it falls in the next month."""
    year, month = period_end.year, period_end.month + 1
    if period_end.month == _DECEMBER:
        year, month = period_end.year + 1, 1
    return _falling_in(days, year, month)


def of_annual_settlement(days: Calendar, year: int) -> Due:
    """Give the deadline of the income tax settlement of a year: five months after its end."""
    return days.add_months(date(year, 12, 31), 5)


def _falling_in(days: Calendar, year: int, month: int) -> FilingDeadline:
    """Give the deadline that falls in a month: the published one, else what the rule counts."""
    for row in days.deadlines:
        if (row.year, row.month) == (year, month):
            return row
    return FilingDeadline(year, month, propose(days, year, month).on)
