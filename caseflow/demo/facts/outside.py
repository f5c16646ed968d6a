"""What other authorities and companies deliver: local tax, customs, power, cards and so on."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.facts.periods import Month
from caseflow.demo.facts.plants import Plants
from caseflow.demo.facts.returns import Columns, Trading
from caseflow.demo.facts.traits import Traits
from caseflow.demo.facts.world import World

Floats = NDArray[np.float64]

KWH_PER_UNIT = 12.0
MATERIAL_YIELD = 0.9
_PRICE_OF_POWER = 0.68
_MONTHLY_WAGE = 2_600
_MEDIAN_GAP, _GAP_SIGMA = 2_100_000, 1.47
_LARGEST_GAP = 6.0


def local_tax(rng: Generator, world: World, month: Month, columns: Columns) -> Columns:
    """Work out what the local tax bureau knows: turnover, wages, the base of the city tax."""
    traits = world.traits
    plants = world.plants
    revenue = columns["cit_revenue"].astype(np.float64)
    turnover = np.where(traits.groups.no_vat, revenue * rng.uniform(0.9, 1, len(revenue)), 0)
    rows, excess = plants.active("TPD-001", month)
    turnover[rows] = revenue[rows] + _gap(traits.sales[rows], excess) / 12
    payable = columns["vat_payable"].astype(np.float64)
    base = payable.copy()
    rows, excess = plants.active("TPD-006", month)
    base[rows] *= np.maximum(0.1, 0.93 - 0.25 * excess)
    return {
        "ds_bt_revenue": np.round(turnover, 2),
        "ds_iit_wages": columns["ds_iit_wages"],
        "ds_iit_staff": np.ceil(columns["ds_iit_wages"].astype(np.float64) / _MONTHLY_WAGE),
        "ds_urban_tax_base": np.round(base, 2),
    }


def customs(plants: Plants, month: Month, columns: Columns) -> Columns:
    """Work out what customs collected and let pass."""
    collected = columns["input_customs"].astype(np.float64).copy()
    rows, excess = plants.active("TIC-007", month)
    collected[rows] *= np.maximum(0.1, 0.9 - 0.25 * excess)
    return {
        "hg_import_vat": np.round(collected, 2),
        "hg_import_value": np.round(collected / 0.17, 2),
        "hg_export_fob": columns["sales_export"],
        "hg_cert_count": columns["customs_cert_count"],
    }


def production(rng: Generator, traits: Traits, sold: Trading) -> Columns:
    """Work out quantities collected on site: output follows sales, stocks stay level."""
    quantity = sold.taxable / traits.unit_price
    level = np.round(traits.sales / traits.unit_price * traits.stock, 2)
    return {
        "output_qty": np.round(quantity, 2),
        "sales_qty": np.round(quantity, 2),
        "fg_qty_beg": level,
        "fg_qty_end": level,
        "unit_price": traits.unit_price,
        "mat_qty_used": np.round(
            quantity / MATERIAL_YIELD * rng.uniform(0.97, 1.03, len(quantity)), 2
        ),
    }


def power(rng: Generator, plants: Plants, month: Month, made: Columns) -> Columns:
    """Work out the electricity of metered manufacturers from what they made."""
    quantity = made["output_qty"].astype(np.float64)
    used = quantity * KWH_PER_UNIT * rng.uniform(0.94, 1.04, len(quantity))
    rows, excess = plants.active("TPD-013", month)
    used[rows] *= 1.3 + excess
    return {"dy_kwh": np.round(used, 2), "dy_amount": np.round(used * _PRICE_OF_POWER, 2)}


def cards(world: World, month: Month, sold: Trading) -> Columns:
    """Work out the card sales of shops and restaurants, VAT included."""
    traits = world.traits
    plants = world.plants
    sales = sold.taxable + sold.simple
    amount = sales * (1 + traits.rate) * traits.card_share
    rows, excess = plants.active("TPD-016", month)
    amount[rows] = (sales[rows] * (1.05 + excess / 2) + 2_000) * (1 + traits.rate[rows])
    return {"yl_pos_amount": np.round(amount, 2), "yl_pos_count": np.ceil(amount / 260)}


def insurance(columns: Columns) -> Columns:
    """Work out the insured staff from the wages."""
    return {"bx_staff": np.ceil(columns["wages"].astype(np.float64) / _MONTHLY_WAGE)}


def exports(rng: Generator, columns: Columns) -> Columns:
    """Work out the refund claims of exporters."""
    sold = columns["sales_export"].astype(np.float64)
    return {
        "exp_fob_declared": sold,
        "exp_refund_claimed": np.round(sold * 0.09, 2),
        "exp_docs_missing": np.zeros(len(sold)),
        "exp_overdue_fob": np.zeros(len(sold)),
        "exp_fx_cost": np.round(rng.uniform(6.2, 6.9, len(sold)), 4),
        "exp_new_supplier_amount": np.round(sold * 0.05, 2),
    }


def _gap(sales: Floats, excess: Floats) -> Floats:
    """Revenue missing in a year: lognormal as the study gives it, within reason for the firm."""
    place = np.log(excess / 0.55) / 1.0
    amount = _MEDIAN_GAP * np.exp(_GAP_SIGMA * np.clip(place, -2, 2))
    most = np.maximum(sales * 12 * _LARGEST_GAP, 120_000)
    gap: Floats = np.clip(amount, 12_000, most)
    return gap
