"""Numbers and dates as people type them, in whatever digits their keyboard gives."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(\d{1,18}|\d{1,3}(,\d{3}){1,5})(\.\d{1,10})?")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_number(text: str) -> Decimal | None:
    """The number somebody typed; None if it is none.

    >>> read_number("1,234.5"), read_number("1,23"), read_number("1e9")
    (Decimal('1234.5'), None, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def read_date(text: str) -> date | None:
    """The date somebody typed; None if it is none.

    >>> read_date("2010年1月25日"), read_date("2010-02-30")
    (datetime.date(2010, 1, 25), None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
