"""Validators that a form may name (``properties.validator``): what JSON cannot say.

Each is a small callable over the answer; it gives None or the error. Empty answers never reach
one: whether an answer is needed is for ``validate.required``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from caseflow.engine.forms.errors import FieldError

Validator = Callable[[object], FieldError | None]

_PHONE = re.compile(r"(\+?86[- ]?)?(0?\d{2,3}[- ]?)?\d{7,8}(-\d{1,6})?|(\+?86[- ]?)?1\d{10}")
_TAX_PERIOD = re.compile(r"(\d{4})-(0[1-9]|1[0-2]|Q[1-4]|Y)")
_TYPED_PERIOD = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")
_YEARS = range(1994, 2100)
_FEWEST_MEMBERS = 3


def phone(value: object) -> FieldError | None:
    """A telephone number of the mainland, fixed (with or without area code) or mobile."""
    return None if _PHONE.fullmatch(str(value)) else FieldError("not_a_phone")


def tax_period(value: object) -> FieldError | None:
    """A tax period: a month 2009-12, a quarter 2009-Q4 or a year 2009-Y, since 1994."""
    match = _TAX_PERIOD.fullmatch(str(value))
    return None if match and int(match.group(1)) in _YEARS else FieldError("not_a_tax_period")


def plain_tax_period(typed: str) -> str:
    """A month typed in another way as 2009-12; what is no month stays as typed.

    >>> plain_tax_period("200912"), plain_tax_period("2009年8月"), plain_tax_period("2009-Q4")
    ('2009-12', '2009-08', '2009-Q4')
    """
    match = _TYPED_PERIOD.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    return f"{match[1]}-{int(match[2]):02d}" if match else typed


def odd_from_three(value: object) -> FieldError | None:
    """An odd number of people, three or more, so that a vote decides."""
    count = len(value) if isinstance(value, list | tuple) else 0
    if count >= _FEWEST_MEMBERS and count % 2 == 1:
        return None
    return FieldError("not_odd_from_three", {"found": count})


def amount(value: object) -> FieldError | None:
    """An amount of money, not negative."""
    if isinstance(value, Decimal) and value < 0:
        return FieldError("too_small", {"limit": 0})
    return None


def taxpayer_number(value: object) -> FieldError | None:
    """A taxpayer identification number of that time: 15, 17, 18 or 20 characters."""
    return None if _TAXPAYER.fullmatch(str(value)) else FieldError("not_a_taxpayer_number")


def case_number(_value: object) -> FieldError | None:
    """The number of a case; whether there is such a case is for whoever looks it up."""
    return None


def plain_case_number(typed: str) -> str:
    """The number of a case in capitals and narrow signs, without blanks and hyphens.

    >>> plain_case_number(" ０１wv 2010-000012 ")
    '01WV2010000012'
    """
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()


_TAXPAYER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{17}|[0-9A-Z]{18}|[0-9A-Z]{20}")

# What a validator's field keeps of the ways in which the same answer is typed.
PLAIN: Mapping[str, Callable[[str], str]] = {
    "case_number": plain_case_number,
    "tax_period": plain_tax_period,
}

VALIDATORS: Mapping[str, Validator] = {
    validator.__name__: validator
    for validator in (amount, case_number, odd_from_three, phone, tax_period, taxpayer_number)
}
