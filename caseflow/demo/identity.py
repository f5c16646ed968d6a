"""Synthetic identity numbers with valid check characters (domain rules: GB 11714, GB 11643)."""

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.str_]
Ints = NDArray[np.int64]

_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECKS = np.array(list("0123456789X0"))
_PERSON_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_PERSON_CHECKS = np.array(list("10X98765432"))
_ENTERPRISE_LENGTH = 15


def organisation_codes(bodies: Ints) -> Texts:
    """
    Nine-character organisation codes (GB 11714) for bodies of eight digits.

    >>> organisation_codes(np.array([73640125, 24238881])).tolist()
    ['736401253', '242388810']
    """
    digits = _digits(bodies, 8)
    check = 11 - digits @ _ORGANISATION_WEIGHTS % 11
    return np.strings.add(_text(bodies, 8), _ORGANISATION_CHECKS[check])


def person_numbers(regions: Ints, births: Ints, sequences: Ints) -> Texts:
    """
    Eighteen-character identity numbers (GB 11643) from region, yyyymmdd and a three-digit order.

    >>> person_numbers(np.array([210202]), np.array([19780305]), np.array([123])).tolist()
    ['210202197803051237']
    """
    bodies = (regions * 10**8 + births) * 1000 + sequences
    check = _digits(bodies, 17) @ _PERSON_WEIGHTS % 11
    return np.strings.add(_text(bodies, 17), _PERSON_CHECKS[check])


def enterprise_numbers(regions: Ints, bodies: Ints) -> Texts:
    """
    Fifteen-character taxpayer numbers of enterprises: region and organisation code.

    >>> enterprise_numbers(np.array([210202]), np.array([73640125])).tolist()
    ['210202736401253']
    """
    return np.strings.add(_text(regions, 6), organisation_codes(bodies))


def is_valid(number: str) -> bool:
    """
    Whether a taxpayer number of the demonstration carries the right check characters.

    >>> is_valid("210202736401253"), is_valid("210202736401254")
    (True, False)
    """
    if len(number) == _ENTERPRISE_LENGTH:
        body = np.array([int(number[6:14])])
        return bool(organisation_codes(body)[0] == number[6:])
    region, birth, order = int(number[:6]), int(number[6:14]), int(number[14:17])
    expected = person_numbers(np.array([region]), np.array([birth]), np.array([order]))[0]
    return len(number) in (18, 20) and bool(expected == number[:18])


def _digits(values: Ints, width: int) -> Ints:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return values[:, None] // powers % 10


def _text(values: Ints, width: int) -> Texts:
    return np.strings.zfill(values.astype(f"<U{width}"), width)
