"""The households on file: who they are, what they trade in, how large they are."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from caseflow.demo import identity, names
from caseflow.demo.city import (
    ABNORMAL_ENTERPRISES,
    ABNORMAL_INDIVIDUALS,
    DISTRICTS,
    INDUSTRIES,
    LIQUIDATED_ENTERPRISES,
    LIQUIDATED_INDIVIDUALS,
)
from caseflow.demo.scales import Scale
from caseflow.demo.workload import apportion

Texts = NDArray[np.str_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENTERPRISE, INDIVIDUAL = "enterprise", "individual"
_FIRST_DAY, _LAST_DAY = np.datetime64("1990-01-01"), np.datetime64("2009-08-14")
_TRADES = [(row, trade) for row in INDUSTRIES for trade in row.trades]
_TRADE_OWNER = np.array([INDUSTRIES.index(row) for row, _ in _TRADES])
_PLACES = {"10": "瓦房店", "11": "普兰店", "12": "庄河", "13": "长海"}
_SEATS = {
    "16": "中山区",
    "14": "瓦房店市长兴岛",
    "15": "庄河市花园口",
}  # districts that are no place
_SAME_REPRESENTATIVE = 6  # percent of firms
_BELOW_THRESHOLD, _GENERAL, _TUTORING = 0.43, 0.358, 0.03
_BOOKS_OF_FIRMS, _DEEMED_INCOME, _BOOKS_OF_SHOPS = 0.68, 0.95, 0.035
_SHARE_OF_STATE_TAX = 0.80  # of revenue that the sales of enterprises bring: VAT and income tax


@dataclass(frozen=True)
class Frame:
    """What must add up: one row a household, with district, kind and registration status."""

    district: Ints
    kind: Texts
    reg_status: Texts


@dataclass(frozen=True)
class Business:
    """What a household trades in and how large it is; amounts in yuan a year."""

    trade: Ints
    industry: Ints
    vat_class: Texts
    collection_method: Texts
    annual_sales: Floats
    is_key_source: Flags
    is_below_threshold: Flags


@dataclass(frozen=True)
class Registration:
    """What stands in the register about a household."""

    tin: Texts
    name: Texts
    ownership_type: Texts
    credit_grade: Texts
    address: Texts
    phone: Texts
    legal_rep: Texts
    legal_rep_id: Texts
    finance_head: Texts
    registered_on: NDArray[np.datetime64]
    registered_capital: Ints


def frame(scale: Scale) -> Frame:
    """Count out the households of every district, kind and status; the sums are exact."""
    counts = _counts(scale)
    district, kind, status = [], [], []
    for (kind_name, status_name), per_district in counts.items():
        district.append(np.repeat(np.arange(len(DISTRICTS)), per_district))
        kind.append(np.full(int(per_district.sum()), kind_name))
        status.append(np.full(int(per_district.sum()), status_name))
    where = np.concatenate(district)
    order = np.argsort(where, kind="stable")
    return Frame(where[order], np.concatenate(kind)[order], np.concatenate(status)[order])


def business(rng: Generator, frame: Frame, scale: Scale, *, key_sources: int) -> Business:
    """Draw trade, VAT class, collection method and size of each household."""
    trade = _trades(rng, frame.kind)
    industry = _TRADE_OWNER[trade]
    is_enterprise = frame.kind == ENTERPRISE
    is_large = frame.district == len(DISTRICTS) - 1
    vat_class = _vat_classes(rng, industry, is_enterprise, is_large)
    below = ~is_enterprise & (rng.random(len(trade)) < _BELOW_THRESHOLD)
    method = _methods(rng, is_enterprise, vat_class, below)
    sales = _sales(rng, industry, vat_class, is_enterprise=is_enterprise, below=below)
    sales[is_large] *= 25
    sales = _to_revenue(sales, frame, industry, vat_class, scale)
    ranked = np.argsort(-np.where(is_enterprise & (frame.reg_status == "normal"), sales, 0))
    is_key = np.zeros(len(trade), np.bool_)
    is_key[ranked[:key_sources]] = True
    return Business(trade, industry, vat_class, method, np.round(sales), is_key, below)


def registration(rng: Generator, frame: Frame, business: Business) -> Registration:
    """Draw numbers, names, people and dates of the register."""
    count = len(frame.kind)
    is_enterprise = frame.kind == ENTERPRISE
    person_ids = _person_numbers(rng, count)
    people = names.people(rng, count)
    same = _shared_representatives(rng, is_enterprise)
    ownership = _ownership(rng, is_enterprise)
    bodies = 70_000_000 + rng.permutation(9_000_000)[:count]
    regions = np.array([district.region for district in DISTRICTS])[frame.district]
    age = (_LAST_DAY - _FIRST_DAY).astype(int) * np.sqrt(rng.random(count))
    capital = np.round(rng.lognormal(np.log(60), 1.1, count)) * 10_000
    return Registration(
        tin=np.where(is_enterprise, identity.enterprise_numbers(regions, bodies), person_ids),
        name=_names(rng, frame, business, ownership),
        ownership_type=ownership,
        credit_grade=rng.choice(np.array(list("ABCD")), count, p=[0.03, 0.82, 0.13, 0.02]),
        address=_addresses(rng, frame.district),
        phone=_phones(rng, count),
        legal_rep=people[same],
        legal_rep_id=person_ids[same],
        finance_head=np.where(is_enterprise, names.people(rng, count), ""),
        registered_on=_FIRST_DAY + age.astype(np.int64),
        registered_capital=np.where(is_enterprise, capital, 10_000).astype(np.int64),
    )


def trade_codes(business: Business) -> tuple[Texts, Texts]:
    """Industry codes of four digits and their names, one a household."""
    code = np.array([trade.code for _, trade in _TRADES])
    name = np.array([trade.name for _, trade in _TRADES])
    return code[business.trade], name[business.trade]


def _counts(scale: Scale) -> dict[tuple[str, str], Ints]:
    enterprises = np.array([scale.of(district.enterprises) for district in DISTRICTS])
    individuals = np.array([scale.of(district.individuals) for district in DISTRICTS])
    suspended_e, suspended_i = enterprises // 250, individuals // 40
    return {
        (ENTERPRISE, "normal"): enterprises - suspended_e,
        (ENTERPRISE, "suspended"): suspended_e,
        (ENTERPRISE, "abnormal"): apportion(scale.of(ABNORMAL_ENTERPRISES), enterprises),
        (ENTERPRISE, "in_liquidation"): apportion(scale.of(LIQUIDATED_ENTERPRISES), enterprises),
        (INDIVIDUAL, "normal"): individuals - suspended_i,
        (INDIVIDUAL, "suspended"): suspended_i,
        (INDIVIDUAL, "abnormal"): apportion(scale.of(ABNORMAL_INDIVIDUALS), individuals),
        (INDIVIDUAL, "in_liquidation"): apportion(scale.of(LIQUIDATED_INDIVIDUALS), individuals),
    }


def _trades(rng: Generator, kind: Texts) -> Ints:
    size = np.array([len(row.trades) for row in INDUSTRIES])[_TRADE_OWNER]
    enterprise = np.array([row.enterprise_share for row in INDUSTRIES])[_TRADE_OWNER] / size
    individual = np.array([row.individual_share for row in INDUSTRIES])[_TRADE_OWNER] / size
    every = np.arange(len(_TRADES))
    return np.where(
        kind == ENTERPRISE,
        rng.choice(every, len(kind), p=enterprise / enterprise.sum()),
        rng.choice(every, len(kind), p=individual / individual.sum()),
    )


def _vat_classes(
    rng: Generator,
    industry: Ints,
    is_enterprise: Flags,
    is_large: Flags,
) -> Texts:
    is_vat = np.array([row.is_vat for row in INDUSTRIES])[industry]
    draw = rng.random(len(industry))
    general = is_enterprise & ((draw < _GENERAL) | is_large)
    tutoring = general & (rng.random(len(industry)) < _TUTORING) & ~is_large
    classes = np.where(general, "general", "small_scale")
    return np.where(
        is_enterprise & ~is_vat, "none", np.where(tutoring, "general_tutoring", classes)
    )


def _methods(rng: Generator, is_enterprise: Flags, vat_class: Texts, below: Flags) -> Texts:
    draw = rng.random(len(vat_class))
    small = np.where(
        draw < _BOOKS_OF_FIRMS,
        "books",
        np.where(draw < _DEEMED_INCOME, "deemed_income", "deemed_cost"),
    )
    of_firms = np.where(np.strings.startswith(vat_class, "general"), "books", small)
    of_shops = np.where(~below & (draw < _BOOKS_OF_SHOPS), "books", "fixed_quota")
    return np.where(is_enterprise, of_firms, of_shops)


def _sales(
    rng: Generator,
    industry: Ints,
    vat_class: Texts,
    *,
    is_enterprise: Flags,
    below: Flags,
) -> Floats:
    weight = np.array([row.revenue_share / row.enterprise_share for row in INDUSTRIES])[industry]
    making = np.array([row.is_manufacturing for row in INDUSTRIES])[industry]
    draw = rng.standard_normal(len(industry))
    general = 4_000_000 * np.sqrt(weight) * np.exp(1.6 * np.clip(draw, -2.2, 3.6))
    standard = np.where(making, 500_000, 800_000)
    small = np.minimum(150_000 * np.exp(0.8 * draw), 0.80 * standard)
    shop = np.where(
        below,
        rng.uniform(1_200, 4_600, len(draw)),
        6_000 * np.exp(0.55 * np.abs(draw)),
    )
    firm = np.where(np.strings.startswith(vat_class, "general"), general, small)
    return np.where(is_enterprise, firm, 12 * shop)


def _to_revenue(
    sales: Floats,
    frame: Frame,
    industry: Ints,
    vat_class: Texts,
    scale: Scale,
) -> Floats:
    """Stretch the sales of general taxpayers so that each district brings in its revenue."""
    burden = np.array([row.vat_burden or 0.02 for row in INDUSTRIES])[industry]
    general = np.strings.startswith(vat_class, "general") & (frame.reg_status == "normal")
    tax = np.bincount(frame.district[general], (sales * burden)[general], len(DISTRICTS))
    wanted = np.array([district.revenue * 1e6 for district in DISTRICTS]) * _SHARE_OF_STATE_TAX
    factor = wanted / scale.divisor / np.maximum(tax * 1.35, 1)
    return np.where(
        np.strings.startswith(vat_class, "general"),
        sales * factor[frame.district],
        sales,
    )


def _person_numbers(rng: Generator, count: int) -> Texts:
    regions = np.array(sorted({district.region for district in DISTRICTS}))
    spread = len(regions) * 16_000 * 999
    drawn = np.unique(rng.integers(0, spread, count + count // 10 + 100))
    picks = rng.permutation(drawn)[:count]
    day = np.datetime64("1941-01-01") + picks // 999 % 16_000
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    in_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    births = year * 10_000 + month * 100 + in_month
    return identity.person_numbers(regions[picks // (999 * 16_000)], births, picks % 999 + 1)


def _shared_representatives(rng: Generator, is_enterprise: Flags) -> Ints:
    """Whose representative each household has: 6 % of the firms share somebody else's."""
    owner = np.arange(len(is_enterprise))
    firms = np.flatnonzero(is_enterprise)
    sharing = rng.permutation(firms)[: len(firms) * _SAME_REPRESENTATIVE // 100]
    owner[sharing] = rng.choice(firms, len(sharing))
    owner[owner[owner] != owner] = owner[owner][owner[owner] != owner]
    return owner


def _ownership(rng: Generator, is_enterprise: Flags) -> Texts:
    codes = np.array(["159", "170", "110", "120", "200", "300", "160"])
    drawn = rng.choice(codes, len(is_enterprise), p=[0.40, 0.32, 0.05, 0.04, 0.05, 0.09, 0.05])
    return np.where(is_enterprise, drawn, "410")


def _names(rng: Generator, frame: Frame, business: Business, ownership: Texts) -> Texts:
    count = len(frame.kind)
    firm = np.array([trade.firm for _, trade in _TRADES])[business.trade]
    shop = np.array([trade.shop for _, trade in _TRADES])[business.trade]
    place = np.array([_PLACES.get(district.code, "大连") for district in DISTRICTS])
    short = np.array([district.short for district in DISTRICTS])
    form = np.select(
        [ownership == "160", ownership == "120", ownership == "110", ownership == "300"],
        ["股份有限公司", "厂", "总公司", "(大连)有限公司"],
        "有限公司",
    )
    is_foreign = ownership == "300"
    head = np.where(is_foreign, "", place[frame.district])
    firms = _joined(head, names.firm_marks(rng, count), firm, form)
    shops = _joined(short[frame.district], names.shop_marks(rng, count), shop)
    return np.where(frame.kind == ENTERPRISE, firms, shops)


def _addresses(rng: Generator, district: Ints) -> Texts:
    answer = np.empty(len(district), "<U40")
    for index, row in enumerate(DISTRICTS):
        here = np.flatnonzero(district == index)
        street = rng.choice(np.array(row.streets), len(here))
        number = rng.integers(1, 320, len(here)).astype("<U3")
        answer[here] = _joined(f"大连市{_SEATS.get(row.code, row.short)}", street, number, "号")
    return answer


def _phones(rng: Generator, count: int) -> Texts:
    return np.strings.add("0411-8", rng.integers(1_000_000, 9_999_999, count).astype("<U7"))


def _joined(*parts: Texts | str) -> Texts:
    answer = np.asarray(parts[0])
    for part in parts[1:]:
        answer = np.strings.add(answer, part)
    return answer
