"""
Value-added tax 增值税 recomputed period by period, with the credit carried forward.

Sources: 增值税暂行条例 articles 2, 12, 17. Amounts in yuan; one line a period is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.amounts import rounded

GENERAL_RATE = Decimal("0.17")
"""The rate of most goods in 2009; 13 % for the others."""

GENERAL_RATES = (GENERAL_RATE, Decimal("0.13"))

THRESHOLD_UNTIL_OCTOBER_2011 = Decimal(5000)
"""Monthly sales of goods below which an individual pays nothing, as assumed for Dalian."""

THRESHOLD_OPEN_SINCE = date(2011, 11, 1)
"""Since then it lies between 5,000 and 20,000 yuan and has to be asked for."""

_SMALL_RATE_SINCE = date(2009, 1, 1)
_SMALL_RATE = Decimal("0.03")
_SMALL_RATES_BEFORE = {"industry": Decimal("0.06"), "commerce": Decimal("0.04")}
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Period:
    """
    A tax month of a general taxpayer 一般纳税人: as declared, and what a case found in it.

    ``found_output`` is the tax on sales not declared; ``false_input`` the input tax that may not be
    credited.
    """

    end: date
    output: Decimal
    input: Decimal
    transfer_out: Decimal = _NOTHING
    credit_in: Decimal = _NOTHING
    found_output: Decimal = _NOTHING
    false_input: Decimal = _NOTHING

    def declared(self) -> Decimal:
        """Output less what may be credited, as declared; negative: a credit."""
        return self.output - (self.input - self.transfer_out + self.credit_in)

    def recomputed(self, credit_in: Decimal) -> Decimal:
        """The same with what was found and the credit that was truly there."""
        transfer_out = self.transfer_out + self.false_input
        return self.output + self.found_output - (self.input - transfer_out + credit_in)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A period before and after: what was payable, what credit went on to the next."""

    period: Period
    credit_in: Decimal
    before: Decimal
    after: Decimal

    @property
    def payable_before(self) -> Decimal:
        """The tax as declared."""
        return max(_NOTHING, self.before)

    @property
    def payable_after(self) -> Decimal:
        """The tax as recomputed."""
        return max(_NOTHING, self.after)

    @property
    def credit_before(self) -> Decimal:
        """The credit carried out as declared."""
        return max(_NOTHING, -self.before)

    @property
    def credit_after(self) -> Decimal:
        """The credit carried out as recomputed."""
        return max(_NOTHING, -self.after)

    @property
    def difference(self) -> Decimal:
        """Recomputed less declared tax, signed."""
        return self.payable_after - self.payable_before


def recomputed(periods: Sequence[Period]) -> tuple[Recomputed, ...]:
    """Recompute periods that follow each other; each begins with the credit of the one before."""
    found: list[Recomputed] = []
    for period in periods:
        credit_in = found[-1].credit_after if found else period.credit_in
        found.append(Recomputed(period, credit_in, period.declared(), period.recomputed(credit_in)))
    return tuple(found)


def tax_within(amount: Decimal, rate: Decimal) -> Decimal:
    """
    The tax contained in an amount that includes it.

    >>> tax_within(Decimal(585000), Decimal("0.17")), tax_within(Decimal(51500), Decimal("0.03"))
    (Decimal('85000.00'), Decimal('1500.00'))
    """
    return rounded(amount / (1 + rate) * rate)


def small_scale_rate(on: date, trade: str) -> Decimal:
    """The rate of a small-scale taxpayer 小规模纳税人 on a day, by ``industry`` or ``commerce``."""
    return _SMALL_RATE if on >= _SMALL_RATE_SINCE else _SMALL_RATES_BEFORE[trade]
