"""
Monthly filing and payment deadlines: the published table first, else the rule's proposal.

Sources: 增值税暂行条例 article 23 (15 days from 2009; 10 before), 实施细则 article 109 (holidays).
The lists that the tax offices publish differ from the rule now and then, so the table wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from caseflow.working_days import Calendar, Due

_FIFTEEN_DAYS_SINCE = 2009
_DECEMBER = 12


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


# The list of 2010 counts the whole Spring Festival block; the rule would give Saturday 20 February.
# The four dates of 2024 are those of the nationwide list, where the rule gives 21, 20, 18 and 22.
PUBLISHED = (
    FilingDeadline(2010, 2, date(2010, 2, 22), "2010 年征期安排"),
    FilingDeadline(2024, 2, date(2024, 2, 23), "2024 年征期安排"),
    FilingDeadline(2024, 5, date(2024, 5, 22), "2024 年征期安排"),
    FilingDeadline(2024, 6, date(2024, 6, 19), "2024 年征期安排"),
    FilingDeadline(2024, 10, date(2024, 10, 24), "2024 年征期安排"),
)
"""Deadlines known to differ from the rule; the bureau's table is seeded from it."""


def propose(days: Calendar, year: int, month: int) -> Due:
    """Count the deadline that falls in a month by the rule, for monthly taxes."""
    day_before = date(year, month, 1) - timedelta(days=1)
    return days.add_days(day_before, 15 if year >= _FIFTEEN_DAYS_SINCE else 10)


def table(
    days: Calendar, year: int, published: Iterable[FilingDeadline] = PUBLISHED
) -> tuple[FilingDeadline, ...]:
    """Give the twelve deadlines that fall in a year, published ones first."""
    known: Mapping[tuple[int, int], FilingDeadline] = {
        (row.year, row.month): row for row in published
    }
    return tuple(
        known.get((year, month)) or FilingDeadline(year, month, propose(days, year, month).on)
        for month in range(1, 13)
    )


def of_period(
    days: Calendar, period_end: date, published: Iterable[FilingDeadline] = PUBLISHED
) -> FilingDeadline:
    """Give the deadline of a tax month (or quarter) by its last day: it falls in the next month."""
    year, month = period_end.year, period_end.month + 1
    if period_end.month == _DECEMBER:
        year, month = period_end.year + 1, 1
    return table(days, year, published)[month - 1]


def of_annual_settlement(days: Calendar, year: int) -> Due:
    """Give the deadline of the income tax settlement of a year: five months after its end."""
    return days.add_months(date(year, 12, 31), 5)
