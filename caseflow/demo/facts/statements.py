"""Financial statements and the income tax return, by month; by year before 2008."""

import numpy as np
from numpy.typing import NDArray

from caseflow.demo.city import INDUSTRIES
from caseflow.demo.facts.periods import FIRST_YEAR, Month
from caseflow.demo.facts.returns import Columns
from caseflow.demo.facts.traits import Traits
from caseflow.demo.facts.world import World

Floats = NDArray[np.float64]

_INCOME_TAX, _SURCHARGES = 0.25, 0.10
_DEPRECIATION = 0.10 / 12
_ANNUAL_MONTHS = 12
_LEANER = 0.996


def statement(world: World, month: Month, *, revenue: Floats, vat_payable: Floats) -> Columns:
    """Work out the statements of one month from its revenue."""
    traits = world.traits
    plants = world.plants
    size = traits.sales * (1 + traits.growth) ** ((month.index - 18) / 12)
    before = traits.sales * (1 + traits.growth) ** ((month.index - 19) / 12)
    columns = _income(traits, revenue, vat_payable) | _balance(
        traits, before, size, month=month.index
    )
    unpaid = np.full(len(revenue), 1.0)
    rows, excess = plants.active("TPD-005", month)
    unpaid[rows] = np.maximum(0.1, 0.8 - 0.25 * excess)
    columns["ds_iit_wages"] = columns["wages"] * unpaid
    return _rounded(columns)


def year_before(traits: Traits, year: int) -> Columns:
    """Work out the statements of a whole year before the monthly ones begin."""
    factor = (1 + traits.growth) ** (year - FIRST_YEAR - 1)
    revenue = traits.sales * _ANNUAL_MONTHS * factor
    columns = _income(traits, revenue, revenue * traits.burden * traits.groups.general)
    before = traits.sales * factor / (1 + traits.growth)
    month = (year - FIRST_YEAR) * _ANNUAL_MONTHS + _ANNUAL_MONTHS - 1
    columns |= _balance(traits, before, traits.sales * factor, month=month)
    columns["depreciation"] = columns["depreciation"] * _ANNUAL_MONTHS
    return _rounded(columns)


def income_tax(
    traits: Traits, industry: NDArray[np.int64], columns: Columns, revenue: Floats
) -> Columns:
    """Work out the income tax return: by the books, or by a deemed rate of revenue."""
    floor = np.array([row.income_floor for row in INDUSTRIES])[industry]
    profit = columns["profit_total"].astype(np.float64)
    by_books = traits.groups.books
    taxable = np.where(by_books, np.maximum(profit, 0) * 1.02, revenue * floor)
    entertainment = columns["entertain_exp"].astype(np.float64)
    disallowed = entertainment - np.minimum(0.6 * entertainment, 0.005 * revenue)
    return _rounded(
        {
            "cit_revenue": revenue,
            "taxable_income": taxable,
            "cit_payable": taxable * _INCOME_TAX,
            "cit_adj_up": np.where(by_books, np.ceil(disallowed * 100) / 100, 0),
            "cit_loss_offset": np.zeros(len(revenue)),
            "cit_loss_available": np.zeros(len(revenue)),
        }
    )


def _income(traits: Traits, revenue: Floats, vat_payable: Floats) -> dict[str, Floats]:
    cost = revenue * traits.cost
    surcharge = vat_payable * _SURCHARGES
    selling, administration = revenue * traits.selling, revenue * traits.administration
    finance = revenue * traits.finance
    main = revenue - cost - surcharge
    total = main - selling - administration - finance
    wages = revenue * traits.wages
    return {
        "rev_main": revenue,
        "rev_other": np.zeros(len(revenue)),
        "rev_nonop": revenue * 0.001,
        "exp_nonop": revenue * 0.001,
        "cost_main": cost,
        "exp_selling": selling,
        "exp_admin": administration,
        "exp_fin": finance,
        "tax_surcharge_exp": surcharge,
        "profit_main": main,
        "profit_other": np.zeros(len(revenue)),
        "profit_total": total,
        "profit_net": total * (1 - _INCOME_TAX),
        "wages": wages,
        "welfare_exp": wages * 0.08,
        "staff_edu_exp": wages * 0.015,
        "union_exp": wages * 0.015,
        "entertain_exp": revenue * 0.004,
        "advert_exp": revenue * 0.01,
        "interest_exp": finance * 0.8,
        "freight_exp": revenue * traits.freight,
        "raw_input": np.where(traits.groups.maker, cost * 0.7, 0),
        "fg_cost": np.where(traits.groups.maker, cost, 0),
    }


def _balance(traits: Traits, before: Floats, size: Floats, *, month: int) -> dict[str, Floats]:
    stock = traits.cost * traits.stock
    lean = _LEANER**month  # assets turn over a little faster every month
    columns: dict[str, Floats] = {}
    for end, sales in (("beg", before), ("end", size)):
        assets = sales * 9 * lean
        columns[f"assets_{end}"] = assets
        columns[f"liab_{end}"] = assets * (0.35 + traits.wages * 2)
        columns[f"equity_{end}"] = assets * (0.65 - traits.wages * 2)
        columns[f"inventory_{end}"] = sales * stock
        columns[f"ar_{end}"] = sales * traits.stock * 0.8
        columns[f"ap_{end}"] = sales * traits.stock * 0.7
        columns[f"advance_{end}"] = sales * 0.02
        columns[f"other_pay_{end}"] = sales * 0.15
        columns[f"fixed_cost_{end}"] = sales * 4
    columns["other_recv_end"] = size * 0.3
    columns["cash_end"] = size * 0.8
    columns["depreciation"] = size * 4 * _DEPRECIATION
    return columns


def _rounded(columns: dict[str, Floats]) -> Columns:
    return {name: np.round(column, 2) for name, column in columns.items()}
