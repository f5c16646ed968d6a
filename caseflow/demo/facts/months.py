"""One month of the whole bureau: every file that the source systems deliver for it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.facts import invoices, outside, register, returns, statements
from caseflow.demo.facts.periods import Month
from caseflow.demo.facts.returns import Columns, Ledger
from caseflow.demo.facts.world import World

Flags = NDArray[np.bool_]

# What is known of a household in a month even when no return was filed.
_WITHOUT_RETURN = frozenset(
    {"filing_due", "filed", "filed_on_time", "arrears_total", "arrears_new", "fs_due", "fs_filed"}
)


@dataclass(frozen=True)
class Sheet:
    """The rows of one file type: columns of all households, and which of them have a row."""

    kind: str
    period: int
    rows: NDArray[np.int64]
    columns: Columns


def sheets_of_month(rng: Generator, world: World, month: Month, ledger: Ledger) -> Iterator[Sheet]:
    """Work out the monthly files; months must be asked for in order, the ledger is handed on."""
    bureau = world.bureau
    traits = world.traits
    groups = traits.groups
    active = (bureau.frame.reg_status == "normal") & (traits.first <= month.index)
    main, sold = _main_system(rng, world, month, ledger)
    audited = invoices.cross_audit(world.plants, month, main)
    made = outside.production(rng, traits, sold)
    special = {name: main.pop(name) for name in list(main) if name.startswith("fw_")}
    seen_by_local = outside.local_tax(rng, world, month, main)
    del main["ds_iit_wages"]
    for kind, rows, columns in (
        ("fwsk_tp", groups.general | groups.small, special),
        ("jc_tp", groups.general, audited),
        ("ckts_tp", groups.exporter, outside.exports(rng, main)),
        ("tas_tp", groups.metered, made),
        ("ds_tp", groups.enterprise, seen_by_local),
        ("hg_tp", groups.importer | groups.exporter, outside.customs(world.plants, month, main)),
        ("dy_tp", groups.metered, outside.power(rng, world.plants, month, made)),
        ("yl_tp", groups.cards, outside.cards(world, month, sold)),
        ("bx_tp", groups.books, outside.insurance(main)),
        ("wssb_tp", groups.enterprise, returns.electronic(traits, main)),
    ):
        yield Sheet(kind, month.period, np.flatnonzero(rows & active), columns)
    _blank_where_not_filed(main)
    yield Sheet("ctais_tp", month.period, np.flatnonzero(active), main)


def sheets_of_state(world: World, month: Month) -> Iterator[Sheet]:
    """List the state of the register at the end of a month."""
    bureau = world.bureau
    traits = world.traits
    plants = world.plants
    known = traits.first <= month.index
    enterprise = known & traits.groups.enterprise
    for kind, rows, columns in (
        ("ctais_t", known, register.state(world, month)),
        ("tas_t", known, register.administrators(bureau)),
        ("fwsk_t", known & traits.groups.general, register.control(traits)),
        ("gs_t", enterprise, register.licences(bureau, plants, month)),
        ("ds_t", enterprise, register.local_register(bureau)),
    ):
        yield Sheet(kind, month.period, np.flatnonzero(rows), columns)


def sheet_of_year(world: World, year: int) -> Sheet:
    """Give the annual statements of a year before the monthly ones, dated to its December."""
    bureau = world.bureau
    traits = world.traits
    columns = statements.year_before(traits, year)
    revenue = columns["rev_main"].astype(np.float64)
    columns |= statements.income_tax(traits, bureau.business.industry, columns, revenue)
    years = traits.first == 0
    started = bureau.registration.registered_on < np.datetime64(f"{year}-01-01")
    rows = traits.groups.books & years & started & (bureau.frame.reg_status == "normal")
    return Sheet("ctais_tp", year * 100 + 12, np.flatnonzero(rows), columns)


def _main_system(
    rng: Generator, world: World, month: Month, ledger: Ledger
) -> tuple[Columns, returns.Trading]:
    bureau = world.bureau
    traits = world.traits
    groups = traits.groups
    active = (bureau.frame.reg_status == "normal") & (traits.first <= month.index)
    sold = returns.trading(rng, world, month, active)
    main = returns.vat(world, month, sold, ledger)
    main |= returns.input_tax(world, month, main)
    main |= invoices.special(rng, world, month, sold)
    main |= invoices.ordinary(rng, world, month, sold)
    payable = main["vat_payable"].astype(np.float64)
    revenue = np.where(groups.enterprise, sold.total, 0)
    books = statements.statement(world, month, revenue=revenue, vat_payable=payable)
    income = statements.income_tax(traits, bureau.business.industry, books, revenue)
    main |= {name: np.where(groups.books, column, np.nan) for name, column in books.items()}
    main |= {name: np.where(groups.enterprise, column, np.nan) for name, column in income.items()}
    main |= returns.filing(rng, world, month, is_due=active)
    main["zero_filing"] = sold.is_zero
    credit = main["vat_carry_out"].astype(np.float64)
    main["negative_filing"] = groups.general & (credit > 0) & (payable == 0)
    tax = np.where(groups.enterprise, income["cit_payable"].astype(np.float64), 0)
    declared = np.round(payable + tax, 2)
    main |= returns.payment(rng, world.plants, month, declared)
    return main, sold


def _blank_where_not_filed(columns: Columns) -> None:
    missing = ~columns["filed"].astype(np.bool_)
    for name, column in columns.items():
        if name in _WITHOUT_RETURN:
            continue
        if column.dtype == np.bool_:
            columns[name] = column.astype(np.bool_) & ~missing
        else:
            columns[name] = np.where(missing, np.nan, column.astype(np.float64))
