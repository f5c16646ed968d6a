"""
Identity numbers and their check characters: unified code, organisation code, identity card.

Sources: GB 32100-2015, GB 11714, GB 11643-1999; for the forms of a taxpayer's number 纳税人识别号
国税函[2006]820号 and 公告2015年第66号. Numbers are capital letters and digits without blanks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

UNIFIED_SINCE = date(2015, 10, 1)
"""Unified social credit codes exist from this day."""

LENGTHS = (15, 17, 18, 20)
"""The lengths of a taxpayer's number, a temporary taxpayer's apart."""

_UNIFIED_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNIFIED_WEIGHTS = tuple(3**place % 31 for place in range(17))
_UNIFIED = re.compile(rf"[{_UNIFIED_SIGNS}]{{2}}\d{{6}}[{_UNIFIED_SIGNS}]{{10}}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_CHECKS = "10X98765432"


class Kind(StrEnum):
    """Whose number it can be."""

    UNIFIED = "unified_code"
    ORGANISATION = "organisation_code"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual_household"
    PERSON = "identity_card"
    TEMPORARY = "temporary"


def unified_check(body: str) -> str:
    """
    The check character of a unified code for its first 17 characters.

    >>> unified_check("91350100M000100Y4"), unified_check("91210202736401253")
    ('3', 'J')
    """
    values = [_UNIFIED_SIGNS.index(sign) for sign in body]
    return _UNIFIED_SIGNS[-_weighed(values, _UNIFIED_WEIGHTS) % 31]


def organisation_check(body: str) -> str:
    """
    The check character of an organisation code for its first eight characters.

    >>> [organisation_check(body) for body in ("73640125", "24238881", "M000100Y")]
    ['3', '0', '4']
    """
    values = [int(sign, 36) for sign in body]
    return "0123456789X0"[11 - _weighed(values, _ORGANISATION_WEIGHTS) % 11]


def person_check(body: str) -> str:
    """
    The check character of an identity card number for its first 17 digits.

    >>> [person_check(body) for body in ("21020219780305123", "11010519491231002")]
    ['7', 'X']
    """
    return _PERSON_CHECKS[_weighed([int(sign) for sign in body], _PERSON_WEIGHTS) % 11]


def lengthened(old: str) -> str:
    """
    An old identity number of 15 digits as one of 18.

    >>> lengthened("210202780305123")
    '210202197803051237'
    """
    body = f"{old[:6]}19{old[6:]}"
    return body + person_check(body)


def is_unified(number: str) -> bool:
    """Whether it is a unified social credit code, its organisation code included."""
    if _UNIFIED.fullmatch(number) is None:
        return False
    return unified_check(number[:17]) == number[17] and is_organisation(number[8:17])


def is_organisation(number: str) -> bool:
    """Whether it is an organisation code of nine characters, without its hyphen."""
    if _ORGANISATION.fullmatch(number) is None:
        return False
    return organisation_check(number[:8]) == number[8]


def is_person(number: str) -> bool:
    """Whether it is an identity card number of 15 or 18 signs with a day of birth that exists."""
    if re.fullmatch(r"[0-9]{15}", number):
        return _is_day(f"19{number[6:12]}")
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) is None or not _is_day(number[6:14]):
        return False
    return person_check(number[:17]) == number[17]


def is_enterprise(number: str) -> bool:
    """Whether it is a number of 15 characters: a region and an organisation code."""
    return re.fullmatch(r"[1-9][0-9]{5}[0-9A-Z]{9}", number) is not None and is_organisation(
        number[6:]
    )


def kinds_of(number: str) -> tuple[Kind, ...]:
    """Whose taxpayer number it can be; of several the registered kind decides, none: invalid."""
    found: list[Kind] = []
    if is_unified(number):
        found.append(Kind.UNIFIED)
    if is_enterprise(number):
        found.append(Kind.ENTERPRISE)
    if _is_household(number):
        found.append(Kind.INDIVIDUAL)
    rest = number.removeprefix("L")
    if rest != number and (is_organisation(rest) or is_person(rest)):
        found.append(Kind.TEMPORARY)
    return tuple(found)


def _is_household(number: str) -> bool:
    """An identity number, or one with a sequence of two digits behind it."""
    if len(number) in (17, 20) and number[-2:].isascii() and number[-2:].isdecimal():
        return is_person(number[:-2])
    return is_person(number)


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _weighed(values: Sequence[int], weights: Sequence[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))
