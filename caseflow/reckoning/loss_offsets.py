"""Found income against losses 弥补亏损: one year, or years with losses carried forward."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from caseflow import amounts, filing_deadlines
from caseflow.amounts import Difference
from caseflow.bilingual import Words, same
from caseflow.reckoning import surcharges
from caseflow.reckoning.answers import Answer, Step
from caseflow.reckoning.figures import money, percent, plain
from caseflow.reckoning.income_tax import (
    FOUND_INCOME_ABSORBS_LOSSES_SINCE,
    SMALL_LIMIT,
    SMALL_RATE,
    STANDARD_RATE,
    Outcome,
    Tariff,
    Year,
    assessed_tax,
    outcome,
    outcomes,
)
from caseflow.reckoning.questions import FIRST_DAY, LAST_DAY, Question
from caseflow.working_days import Calendar

_NOTHING = Decimal("0.00")
_SHARED = ("rate", "small_low_profit", "found_income_absorbs_losses", "on")
_OF_YEAR = ("relief", "credit")

_RULE = Words(
    "所得额 = max(0, 申报所得 + 调整所得 − 可弥补亏损)；"
    "应补税额 = max(0, 调整后税额 − 调整前税额)；弥补亏损 = 调整所得 − 所得额的增加",
    "income = max(0, declared + adjustment − losses that may be used); tax to be made up = max(0,"
    " tax after − tax before); loss offset = adjustment − increase of income",
)
_BASIS = Words("《企业所得税法》第五条、第十八条", "Enterprise Income Tax Law, articles 5 and 18")
_ABSORBS_BASIS = Words("国家税务总局公告2010年第20号", "SAT Announcement 2010 No. 20")
_SMALL_BASIS = Words(
    "《企业所得税法实施条例》第九十二条",
    "Implementing Regulations of the Enterprise Income Tax Law, article 92",
)


def loss_offset(question: Question, calendar: Calendar) -> Answer:
    """Give assessed tax and loss offset of a finding."""
    if question.has("years"):
        return _of_years(question, calendar)
    question.only("declared", "carried", "adjustment", *_OF_YEAR, *_SHARED)
    year = Year(
        0,
        question.amount("declared", may_be_negative=True),
        _adjustment(question),
        _tariff(question, question),
    )
    carried = question.amount("carried", _NOTHING)
    absorbs = _absorbs(question)
    found = outcome(year, carried, carried, absorbs=absorbs)
    steps = [*_head(absorbs, year.tariff), *_lines(found)]
    values = {
        "assess_tax": plain(max(_NOTHING, found.difference)),
        "loss_offset": plain(found.loss_offset),
        **_values(found),
        "found_income_absorbs_losses": absorbs,
    }
    return Answer(values, [*steps, *_totals(max(_NOTHING, found.difference), found.loss_offset)])


def _of_years(question: Question, calendar: Calendar) -> Answer:
    """Years that follow each other: each with its line, its deadline and its surcharge."""
    question.only("years", "losses", "until", *_SHARED)
    years = [_year(each, question) for each in question.items("years")]
    _require_consecutive(question, years)
    absorbs = _absorbs(question)
    found = outcomes(years, _losses(question, years[0].year), absorbs=absorbs)
    due = [filing_deadlines.of_annual_settlement(calendar, each.year).on for each in years]
    until = question.day_or_none("until")
    steps = _head(absorbs, years[0].tariff)
    for each, on in zip(found, due, strict=True):
        head = Words(f"{each.year.year} 年度", f"Year {each.year.year}")
        steps.append(Step(head, is_heading=True))
        steps += _lines(each)
        settled = Words("汇算清缴期限", "deadline of the settlement")
        steps.append(Step(settled, same(""), same(on.isoformat())))
    total, offset = assessed_tax(found), sum((each.loss_offset for each in found), _NOTHING)
    values: dict[str, object] = {"assess_tax": plain(total), "loss_offset": plain(offset)}
    steps += _totals(total, offset)
    if until is not None:
        surcharge, runs = _surcharge(found, due, until)
        steps += runs
        values["surcharge"] = plain(surcharge)
    values["found_income_absorbs_losses"] = absorbs
    values["years"] = [
        {
            "year": each.year.year,
            "adjustment": plain(each.year.adjustment),
            "difference": plain(each.difference),
            "loss_offset": plain(each.loss_offset),
            **_values(each),
            "due": on.isoformat(),
        }
        for each, on in zip(found, due, strict=True)
    ]
    return Answer(values, steps)


def _surcharge(
    found: tuple[Outcome, ...], due: list[date], until: date
) -> tuple[Decimal, list[Step]]:
    differences = [
        Difference(on, each.difference, each.year.year) for each, on in zip(found, due, strict=True)
    ]
    lines = amounts.surcharge_lines(differences, [], until)
    runs = [surcharges.step_of(line) for line in lines]
    return surcharges.total_of(lines), [surcharges.RULE_STEP, *runs, surcharges.total_step(lines)]


def _lines(found: Outcome) -> list[Step]:
    year, tariff = found.year, found.year.tariff
    return [
        Step(
            Words("调整前所得额", "income before"),
            same(f"max(0, {money(year.declared)} − {money(found.carried_before)})"),
            same(money(found.income_before)),
        ),
        Step(
            Words("调整后所得额", "income after"),
            same(
                f"max(0, {money(year.declared)} + {money(year.adjustment)}"
                f" − {money(found.usable_after)})"
            ),
            same(money(found.income_after)),
        ),
        _tax(Words("调整前税额", "tax before"), tariff, found.income_before),
        _tax(Words("调整后税额", "tax after"), tariff, found.income_after),
        Step(
            Words("税额之差", "difference"),
            same(f"{money(found.tax_after)} − {money(found.tax_before)}"),
            same(money(found.difference)),
        ),
        Step(
            Words("弥补亏损", "loss offset"),
            same(
                f"{money(year.adjustment)} − ({money(found.income_after)}"
                f" − {money(found.income_before)})"
            ),
            same(money(found.loss_offset)),
        ),
        *_ledger(found),
    ]


def _ledger(found: Outcome) -> list[Step]:
    """How the loss of the year itself changes, where there was one."""
    if not found.loss_before:
        return []
    return [
        Step(
            Words("当年亏损余额", "what is left of the loss of the year"),
            same(f"max(0, {money(found.loss_before)} − {money(found.year.adjustment)})"),
            same(money(found.loss_after)),
        )
    ]


def _tax(what: Words, tariff: Tariff, income: Decimal) -> Step:
    rate = tariff.rate_of(income)
    less = "".join(f" − {money(each)}" for each in (tariff.relief, tariff.credit) if each)
    product = f"{money(income)} × {percent(rate)}"
    how = same(f"max(0, {product}{less})" if less else product)
    basis = _SMALL_BASIS if tariff.is_small else same("")
    return Step(what, how, same(money(tariff.tax(income))), basis)


def _totals(tax: Decimal, offset: Decimal) -> list[Step]:
    return [
        Step(Words("评估税款", "assessed tax"), same(""), same(money(tax)), is_total=True),
        Step(
            Words("弥补亏损合计", "loss offset in all"),
            same(""),
            same(money(offset)),
            is_total=True,
        ),
    ]


def _head(absorbs: bool, tariff: Tariff) -> list[Step]:  # noqa: FBT001 -- a value of the law
    since = FOUND_INCOME_ABSORBS_LOSSES_SINCE
    told = (
        Words(
            f"查增所得可以弥补以前年度亏损（{since} 起，以前尚未处理的也适用）",
            f"found income may absorb losses of earlier years (since {since}, open matters too)",
        )
        if absorbs
        else Words(
            f"查增所得不得弥补以前年度亏损（{since} 以前），以申报所得已弥补的为限；当年亏损照抵",
            f"found income may not absorb losses of earlier years (before {since}): no more than"
            " the declared income used; the loss of the same year is absorbed",
        )
    )
    head = [Step(_RULE, basis=_BASIS), Step(told, basis=_ABSORBS_BASIS)]
    if tariff.is_small:
        small = Words(
            f"从业人数和资产总额符合小型微利条件：全年所得不超过 {money(SMALL_LIMIT)} 元的按"
            f" {percent(SMALL_RATE)}，超过的全部所得按 {percent(tariff.rate)}",
            f"small in staff and assets: {percent(SMALL_RATE)} up to an income of"
            f" {money(SMALL_LIMIT)}, {percent(tariff.rate)} of the whole above it",
        )
        head.append(Step(small, basis=_SMALL_BASIS))
    return head


def _values(found: Outcome) -> dict[str, object]:
    return {
        "income_before": plain(found.income_before),
        "income_after": plain(found.income_after),
        "tax_before": plain(found.tax_before),
        "tax_after": plain(found.tax_after),
        "loss_before": plain(found.loss_before),
        "loss_after": plain(found.loss_after),
    }


def _adjustment(question: Question) -> Decimal:
    return question.amount("adjustment", _NOTHING)


def _tariff(question: Question, shared: Question) -> Tariff:
    """The rate and smallness of a year, else of the whole question."""
    rate = shared.rate("rate", STANDARD_RATE)
    is_small = shared.flag("small_low_profit")
    if question is not shared:
        rate, is_small = question.rate("rate", rate), question.flag("small_low_profit", is_small)
    relief, credit = (question.amount(name, _NOTHING) for name in _OF_YEAR)
    return Tariff(rate, is_small, relief, credit)


def _absorbs(question: Question) -> bool:
    """Whether found income absorbs old losses: said so, or by the day of the decision; else yes."""
    if question.has("found_income_absorbs_losses"):
        return question.flag("found_income_absorbs_losses")
    on = question.day_or_none("on")
    return on is None or on >= FOUND_INCOME_ABSORBS_LOSSES_SINCE


def _year(question: Question, shared: Question) -> Year:
    question.only("year", "declared", "adjustment", "rate", "small_low_profit", *_OF_YEAR)
    return Year(
        question.count("year", least=FIRST_DAY.year, most=LAST_DAY.year - 1),
        question.amount("declared", may_be_negative=True),
        _adjustment(question),
        _tariff(question, shared),
    )


def _losses(question: Question, first: int) -> dict[int, Decimal]:
    """Losses that arose before the first year, by year."""
    found: dict[int, Decimal] = {}
    for each in question.items("losses"):
        each.only("year", "amount")
        year = each.count("year", least=FIRST_DAY.year, most=LAST_DAY.year)
        if year >= first or year in found:
            raise each.refusal(
                "year",
                f"以前年度亏损每年一项，应早于 {first} 年：请改正",
                f"losses carried are one for each year before {first}: mend it",
            )
        found[year] = each.amount("amount")
    return found


def _require_consecutive(question: Question, years: list[Year]) -> None:
    if not years:
        raise question.refusal(
            "years", "没有填写：请至少给出一年", "is empty: give one year or more"
        )
    for index, (year, after) in enumerate(pairwise(years), 1):
        if after.year != year.year + 1:
            raise question.items("years")[index].refusal(
                "year",
                f"{year.year} 年之后应为 {year.year + 1} 年："
                "请按年份顺序补全，没有调整的年份也要写",
                f"after {year.year} comes {year.year + 1}: give every year in order, those"
                " without an adjustment too",
            )
