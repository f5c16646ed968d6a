"""A month in the address, and the links to those beside it."""

from __future__ import annotations

from datetime import timedelta

from flask import request, url_for

from caseflow.reads import patrols

_FIRST, _LAST = 2000, 2999
_MONTHS = 12


def asked_month(default: int) -> int:
    """The month that the address asks for, as 201001; else the default."""
    asked = request.values.get("month", default, int)
    year, month = divmod(asked, 100)
    return asked if _FIRST <= year <= _LAST and 1 <= month <= _MONTHS else default


def months_around(month: int, endpoint: str) -> tuple[tuple[int, str], ...]:
    """The month before, this one and the next with their addresses."""
    first, after = patrols.span(month)
    before = first - timedelta(days=1)
    found = (before.year * 100 + before.month, month, after.year * 100 + after.month)
    return tuple((each, url_for(endpoint, month=each)) for each in found)
