"""Monthly returns: what each household sold, declared, filed and paid."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.facts.periods import Month
from caseflow.demo.facts.plants import Plants
from caseflow.demo.facts.traits import Traits
from caseflow.demo.facts.world import World

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Columns = dict[str, NDArray[np.generic]]

_ON_TIME, _FILED, _PAID_ON_TIME, _EFILED = 0.9926, 0.9970, 0.9945, 0.9175
# Nobody who owes so much in a month pays late: one of them would move the rate of the whole city.
_NEVER_LATE = 1_000_000
_SCRAP_SHARE = 0.02
_LARGEST_SHARE = 0.95
_SMALL_RATE, _SMALL_RATE_2008 = 0.03, 0.04
_FREIGHT_RATE = 0.07
_CERTIFICATE_AMOUNT = 60_000


@dataclass(frozen=True)
class Trading:
    """Sales of a month in yuan without VAT, after what was planted."""

    total: Floats
    taxable: Floats
    simple: Floats
    exempt: Floats
    export: Floats
    is_zero: Flags
    is_active: Flags


class Ledger:
    """What a month hands to the next: VAT credits, tax put off within a quarter."""

    def __init__(self, count: int) -> None:
        self.credit: Floats = np.zeros(count)
        self.put_off: Floats = np.zeros(count)


def trading(rng: Generator, world: World, month: Month, is_active: Flags) -> Trading:
    """Work out what each household sold in a month."""
    traits = world.traits
    plants = world.plants
    groups = traits.groups
    years = (month.index - 18) / 12
    season = traits.season[:, month.of_year].astype(np.float64)
    jitter = rng.uniform(0.998, 1.002, len(season))
    total: Floats = traits.sales * season * (1 + traits.growth) ** years * jitter
    total = np.where(groups.below | groups.quota, traits.sales, total)
    resting = groups.dormant & (month.of_quarter != traits.activity)
    total = np.where(groups.dormant, total * 3 * ~resting, total)
    for code in ("FIL-009", "INV-003"):
        total[plants.active(code, month)[0]] = 0
    total = _rounded(np.where(is_active, total, 0))
    export = np.round(total * traits.export, 2)
    exempt = np.zeros(len(total))
    rows, _ = plants.active("VAT-012", month)
    exempt[rows] = np.round(total[rows] * 0.2, 2)
    taxable = np.where(groups.general, total - export - exempt, 0)
    simple = np.where(groups.small | groups.shop, total, 0)
    is_vat = groups.general | groups.small
    return Trading(total, taxable, simple, exempt, export, is_vat & (total == 0), is_active)


def vat(world: World, month: Month, sold: Trading, ledger: Ledger) -> Columns:
    """Work out output, input, credits and tax payable; the ledger moves on."""
    traits = world.traits
    plants = world.plants
    groups = traits.groups
    output = np.round(sold.taxable * traits.rate, 2)
    due = sold.taxable * traits.burden
    rows, excess = plants.active("VAT-001", month)
    due[rows] *= 0.62 / (1 + excess)
    credit_in = ledger.credit
    payable, credit_out = _within_quarter(month, groups.negative, due, ledger)
    rows, _ = plants.active("VAT-010", month)
    payable[rows] = 0
    credit_out[rows] = credit_in[rows] + 0.3 * due[rows]
    small = np.round(sold.simple * (_SMALL_RATE if month.is_from_2009 else _SMALL_RATE_2008), 2)
    small[groups.below] = 0
    payable = _rounded(np.where(groups.general, payable, small))
    credit_out = _rounded(np.where(groups.general, np.maximum(credit_out, 0), 0))
    deducted = np.where(groups.general, output - payable + credit_out - credit_in, 0)
    short = np.where(groups.general, np.maximum(0.02 * output - deducted, 0), 0)
    credit_out = _rounded(credit_out + short)
    ledger.credit = credit_out
    columns: Columns = {
        "sales_taxable": sold.taxable,
        "sales_simple": sold.simple,
        "sales_exempt": sold.exempt,
        "sales_export": sold.export,
        "vat_output": output,
        "vat_input": np.round(deducted + short, 2),
        "vat_input_out": np.zeros(len(output)),
        "vat_carry_in": np.round(credit_in, 2),
        "vat_carry_out": credit_out,
        "vat_payable": payable,
    }
    return columns


def input_tax(world: World, month: Month, columns: Columns) -> Columns:
    """Split the input tax by voucher: special invoices, customs, farm produce, freight, scrap."""
    traits = world.traits
    plants = world.plants
    total = columns["vat_input"].astype(np.float64)
    customs, farm, freight = traits.customs.copy(), traits.farm.copy(), traits.freight.copy()
    for code, share, limit in (
        ("TIC-002", customs, 0.45),
        ("TIC-003", farm, 0.55),
        ("TIC-004", freight, 0.08),
        ("TIC-011", freight, 0.08),
    ):
        rows, excess = plants.active(code, month)
        share[rows] = np.minimum(limit * (1 + excess), _LARGEST_SHARE - (customs + farm)[rows] / 2)
    room = np.maximum(customs + farm + freight, 1e-9)
    press = np.minimum(1, _LARGEST_SHARE / room)
    scrap = 0.0 if month.is_from_2009 else _SCRAP_SHARE
    of_customs, of_farm, of_freight, of_scrap = (
        np.round(total * share, 2)
        for share in (customs * press, farm * press, freight * press, traits.groups.maker * scrap)
    )
    rows, excess = plants.active("TIC-013", month)
    farm_rate = np.full(len(total), 0.13)
    farm_rate[rows] *= 1 + 0.2 * excess
    certificates = np.ceil(of_customs / _CERTIFICATE_AMOUNT)
    return {
        "input_special": np.round(total - of_customs - of_farm - of_freight - of_scrap, 2),
        "input_customs": of_customs,
        "input_agri": of_farm,
        "input_freight": of_freight,
        "input_scrap": of_scrap,
        "input_fixed_asset": np.round(total * 0.02 * month.is_from_2009, 2),
        "freight_amount": np.round(of_freight / _FREIGHT_RATE, 2),
        "agri_amount": np.round(of_farm / farm_rate, 2),
        "agri_top5_sellers": np.round(of_farm / farm_rate * 0.18, 2),
        "customs_cert_count": certificates,
    }


def filing(rng: Generator, world: World, month: Month, *, is_due: Flags) -> Columns:
    """Say who had a return to file in a month, and who did."""
    traits = world.traits
    plants = world.plants
    luck = rng.random(len(is_due))
    filed = is_due & (luck < _FILED)
    filed[plants.active("REG-004", month)[0]] = False
    on_time = filed & (luck < _ON_TIME)
    quarter_end = month.of_quarter == 2
    statements = is_due & traits.groups.books & quarter_end
    corrections = np.zeros(len(is_due))
    corrections[plants.active("FIL-018", month)[0]] = 1
    return {
        "filing_due": is_due,
        "filed": filed,
        "filed_on_time": on_time,
        "filed_late_days": np.where(filed & ~on_time, rng.integers(1, 13, len(is_due)), 0),
        "correction_count": corrections,
        "fs_due": statements,
        "fs_filed": statements & filed,
    }


def payment(rng: Generator, plants: Plants, month: Month, declared: Floats) -> Columns:
    """Say what was paid, on time or not, and what is still owed."""
    late = (rng.random(len(declared)) >= _PAID_ON_TIME) & (declared < _NEVER_LATE)
    on_time = np.where(late, 0, np.maximum(declared, 0))
    rows, excess = plants.active("COL-009", month)
    arrears = np.zeros(len(declared))
    arrears[rows] = np.round(50_000 * (1 + excess), 2)
    return {
        "declared_tax": declared,
        "paid_on_time_tax": np.round(on_time, 2),
        "paid_tax": np.round(np.maximum(declared, 0), 2),
        "arrears_total": arrears,
        "arrears_new": arrears,
    }


def electronic(traits: Traits, columns: Columns) -> Columns:
    """Say which returns came by the net and how much tax they declared."""
    habit = traits.special * 1e4 % 1 < _EFILED  # the same firms every month
    efiled = columns["filed"].astype(np.bool_) & traits.groups.enterprise & habit
    declared = np.maximum(columns["declared_tax"].astype(np.float64), 0)
    return {"efiled": efiled, "efile_tax": np.round(np.where(efiled, declared, 0), 2)}


def _within_quarter(
    month: Month, negative: Flags, due: Floats, ledger: Ledger
) -> tuple[Floats, Floats]:
    """Put off tax: firms that buy ahead declare a credit in the first month of a quarter."""
    payable, credit = due.copy(), np.zeros(len(due))
    if month.of_quarter == 0:
        payable[negative] = 0
        credit[negative] = 0.3 * due[negative]
        ledger.put_off = np.where(negative, due, 0)
    elif month.of_quarter == 1:
        payable += ledger.put_off
        ledger.put_off = np.zeros(len(due))
    return payable, credit


def _rounded(amounts: Floats) -> Floats:
    """Round to fen."""
    rounded: Floats = np.round(amounts, 2)
    return rounded
