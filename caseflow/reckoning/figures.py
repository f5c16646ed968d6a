"""How a calculation sheet writes amounts and shares."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal) -> str:
    """
    Write an amount in yuan with its thousands.

    >>> money(Decimal("-1234.5"))
    '-1,234.50'
    """
    return f"{amount:,.2f}"


def plain(amount: Decimal) -> str:
    """
    Write an amount in yuan as the value of an answer: two decimals, no thousands.

    >>> plain(Decimal("-1234.5")), plain(Decimal("-0.00"))
    ('-1234.50', '0.00')
    """
    return f"{amount + 0:.2f}"


def percent(share: Decimal) -> str:
    """
    Write a share of one as a percentage.

    >>> percent(Decimal("0.25")), percent(Decimal("0.0005"))
    ('25%', '0.05%')
    """
    text = f"{share * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"
