"""
Enterprise income tax 企业所得税: the tax of a year's income, losses carried forward, findings.

Sources: 企业所得税法 articles 5, 18 (losses: five years), 实施条例 article 92 (小型微利);
国家税务总局公告2010年第20号 (found income may absorb losses of earlier years). Incomes in yuan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from caseflow.amounts import rounded

_NOTHING = Decimal("0.00")

STANDARD_RATE = Decimal("0.25")
SMALL_RATE = Decimal("0.20")
SMALL_LIMIT = Decimal(300_000)
"""Income of a year up to which an enterprise small in staff and assets is taxed at 20 %."""

LOSS_YEARS = 5
"""A loss may be set off in so many years after its own."""

FOUND_INCOME_ABSORBS_LOSSES_SINCE = date(2010, 12, 1)


@dataclass(frozen=True, slots=True)
class Tariff:
    """The rate of a year; ``is_small``: small in staff and assets, so that income decides.

    ``relief`` 减免税额 and ``credit`` 抵免税额 are what the year's tax is less by, in yuan.
    """

    rate: Decimal = STANDARD_RATE
    is_small: bool = False
    relief: Decimal = _NOTHING
    credit: Decimal = _NOTHING

    def rate_of(self, income: Decimal) -> Decimal:
        """The rate on the whole of an income."""
        return SMALL_RATE if self.is_small and income <= SMALL_LIMIT else self.rate

    def tax(self, income: Decimal) -> Decimal:
        """The tax on the whole of an income less relief and credit, in yuan; never below 0."""
        return max(_NOTHING, rounded(income * self.rate_of(income) - self.relief - self.credit))


@dataclass(frozen=True, slots=True)
class Year:
    """A year as declared before loss offset (negative for a loss), and what a case found in it."""

    year: int
    declared: Decimal
    adjustment: Decimal = _NOTHING
    tariff: Tariff = Tariff()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One year before and after the finding; ``carried``: losses of earlier years still valid."""

    year: Year
    carried_before: Decimal
    carried_after: Decimal
    usable_after: Decimal
    income_before: Decimal
    income_after: Decimal

    @property
    def tax_before(self) -> Decimal:
        """The tax on the income as declared."""
        return self.year.tariff.tax(self.income_before)

    @property
    def tax_after(self) -> Decimal:
        """The tax on the income as found."""
        return self.year.tariff.tax(self.income_after)

    @property
    def difference(self) -> Decimal:
        """The difference of the taxes, signed."""
        return self.tax_after - self.tax_before

    @property
    def loss_offset(self) -> Decimal:
        """The part of the adjustment that losses absorbed; negative where one is taken back."""
        return self.year.adjustment - (self.income_after - self.income_before)

    @property
    def loss_before(self) -> Decimal:
        """The loss of the year as declared."""
        return max(_NOTHING, -self.year.declared)

    @property
    def loss_after(self) -> Decimal:
        """The loss of the year that the finding leaves."""
        return max(_NOTHING, -self.year.declared - self.year.adjustment)


def outcome(
    year: Year, carried_before: Decimal, carried_after: Decimal, *, absorbs: bool
) -> Outcome:
    """
    Reckon one year.

    Where found income may not absorb losses of earlier years, no more of them can be used than the
    declared income used. The loss of the same year is absorbed either way.
    """
    usable = carried_after if absorbs else min(carried_after, max(_NOTHING, year.declared))
    return Outcome(
        year=year,
        carried_before=carried_before,
        carried_after=carried_after,
        usable_after=usable,
        income_before=max(_NOTHING, year.declared - carried_before),
        income_after=max(_NOTHING, year.declared + year.adjustment - usable),
    )


def outcomes(
    years: Sequence[Year], losses: Mapping[int, Decimal], *, absorbs: bool
) -> tuple[Outcome, ...]:
    """
    Reckon years that follow each other, with the losses before them by the year they arose in.

    The loss that a finding takes away is no longer there for the later years that used it.
    """
    before, after = dict(losses), dict(losses)
    found = []
    for year in years:
        each = outcome(year, _valid(before, year.year), _valid(after, year.year), absorbs=absorbs)
        found.append(each)
        _use(before, year.year, min(each.carried_before, max(_NOTHING, year.declared)))
        _use(
            after,
            year.year,
            min(each.usable_after, max(_NOTHING, year.declared + year.adjustment)),
        )
        before[year.year], after[year.year] = each.loss_before, each.loss_after
    return tuple(found)


def assessed_tax(found: Iterable[Outcome]) -> Decimal:
    """The assessed tax of a case: what its years come to, or 0."""
    return max(_NOTHING, sum((each.difference for each in found), _NOTHING))


def _valid(losses: Mapping[int, Decimal], year: int) -> Decimal:
    still = (left for arose, left in losses.items() if year - LOSS_YEARS <= arose < year)
    return sum(still, _NOTHING)


def _use(losses: dict[int, Decimal], year: int, amount: Decimal) -> None:
    """Take the oldest losses that are still valid first."""
    for arose in sorted(losses):
        if year - LOSS_YEARS <= arose < year:
            used = min(losses[arose], amount)
            losses[arose] -= used
            amount -= used
