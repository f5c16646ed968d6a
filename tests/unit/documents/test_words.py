"""Amounts in words."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.documents import amount_in_words

_DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.004", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("85000", "捌万伍仟元整"),
        ("100005", "壹拾万零伍元整"),
        ("1680000.32", "壹佰陆拾捌万元叁角贰分"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("9999.995", "壹万元整"),
        ("-12.30", "负壹拾贰元叁角整"),
        ("-0.004", "零元整"),
    ],
)
def test_amounts_as_a_bank_would_write_them(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


@given(st.integers(0, 10**16 - 1))
def test_words_read_back_to_the_amount(fen: int) -> None:
    assert _read(amount_in_words(Decimal(fen) / 100)) == fen


@given(st.integers(1, 10**16 - 1))
def test_no_two_zeros_in_a_row_and_none_before_a_unit(fen: int) -> None:
    words = amount_in_words(Decimal(fen) / 100)
    assert "零零" not in words
    assert not any(f"零{unit}" in words for unit in "拾佰仟万亿元角分整")


def test_more_than_can_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="10000000000000000"):
        amount_in_words(Decimal(10**16))


def _read(words: str) -> int:
    whole, _, rest = words.partition("元") if "元" in words else ("", "", words)
    cents = 0
    for digit, unit in pairwise(rest):
        cents += _DIGITS.get(digit, 0) * {"角": 10, "分": 1}.get(unit, 0)
    return _whole(whole) * 100 + cents


def _whole(words: str) -> int:
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if unit in words:
            high, _, low = words.rpartition(unit)
            return _whole(high) * size + _whole(low)
    total, digit = 0, 0
    for word in words:
        if word in _UNITS:
            total += digit * _UNITS[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit
