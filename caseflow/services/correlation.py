"""The words by which a message and a case that waits for it know each other: one form on each side.

A case holds a value, a message brings a text: ``6.0`` and ``6``, ``True`` and ``true``, one
instant in two zones are the same word. Noughts in front belong to a number of a paper and stay.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from caseflow.clock import BUREAU_ZONE
from caseflow.feel.temporal import parse_date_time
from caseflow.feel.values import text

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*")


def word(value: object) -> str:
    """
    Give a value, or the text of one, as the word that both sides compare.

    >>> word(Decimal("6.0")), word("6"), word(True), word("True"), word("007")
    ('6', '6', 'true', 'true', '007')
    """
    match value:
        case bool():
            return str(value).lower()
        case int() | Decimal():
            return _of_text(f"{value:f}" if isinstance(value, Decimal) else str(value))
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case str():
            return _of_text(value.strip())
    return text(value)


def _of_text(written: str) -> str:
    if _NUMBER.fullmatch(written):
        short = written.rstrip("0").rstrip(".") if "." in written else written
        return "0" if short == "-0" else short
    if written.lower() in ("true", "false"):
        return written.lower()
    if _INSTANT.fullmatch(written):
        found = parse_date_time(written.replace(" ", "T", 1))
        return written if found is None else _instant(found)
    return written


def _instant(at: datetime) -> str:
    """One instant in one zone; without a zone it is the bureau's time."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=BUREAU_ZONE)
    return aware.astimezone(UTC).isoformat()
