"""Amounts in words 大写金额 and days, as they stand on official papers."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_UNITS = ((10**8, "亿"), (10**4, "万"))
_LIMIT = 10**16


def day_in_words(on: date) -> str:
    """
    Write a day as papers do.

    >>> day_in_words(date(2009, 12, 1))
    '2009年12月1日'
    """
    return f"{on.year}年{on.month}月{on.day}日"


def amount_in_words(amount: Decimal) -> str:
    """
    Write an amount of money in capital Chinese numerals, rounded half up to fen.

    Raises ValueError for 10^16 yuan and more.

    >>> amount_in_words(Decimal("10050.30"))
    '壹万零伍拾元叁角整'
    """
    fen = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, cents = divmod(fen, 100)
    if yuan >= _LIMIT:
        raise ValueError(amount)
    if not fen:
        return "零元整"
    sign = "负" if amount < 0 else ""
    return sign + (f"{_whole(yuan)}元" if yuan else "") + _cents(cents, after_yuan=yuan > 0)


def _whole(number: int) -> str:
    """Write a whole number by 亿 and 万; one 零 stands for any gap."""
    for size, name in _UNITS:
        if number >= size:
            high, low = divmod(number, size)
            gap = _DIGITS[0] if 0 < low < size // 10 else ""
            return _whole(high) + name + gap + (_whole(low) if low else "")
    return _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    words, gap = "", ""
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            words += gap + _DIGITS[digit] + _PLACES[place]
        gap = _DIGITS[0] if words and not digit else ""
    return words


def _cents(cents: int, *, after_yuan: bool) -> str:
    jiao, fen = divmod(cents, 10)
    if not cents:
        return "整"
    gap = _DIGITS[0] if after_yuan else ""
    words = f"{_DIGITS[jiao]}角" if jiao else gap
    return words + (f"{_DIGITS[fen]}分" if fen else "整")
