"""Dates, times and durations as FEEL has them, on Python's own classes.

A duration of years and months has no class in Python: ``YearsMonths`` is ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of whole months, written ``P1Y6M``.

    >>> str(YearsMonths(18)), str(YearsMonths(-3)), str(YearsMonths(0))
    ('P1Y6M', '-P3M', 'P0M')
    """

    months: int

    def __str__(self) -> str:
        """Write the duration as ISO 8601 does."""
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"
