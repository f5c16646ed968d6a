"""Found income against losses: the six worked examples, the date of the rule, and the laws."""

from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from caseflow.reckoning import Answer, BadQuestion, reckon
from caseflow.reckoning.income_tax import Tariff, Year, assessed_tax, outcomes
from caseflow.working_days import published_calendar

BUREAU = published_calendar()
MONEY = st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100)
SIGNED = st.integers(-(10**9), 10**9).map(lambda fen: Decimal(fen) / 100)
TARIFFS = st.builds(
    Tariff, st.sampled_from([Decimal("0.25"), Decimal("0.2"), Decimal("0.15")]), st.booleans()
)
COURSES = st.lists(st.tuples(SIGNED, MONEY, TARIFFS), min_size=1, max_size=8)
LOSSES = st.dictionaries(st.integers(2001, 2006), MONEY, max_size=4)


def loss_offset(**question: object) -> Answer:
    return reckon("loss-offset", question, BUREAU)


def years_of(course: list[tuple[Decimal, Decimal, Tariff]]) -> list[Year]:
    return [
        Year(2007 + index, declared, adjustment, tariff)
        for index, (declared, adjustment, tariff) in enumerate(course)
    ]


def test_relief_and_credit_lessen_the_tax_before_and_after() -> None:
    told = {"declared": "100000", "adjustment": "40000", "relief": "20000", "credit": "6000"}
    found = loss_offset(**told).values
    # 25,000 - 26,000 is no tax; 35,000 - 26,000 is 9,000.
    assert (found["tax_before"], found["tax_after"]) == ("0.00", "9000.00")
    assert found["assess_tax"] == "9000.00"
    of_years = loss_offset(
        years=[{"year": 2008, "declared": "100000", "adjustment": "40000", "relief": "20000"}]
    ).values
    assert of_years["assess_tax"] == "10000.00"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("-300000", "0", "500000"), ("0.00", "200000.00", "50000.00", "300000.00")),
        (("100000", "0", "40000"), ("100000.00", "140000.00", "10000.00", "0.00")),
        (("-900,000", "0", "500,000.00"), ("0.00", "0.00", "0.00", "500000.00")),
        (("100000", "150000", "100000"), ("0.00", "50000.00", "12500.00", "50000.00")),
    ],
)
def test_worked_examples_of_one_year(given: tuple[str, str, str], found: tuple[str, ...]) -> None:
    declared, carried, adjustment = given
    answer = loss_offset(declared=declared, carried=carried, adjustment=adjustment, rate="0.25")
    names = ("income_before", "income_after", "assess_tax", "loss_offset")
    assert tuple(answer.values[name] for name in names) == found


def test_the_loss_ledger_of_the_third_example() -> None:
    found = loss_offset(declared=-900000, carried=0, adjustment=500000, rate="25%")
    assert (found.values["loss_before"], found.values["loss_after"]) == ("900000.00", "400000.00")


@pytest.mark.parametrize(
    "decided",
    [
        {"found_income_absorbs_losses": False},
        {"found_income_absorbs_losses": "否"},
        {"on": "2010-11-30"},
    ],
)
def test_before_the_announcement_found_income_absorbs_no_old_losses(
    decided: dict[str, object],
) -> None:
    found = loss_offset(declared=100000, carried=150000, adjustment=100000, **decided)
    assert found.values["income_after"] == "100000.00"
    assert (found.values["assess_tax"], found.values["loss_offset"]) == ("25000.00", "0.00")


def test_since_the_announcement_it_does_and_the_loss_of_the_same_year_always_is_absorbed() -> None:
    since = loss_offset(declared=100000, carried=150000, adjustment=100000, on="2010-12-01")
    assert since.values["assess_tax"] == "12500.00"
    own = loss_offset(declared=-300000, carried=200000, adjustment=500000, on="2009-12-01")
    assert (own.values["income_after"], own.values["loss_offset"]) == ("200000.00", "300000.00")


def test_a_higher_income_takes_the_small_tariff_away_from_the_whole() -> None:
    found = loss_offset(declared=200000, adjustment=200000, small_low_profit=True)
    assert (found.values["tax_before"], found.values["tax_after"]) == ("40000.00", "100000.00")
    assert found.values["assess_tax"] == "60000.00"
    kept = loss_offset(declared=200000, adjustment=100000, small_low_profit=True)
    assert kept.values["assess_tax"] == "20000.00"  # 300,000 itself is still small


def test_a_loss_used_in_a_later_year_is_taken_back_there() -> None:
    found = loss_offset(
        years=[
            {"year": 2007, "declared": "-900000", "adjustment": "500000"},
            {"year": 2008, "declared": "600,000"},
        ],
        rate="0.25",
        until="2009-12-02",
    )
    assert (found.values["assess_tax"], found.values["loss_offset"]) == ("50000.00", "300000.00")
    lines = found.values["years"]
    assert isinstance(lines, list)
    first, second = lines
    assert (first["difference"], first["loss_offset"]) == ("0.00", "500000.00")
    assert (second["income_before"], second["income_after"]) == ("0.00", "200000.00")
    assert (second["difference"], second["loss_offset"]) == ("50000.00", "-200000.00")
    assert second["due"] == "2009-05-31"
    assert found.values["surcharge"] == "4625.00"  # 185 days from 1 June


def test_a_loss_can_be_used_in_the_five_years_after_its_own() -> None:
    def income(year: int) -> object:
        found = loss_offset(
            years=[{"year": year, "declared": "100"}], losses=[{"year": 2003, "amount": "80"}]
        )
        years = found.values["years"]
        assert isinstance(years, list)
        return years[0]["income_before"]

    assert (income(2008), income(2009)) == ("20.00", "100.00")


def test_the_oldest_loss_is_used_first() -> None:
    years = [Year(2008, Decimal(50)), Year(2009, Decimal(100))]
    found = outcomes(years, {2003: Decimal(60), 2007: Decimal(30)}, absorbs=True)
    # 2003 gives 50 in 2008 and is too old in 2009; all of 2007 is left then.
    assert [each.income_before for each in found] == [0, 70]


def test_the_sheet_shows_every_step_in_both_languages() -> None:
    found = loss_offset(declared=100000, carried=150000, adjustment=100000, rate="0.25")
    lines = found.explain("en")
    assert "income after: max(0, 100,000.00 + 100,000.00 − 150,000.00) = 50,000.00" in lines
    assert "tax after: 50,000.00 × 25% = 12,500.00" in lines
    assert "assessed tax: 12,500.00" in lines
    assert "评估税款：12,500.00" in found.explain("zh")


@drawn(course=COURSES, losses=LOSSES, absorbs=st.booleans())
def test_adjustments_become_income_or_absorb_losses_and_nothing_is_lost(
    course: list[tuple[Decimal, Decimal, Tariff]], losses: dict[int, Decimal], *, absorbs: bool
) -> None:
    found = outcomes(years_of(course), losses, absorbs=absorbs)
    for each in found:
        assert each.loss_offset == each.year.adjustment - (each.income_after - each.income_before)
        assert min(each.income_before, each.income_after, each.loss_after) >= 0
        assert each.carried_after <= each.carried_before
        assert each.income_after >= each.income_before
    assert assessed_tax(found) >= 0
    adjusted = sum(each.year.adjustment for each in found)
    grown = sum(each.income_after - each.income_before for each in found)
    assert sum(each.loss_offset for each in found) == adjusted - grown


@drawn(COURSES, LOSSES)
def test_the_announcement_never_raises_the_tax_of_the_adjusted_years(
    course: list[tuple[Decimal, Decimal, Tariff]], losses: dict[int, Decimal]
) -> None:
    (first, *_) = years_of(course)
    (since,) = outcomes([first], losses, absorbs=True)
    (before,) = outcomes([first], losses, absorbs=False)
    assert since.income_after <= before.income_after


@drawn(course=COURSES, losses=LOSSES, absorbs=st.booleans())
def test_without_a_finding_nothing_changes(
    course: list[tuple[Decimal, Decimal, Tariff]], losses: dict[int, Decimal], *, absorbs: bool
) -> None:
    plain = [Year(each.year, each.declared, tariff=each.tariff) for each in years_of(course)]
    found = outcomes(plain, losses, absorbs=absorbs)
    assert assessed_tax(found) == 0
    assert all(each.loss_offset == 0 and each.difference == 0 for each in found)


@drawn(declared=SIGNED, carried=MONEY, adjustment=MONEY, absorbs=st.booleans())
def test_one_year_asked_alone_is_as_the_only_one_of_several(
    declared: Decimal, carried: Decimal, adjustment: Decimal, *, absorbs: bool
) -> None:
    shared = {"found_income_absorbs_losses": absorbs}
    alone = loss_offset(
        declared=str(declared), carried=str(carried), adjustment=str(adjustment), **shared
    )
    years = [{"year": 2009, "declared": str(declared), "adjustment": str(adjustment)}]
    several = loss_offset(years=years, losses=[{"year": 2008, "amount": str(carried)}], **shared)
    assert several.values["assess_tax"] == alone.values["assess_tax"]
    assert several.values["loss_offset"] == alone.values["loss_offset"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "declared: is not given"),
        ({"declared": "x"}, 'declared: "x" is no number'),
        ({"declared": 1, "carried": -1}, "carried: this amount cannot be negative"),
        ({"declared": 1, "adjustment": "-5"}, "adjustment: this amount cannot be negative"),
        ({"declared": 1, "rate": "25"}, "write 0.17 or 17%"),
        ({"declared": 1, "small_low_profit": "maybe"}, "write true or false"),
        ({"declared": 1, "income": 5}, '"income" is not known here'),
        ({"years": []}, "years: is empty"),
        (
            {"years": [{"year": 2007, "declared": 1}, {"year": 2009, "declared": 1}]},
            "years item 2 year: after 2007 comes 2008",
        ),
        (
            {"years": [{"year": 2007, "declared": 1}], "losses": [{"year": 2007, "amount": 1}]},
            "losses item 1 year: ",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(
    question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        loss_offset(**question)
    assert told in refused.value.say("en")
