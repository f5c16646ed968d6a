"""Identity numbers: the worked checks of the standards, whose number it is, and their laws."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.reckoning import BadQuestion, reckon
from caseflow.reckoning import identity_numbers as numbers
from caseflow.reckoning.identity_numbers import Kind
from caseflow.working_days import published_calendar

BUREAU = published_calendar()
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODIES = st.tuples(
    st.sampled_from(["91", "92", "93", "52", "12"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(SIGNS, min_size=8, max_size=8),
).map(lambda parts: "".join((*parts, numbers.organisation_check(parts[2]))))


def checked(number: str, **more: object) -> dict[str, Any]:
    return dict(reckon("check-number", {"number": number, **more}, BUREAU).values)


@pytest.mark.parametrize(
    ("body", "check"),
    [("91350100M000100Y4", "3"), ("91210202736401253", "J")],
)
def test_unified_codes_of_the_standard(body: str, check: str) -> None:
    assert numbers.unified_check(body) == check
    assert numbers.is_unified(body + check)


@pytest.mark.parametrize(
    ("body", "check"), [("73640125", "3"), ("24238881", "0"), ("M000100Y", "4")]
)
def test_organisation_codes_of_the_standard(body: str, check: str) -> None:
    assert numbers.organisation_check(body) == check
    assert numbers.is_organisation(body + check)


@pytest.mark.parametrize(
    ("body", "check"),
    [("21020219780305123", "7"), ("21021119650412003", "8"), ("11010519491231002", "X")],
)
def test_identity_cards_of_the_standard(body: str, check: str) -> None:
    assert numbers.person_check(body) == check
    assert numbers.is_person(body + check)


def test_an_old_identity_number_is_lengthened() -> None:
    assert numbers.lengthened("210202780305123") == "210202197803051237"


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        ("91350100M000100Y43", ["unified_code"]),
        ("91350203M0001QAY9B", []),  # printed as a sample here and there, and wrong
        ("210202736401253", ["enterprise"]),
        ("210202736401254", []),
        ("210202780305123", ["individual_household"]),
        ("21020278030512301", ["individual_household"]),
        ("210202197803051237", ["individual_household"]),
        ("21020219780305123701", ["individual_household"]),
        ("L736401253", ["temporary"]),
        ("L210202197803051237", ["temporary"]),
        ("736401253", ["organisation_code"]),
        ("210202197813051237", []),  # no thirteenth month
        ("2102027364012", []),
    ],
)
def test_whose_number_it_can_be(number: str, kinds: list[str]) -> None:
    found = checked(number)
    assert (found["valid"], found["kinds"]) == (bool(kinds), kinds)


def test_a_number_that_fits_two_forms_names_both() -> None:
    # An organisation code whose digits are a day too: 780305 in the place of the date.
    bodies = (f"210202{day}{rest:02d}" for day in range(780301, 780332) for rest in range(100))
    both = next(
        number
        for body in bodies
        for number in (body + numbers.organisation_check(body[-8:]),)
        if number.isdecimal() and numbers.is_person(number)
    )
    assert checked(both)["kinds"] == ["enterprise", "individual_household"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("91210202736401253?", "91210202736401253J"),
        ("7364-0125?", "736401253"),
        ("21020273640125？", "210202736401253"),
        ("21020219780305123?", "210202197803051237"),
    ],
)
def test_a_question_mark_asks_for_the_check_character(asked: str, number: str) -> None:
    assert checked(asked) == {"number": number, "check": number[-1]}


def test_there_were_no_unified_codes_before_october_2015() -> None:
    assert checked("91350100M000100Y43", on="2015-10-01")["valid"] is True
    with pytest.raises(BadQuestion, match="exist from 2015-10-01"):
        checked("91350100M000100Y43", on="2015-09-30")


@given(BODIES, st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_character_is_always_noticed(body: str, place: int, sign: str) -> None:
    number = body + numbers.unified_check(body)
    assert numbers.is_unified(number)
    changed = number[:place] + sign + number[place + 1 :]
    assert numbers.is_unified(changed) is (changed == number)


@given(st.text(max_size=24))
def test_any_text_is_judged(text: str) -> None:
    assert isinstance(numbers.kinds_of(text), tuple)


@given(st.dates(), st.integers(0, 999))
def test_generated_identity_numbers_are_right(born: date, order: int) -> None:
    number = f"210202{born.year:04d}{born:%m%d}{order:03d}"
    assert Kind.INDIVIDUAL in numbers.kinds_of(number + numbers.person_check(number))


@pytest.mark.parametrize("number", ["", "税号", "12;34", "1" * 41, "?", "12?"])
def test_what_is_no_number_is_refused_with_what_to_do(number: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        checked(number)
    assert refused.value.place == ("number",)
