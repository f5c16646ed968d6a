"""What does not change about a household: its size, its ratios, its habits."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo.bureau import Bureau
from caseflow.demo.city import INDUSTRIES
from caseflow.demo.facts.periods import FIRST_YEAR
from caseflow.demo.households import ENTERPRISE

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

_FARM_PRODUCE = ("1310", "1353", "1361", "6324")
_DORMANT_GENERAL, _DORMANT_SMALL, _NEGATIVE = 0.21, 0.50, 0.68
# Trades in which most firms import, so that an importer is nothing unusual among its peers.
_IMPORTING = ("3921", "4061", "4111", "6379", "6391")
_IMPORTERS, _EXPORTERS, _METERED, _CARDS = 0.75, 0.12, 0.22, 0.30
_MONTHS_OF_2008 = 12
_LOW_RATE = 0.35  # of makers and sellers of food that sell at 13 percent
_FREIGHT_USERS = 0.85


@dataclass(frozen=True)
class Groups:
    """Kinds of households, one flag a household."""

    enterprise: Flags
    general: Flags
    small: Flags
    shop: Flags
    no_vat: Flags
    books: Flags
    deemed: Flags
    quota: Flags
    below: Flags
    dormant: Flags
    negative: Flags
    importer: Flags
    exporter: Flags
    farm_buyer: Flags
    freight_user: Flags
    metered: Flags
    cards: Flags
    maker: Flags
    retail: Flags


@dataclass(frozen=True)
class Traits:
    """Ratios and sizes of each household; sales are yuan a month without VAT."""

    groups: Groups
    sales: Floats
    season: NDArray[np.float32]  # households by calendar month
    growth: Floats
    first: Ints  # index of the first month on file
    rate: Floats
    burden: Floats
    activity: Ints  # the month of a quarter in which a dormant firm trades
    special: Floats
    out_of_region: Floats
    largest_buyer: Floats
    invoice_average: Floats
    invoice_limit: Floats
    freight: Floats
    farm: Floats
    customs: Floats
    export: Floats
    cost: Floats
    selling: Floats
    administration: Floats
    finance: Floats
    wages: Floats
    stock: Floats
    unit_price: Floats
    card_share: Floats


def draw(rng: Generator, bureau: Bureau) -> Traits:
    """Draw the traits of all households of a bureau."""
    groups = _groups(rng, bureau)
    count = bureau.count
    industry = bureau.business.industry
    reference = np.array([row.vat_burden or 0.02 for row in INDUSTRIES])[industry]
    food = np.array([row.key in ("food", "wholesale") for row in INDUSTRIES])[industry]
    low = groups.farm_buyer | (food & (rng.random(count) < _LOW_RATE))
    rate = np.where(groups.general, np.where(low, 0.13, 0.17), 0.03)
    margin = 1 - 0.94 * (1 - reference / 0.17)
    growth = np.where(rng.random(count) < 0.7, 1, -1) * rng.uniform(0.06, 0.24, count)
    monthly = bureau.business.annual_sales / 12
    average = np.clip(monthly / rng.uniform(4, 40, count), 800, 900_000)
    return Traits(
        groups=groups,
        sales=monthly,
        season=rng.uniform(0.88, 1.12, (count, 12)).astype(np.float32),
        growth=growth,
        first=_first_months(bureau),
        rate=rate,
        burden=reference * rng.uniform(0.90, 1.10, count),
        activity=rng.integers(0, 3, count),
        special=rng.uniform(0.50, 0.90, count),
        out_of_region=rng.uniform(0.05, 0.40, count),
        largest_buyer=rng.uniform(0.10, 0.50, count),
        invoice_average=average,
        invoice_limit=np.where(average > 80_000, 1_000_000.0, 100_000.0),
        freight=np.where(groups.freight_user, rng.uniform(0.02, 0.05, count), 0),
        farm=np.where(groups.farm_buyer, rng.uniform(0.25, 0.40, count), 0),
        customs=np.where(groups.importer, rng.uniform(0.15, 0.30, count), 0),
        export=np.where(groups.exporter, rng.uniform(0.20, 0.50, count), 0),
        cost=1 - margin,
        selling=margin * rng.uniform(0.22, 0.30, count),
        administration=margin * rng.uniform(0.25, 0.33, count),
        finance=margin * rng.uniform(0.03, 0.06, count),
        wages=rng.uniform(0.06, 0.10, count),
        stock=rng.uniform(0.95, 1.3, count),
        unit_price=np.round(rng.uniform(20, 400, count), 2),
        card_share=rng.uniform(0.10, 0.50, count),
    )


def _groups(rng: Generator, bureau: Bureau) -> Groups:
    vat_class = bureau.business.vat_class
    method = bureau.business.collection_method
    industry = bureau.business.industry
    enterprise = bureau.frame.kind == ENTERPRISE
    general = np.strings.startswith(vat_class, "general")
    small = enterprise & (vat_class == "small_scale")
    maker = np.array([row.is_manufacturing for row in INDUSTRIES])[industry]
    trade = np.array([row.key in ("wholesale", "retail") for row in INDUSTRIES])[industry]
    retail = np.array([row.key == "retail" for row in INDUSTRIES])[industry]
    catering = np.array([row.key == "catering" for row in INDUSTRIES])[industry]
    chance = rng.random((7, bureau.count))
    dormant = (general & (chance[0] < _DORMANT_GENERAL)) | (small & (chance[0] < _DORMANT_SMALL))
    codes = bureau.taxpayers()["industry_code"]
    farm = np.isin(codes, _FARM_PRODUCE)
    return Groups(
        enterprise=enterprise,
        general=general,
        small=small,
        shop=~enterprise,
        no_vat=enterprise & (vat_class == "none"),
        books=enterprise & (method == "books"),
        deemed=np.isin(method, ("deemed_income", "deemed_cost")),
        quota=method == "fixed_quota",
        below=bureau.business.is_below_threshold,
        dormant=dormant,
        negative=general & ~dormant & (chance[1] < _NEGATIVE),
        importer=general & np.isin(codes, _IMPORTING) & (chance[2] < _IMPORTERS),
        exporter=general & (maker | trade) & (chance[3] < _EXPORTERS),
        farm_buyer=general & farm,
        freight_user=general & (chance[4] < _FREIGHT_USERS),
        metered=general & maker & ~dormant & (chance[5] < _METERED),
        cards=enterprise & (retail | catering) & (general | small) & (chance[6] < _CARDS),
        maker=maker,
        retail=retail,
    )


def _first_months(bureau: Bureau) -> Ints:
    """When facts of a household begin: firms of 2008 begin in 2009, whole years are compared."""
    start = np.datetime64(f"{FIRST_YEAR}-01", "M")
    registered = bureau.registration.registered_on.astype("datetime64[M]")
    first: Ints = np.maximum((registered - start).astype(np.int64) + 1, 0)
    return np.where((first > 0) & (first < _MONTHS_OF_2008), _MONTHS_OF_2008, first)
