"""Fines and recovery: the ranges, who decides, the texts of the penalty law by date."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from caseflow.engine import decisions
from caseflow.reckoning import BadQuestion, reckon
from caseflow.working_days import published_calendar

BUREAU = published_calendar()
TABLES = Path(__file__).parents[3] / "workflows" / "pn_decided_by.dmn"
BANDS = partial(
    decisions.read_model(TABLES.name, TABLES.read_bytes())[0].decisions["pn_band"].decide,
    mapping="singleResult",
)


def fine(**question: object) -> dict[str, Any]:
    return dict(reckon("fine", question, BUREAU, BANDS).values)


def statute(**question: object) -> dict[str, Any]:
    return dict(reckon("statute", question, BUREAU).values)


@pytest.mark.parametrize(
    ("act", "article", "lower", "upper"),
    [
        ("duties", "60(1)", "0.00", "2000.00"),
        ("certificate", "60(3)", "2000.00", "10000.00"),
        ("late_return", "62", "0.00", "2000.00"),
        ("evasion", "63", "42500.00", "425000.00"),
        ("false_base", "64(1)", "0.00", "50000.00"),
        ("no_return", "64(2)", "42500.00", "425000.00"),
        ("hiding_property", "65", "42500.00", "425000.00"),
        ("refund_fraud", "66", "85000.00", "425000.00"),
        ("refusal", "67", "85000.00", "425000.00"),
        ("not_paying", "68", "42500.00", "425000.00"),
        ("not_withholding", "69", "42500.00", "255000.00"),
        ("obstruction", "70", "0.00", "10000.00"),
        ("agent_fault", "R98", "42500.00", "255000.00"),
    ],
)
def test_every_act_of_the_table_has_its_range(
    act: str, article: str, lower: str, upper: str
) -> None:
    found = fine(act=act, tax="85,000.00")
    assert (found["article"], found["lower"], found["upper"]) == (article, lower, upper)


@pytest.mark.parametrize(
    ("act", "lower", "upper"),
    [
        ("duties", "2000.00", "10000.00"),
        ("certificate", "10000.00", "50000.00"),
        ("late_return", "2000.00", "10000.00"),
        ("obstruction", "10000.00", "50000.00"),
    ],
)
def test_a_serious_act_has_the_higher_range(act: str, lower: str, upper: str) -> None:
    found = fine(act=act, serious=True)
    assert (found["lower"], found["upper"]) == (lower, upper)


@pytest.mark.parametrize(
    ("late", "found"),
    [
        ({"days_late": 12, "party": "individual_household"}, ("20.00", "50.00", "20.00")),
        ({"days_late": 12, "party": "enterprise"}, ("50.00", "200.00", "50.00")),
        ({"days_late": 30, "party": "enterprise"}, ("50.00", "200.00", "50.00")),
        ({"days_late": 12, "offence": 2}, ("50.00", "200.00", "200.00")),
        ({"days_late": 40}, ("200.00", "2000.00", "200.00")),
        ({"days_late": 40, "offence": 2}, ("200.00", "2000.00", "500.00")),
        ({"days_late": 40, "party": "individual"}, ("50.00", "2000.00", "50.00")),
        ({"days_late": 12, "offence": 3}, ("2000.00", "10000.00", "2000.00")),
        ({"days_late": 12, "serious": True}, ("2000.00", "10000.00", "2000.00")),
    ],
)
def test_the_table_of_late_returns(late: dict[str, object], found: tuple[str, str, str]) -> None:
    answer = fine(act="late_return", **late)
    assert (answer["lower"], answer["upper"], answer["proposed"]) == found


def test_a_tax_office_may_still_decide_a_third_late_return_and_no_hearing_is_offered() -> None:
    found = fine(act="late_return", days_late=12, offence=3, party="enterprise")
    assert (found["decided_by"], found["hearing"]) == ("tax_office", False)


def test_without_the_table_a_late_return_is_asked_for_by_the_range_of_the_law() -> None:
    with pytest.raises(BadQuestion, match="not deployed"):
        reckon("fine", {"act": "late_return", "days_late": 12}, BUREAU)


@pytest.mark.parametrize(
    ("amount", "party", "decided_by", "hearing"),
    [
        ("2000", "enterprise", "tax_office", False),
        ("2000.01", "enterprise", "district_bureau", False),
        ("2000", "individual_household", "tax_office", True),
        ("1999.99", "individual", "tax_office", False),
        ("9999.99", "organisation", "district_bureau", False),
        ("10000", "organisation", "district_bureau", True),
    ],
)
def test_who_decides_and_whether_a_hearing_is_offered(
    amount: str, party: str, decided_by: str, *, hearing: bool
) -> None:
    found = fine(act="false_base", amount=amount, party=party)
    assert (found["decided_by"], found["hearing"]) == (decided_by, hearing)


def test_the_articles_follow_the_day_of_the_act() -> None:
    old = {
        "inform": "31", "defence": "32", "void": "41", "hearing": "42",
        "payment": "46", "late_payment": "51", "no_fine": "27",
    }  # fmt: skip
    new = {
        "inform": "44", "defence": "45", "void": "62", "hearing": "63, 64",
        "payment": "67", "late_payment": "72", "no_fine": "33",
    }  # fmt: skip
    assert fine(act="obstruction", act_on="1996-10-01")["articles"] == old
    assert fine(act="obstruction", act_on="2021-07-14")["articles"] == old
    assert fine(act="obstruction", act_on="2021-07-15")["articles"] == new


def test_a_hearing_is_asked_for_within_three_days_and_since_2021_five_working_days() -> None:
    told = {"act": "false_base", "amount": "20000"}
    before = fine(**told, act_on="2009-06-01", notified_on="2009-11-09")
    assert before["hearing_until"] == "2009-11-12"
    since = fine(**told, act_on="2021-08-02", notified_on="2021-09-30")
    assert since["hearing_until"] == "2021-10-13"  # over the National Day, 9 October worked


def test_payment_is_due_in_fifteen_days_and_the_addition_is_limited_since_2021() -> None:
    told = {"act": "false_base", "amount": "1000"}
    before = fine(**told, act_on="2009-06-01", received_on="2009-11-06", paid_on="2010-01-22")
    assert before["pay_until"] == "2009-11-23"
    assert before["late_penalty"] == "1800.00"  # 60 days
    since = fine(**told, act_on="2022-06-01", received_on="2022-11-07", paid_on="2023-11-22")
    assert since["late_penalty"] == "1000.00"


def test_an_act_found_after_five_years_is_not_fined() -> None:
    told = {"act": "obstruction", "act_on": "2009-03-02"}
    assert fine(**told, found_on="2014-03-03")["fine_barred"] is False  # 2 March was a Sunday
    late = fine(**told, found_on="2014-03-04")
    assert late["fine_barred"] is True
    assert "upper" not in late


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({}, "act: is not given: give one of duties"),
        ({"act": "speeding"}, 'act: "speeding" is not among the choices'),
        ({"act": "evasion"}, "tax: is not given"),
        ({"act": "evasion", "tax": 100, "amount": 49}, "amount: a fine of 49.00 is not within"),
        ({"act": "duties", "act_on": "1996-09-30"}, "act_on: is before 1996-10-01"),
        (
            {"act": "duties", "act_on": "2009-09-30", "found_on": "2009-09-29"},
            "found_on: 2009-09-29 is before the act",
        ),
        (
            {"act": "duties", "act_on": "2009-09-30", "paid_on": "2009-12-29"},
            "paid_on: to reckon late payment give received_on and amount too",
        ),
    ],
)
def test_a_fine_that_cannot_be_reckoned_says_what_to_do(
    question: dict[str, object], told: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        fine(**question)
    assert told in refused.value.say("en")


@pytest.mark.parametrize(
    ("question", "years", "last_day", "with_surcharge"),
    [
        ({"cause": "tax_office"}, 3, "2012-04-20", False),
        ({"cause": "calculation_error", "amount": "99,999.99"}, 3, "2012-04-20", True),
        ({"cause": "calculation_error", "amount": "100000"}, 5, "2014-04-21", True),  # a Sunday
        ({"cause": "evasion"}, None, None, True),
        ({"cause": "refusal"}, None, None, True),
        ({"cause": "refund_fraud"}, None, None, True),
    ],
)
def test_the_statute_of_recovery(
    question: dict[str, object], years: int | None, last_day: str | None, *, with_surcharge: bool
) -> None:
    found = statute(due="2009-04-20", **question)
    assert found == {"years": years, "last_day": last_day, "with_surcharge": with_surcharge}


def test_tax_is_recoverable_up_to_the_last_day() -> None:
    told = {"due": "2009-04-20", "cause": "tax_office"}
    assert statute(**told, on="2012-04-20")["recoverable"] is True
    assert statute(**told, on="2012-04-21")["recoverable"] is False
    assert statute(due="2009-04-20", cause="evasion", on="2099-01-01")["recoverable"] is True
