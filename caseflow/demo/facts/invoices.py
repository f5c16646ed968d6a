"""Invoices: anti-forgery control, ordinary invoices, cross-audit of vouchers."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.facts.periods import Month
from caseflow.demo.facts.plants import Plants
from caseflow.demo.facts.returns import Columns, Trading
from caseflow.demo.facts.world import World

Floats = NDArray[np.float64]

_ORDINARY, _RED = 0.75, 0.012
_COPY_AMOUNT, _FREIGHT_COPY = 20_000, 4_000


def special(rng: Generator, world: World, month: Month, sold: Trading) -> Columns:
    """Work out the special invoices of general taxpayers in a month."""
    traits = world.traits
    plants = world.plants
    issued = np.round(sold.taxable * traits.special, 2)
    used = np.ceil(issued / traits.invoice_average)
    void = np.floor(0.05 * used)
    red = np.round(issued * _RED, 2)
    full = np.floor(used * rng.uniform(0, 0.5, len(used)))
    extra = (rng.random(len(used)) < 0.05).astype(float) * (used > 0)
    rows, excess = plants.active("INV-004", month)
    void[rows] = np.ceil(used[rows] * np.minimum(0.26 + 0.25 * excess, 3)) * (used[rows] > 0)
    rows, excess = plants.active("INV-005", month)
    red[rows] = np.round(issued[rows] * np.minimum(0.1 * (1 + excess), 0.9), 2)
    rows, excess = plants.active("INV-006", month)
    full[rows] = np.ceil(used[rows] * np.minimum(0.72 + 0.1 * excess, 1))
    rows, excess = plants.active("INV-007", month)
    extra[rows] = np.ceil(3 * (1 + excess))
    bought = np.ceil((used + void) * rng.uniform(0.9, 1.2, len(used)))
    _buy_without_sales(plants, month, sold, bought)
    shares = _shares(rng, world, month)
    return {
        "fw_issued_amount": issued,
        "fw_issued_tax": np.round(issued * traits.rate, 2),
        "fw_cert_fail_count": _counts(plants, month, "VAT-014", len(used), most=4),
        "fw_bought": bought,
        "fw_used": used,
        "fw_void": void,
        "fw_red_amount": red,
        "fw_full_limit_count": full,
        "fw_extra_times": extra,
        "fw_stock": np.floor(used * rng.uniform(0.2, 1.8, len(used))),
        "fw_tax_reported": sold.is_active & traits.groups.general,
        "fw_out_of_region_amount": np.round(issued * shares[0], 2),
        "fw_top1_buyer_amount": np.round(issued * shares[1], 2),
        "fw_goods_mismatch_amount": np.round(issued * shares[2], 2),
    }


def ordinary(rng: Generator, world: World, month: Month, sold: Trading) -> Columns:
    """Split the sales of a return by invoice, and work out ordinary invoices bought and used."""
    traits = world.traits
    plants = world.plants
    domestic = sold.taxable + sold.simple
    issued = np.round(sold.taxable * traits.special, 2)
    declared = np.where(traits.groups.general, issued, 0)
    rows, excess = plants.active("INV-001", month)
    declared[rows] = np.round(issued[rows] * np.maximum(0.2, 0.95 - 0.25 * excess), 2)
    by_ordinary = np.round((domestic - declared) * _ORDINARY, 2)
    verified = by_ordinary.copy()
    rows, excess = plants.active("INV-012", month)
    verified[rows] = np.round(verified[rows] * (1 + excess / 2) + 500, 2)
    quota = traits.sales
    rows, excess = plants.active("FIL-021", month)
    verified[rows] = np.round(quota[rows] * 1.2 * (1 + excess), 2)
    used = np.ceil(verified / np.maximum(traits.invoice_average / 10, 50))
    bought = np.ceil(used * rng.uniform(0.9, 1.2, len(used)))
    _buy_without_sales(plants, month, sold, bought)
    unverified = _counts(plants, month, "INV-010", len(used), most=25)
    return {
        "sales_special_invoice": declared,
        "sales_ordinary_invoice": by_ordinary,
        "sales_no_invoice": np.round(domestic - declared - by_ordinary, 2),
        "ord_bought": bought,
        "ord_used": used,
        "ord_void": np.floor(used * 0.03),
        "ord_issued_amount": verified,
        "invoice_unverified": unverified,
    }


def cross_audit(plants: Plants, month: Month, columns: Columns) -> Columns:
    """Work out the results of the cross-audit of input vouchers."""
    by_special = columns["input_special"].astype(np.float64)
    count = len(by_special)
    checked = np.ceil(by_special / _COPY_AMOUNT)
    lost, stranded = np.zeros(count), np.zeros(count)
    rows, excess = plants.active("VAT-016", month)
    lost[rows] = np.round(1_700 + by_special[rows] * np.minimum(0.1 * excess, 0.5), 2)
    rows, excess = plants.active("VAT-017", month)
    stranded[rows] = np.round(10_000 * (1 + excess) / 2.5, 2)
    freight = columns["freight_amount"].astype(np.float64)
    mismatched = {
        code: _counts(plants, month, code, count, most=5)
        for code in ("VAT-015", "TIC-006", "TIC-009")
    }
    return {
        "jc_mismatch": np.minimum(mismatched["VAT-015"], checked),
        "jc_missing": np.zeros(count),
        "jc_void": np.zeros(count),
        "jc_duplicate": np.zeros(count),
        "jc_checked": checked,
        "jc_lost_control_tax": lost,
        "jc_stranded_tax": stranded,
        "jc_customs_mismatch": mismatched["TIC-006"],
        "jc_customs_checked": columns["customs_cert_count"],
        "jc_freight_mismatch": mismatched["TIC-009"],
        "jc_freight_checked": np.ceil(freight / _FREIGHT_COPY),
    }


def _shares(rng: Generator, world: World, month: Month) -> list[Floats]:
    """Shares of the issued amount: to other provinces, to the largest buyer, of other goods."""
    traits = world.traits
    plants = world.plants
    shares = [
        traits.out_of_region.copy(),
        traits.largest_buyer.copy(),
        rng.uniform(0, 0.1, len(traits.sales)),
    ]
    for share, code, limit in zip(
        shares, ("INV-015", "INV-016", "INV-017"), (0.5, 0.7, 0.3), strict=True
    ):
        rows, excess = plants.active(code, month)
        share[rows] = np.minimum(limit * (1 + excess / 2), 0.98)
    return shares


def _buy_without_sales(plants: Plants, month: Month, sold: Trading, bought: Floats) -> None:
    for code in ("INV-002", "INV-003"):
        rows, excess = plants.active(code, month)
        quiet = sold.is_zero[rows]
        bought[rows[quiet]] = np.ceil(5 + 10 * excess[quiet])


def _counts(plants: Plants, month: Month, code: str, count: int, *, most: int) -> Floats:
    """Count copies: none, but for the planted households one to `most`."""
    copies = np.zeros(count)
    rows, excess = plants.active(code, month)
    copies[rows] = np.ceil(most * excess / 3)
    return copies
