"""Warning verification: its tables row by row, and its page of variables against the drawing."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows import scenarios

PROCESS = scenarios.process("warning_verification.bpmn")
README = scenarios.WORKFLOWS / "warning_verification" / "README.md"
# A conclusion in which nothing is found: the last row of the table of outcomes holds.
NOTHING: dict[str, Any] = {
    "outcome_change": None,
    "has_signs": False,
    "contact_result": None,
    "confirmed_doubts": Decimal(0),
    "confirmed_taxes": Decimal(0),
    "confirmed_periods": Decimal(0),
    "tax_computable": "yes",
    "onsite_found": None,
    "zero_returns_trading": "no",
    "duty_not_met": "none",
    "total_tax": Decimal(0),
    "has_adjustment": False,
    "every_doubt_data_error": False,
    "not_verifiable_doubts": Decimal(0),
}
CONFIRMED = {
    "confirmed_doubts": Decimal(1),
    "confirmed_taxes": Decimal(1),
    "confirmed_periods": Decimal(1),
}
# What the leader need not see: little tax, nothing said of invoices or registration.
SMALL: dict[str, Any] = {
    "outcome": "self_corrected",
    "score": Decimal(15),
    "invoice_stop": "no",
    "status_change": "no",
    "total_tax": Decimal("9999.99"),
    "approve_tax_district": Decimal(10000),
    "ti_flag": False,
}


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({"has_signs": True, "onsite_found": "not_found"}, "transferred_inspection"),
        ({"contact_result": "refused"}, "opened_ta"),
        ({"contact_result": "absent"}, "opened_ta"),
        ({**CONFIRMED, "confirmed_taxes": Decimal(2)}, "opened_ta"),
        ({**CONFIRMED, "confirmed_periods": Decimal(4)}, "opened_ta"),
        ({**CONFIRMED, "confirmed_periods": Decimal(3), "total_tax": Decimal(1)}, "self_corrected"),
        ({"tax_computable": "no"}, "opened_ta"),
        ({"onsite_found": "not_found", "zero_returns_trading": "yes"}, "opened_ab"),
        ({"zero_returns_trading": "yes", "duty_not_met": "filing"}, "opened_zf"),
        ({**CONFIRMED, "duty_not_met": "registration", "total_tax": Decimal(5)}, "opened_oc"),
        ({"duty_not_met": "filing"}, "opened_oc"),
        ({"duty_not_met": "payment"}, "opened_oc"),
        ({**CONFIRMED, "total_tax": Decimal("0.01"), "has_adjustment": True}, "self_corrected"),
        ({**CONFIRMED, "has_adjustment": True}, "adjusted"),
        (CONFIRMED, "guided"),
        ({"every_doubt_data_error": True}, "data_error"),
        ({"not_verifiable_doubts": Decimal(1)}, "not_verifiable"),
        ({"contact_result": "no_reply"}, "cleared"),
        ({}, "cleared"),
        ({"has_signs": True, "outcome_change": "guided"}, "guided"),
    ],
)
def test_first_row_that_holds_proposes_the_outcome(found: dict[str, Any], outcome: str) -> None:
    assert PROCESS.decisions["wv_outcome"].decide(NOTHING | found) == outcome


@pytest.mark.parametrize(
    ("found", "who"),
    [
        ({"outcome": "transferred_inspection"}, "collective"),
        ({"outcome": "cleared", "score": Decimal(10)}, "collective"),
        ({"outcome": "cleared", "score": Decimal("9.9")}, "section_chief"),
        ({"outcome": "opened_ab"}, "district_leader"),
        ({"invoice_stop": "yes"}, "district_leader"),
        ({"status_change": "yes"}, "district_leader"),
        ({"total_tax": Decimal(10000)}, "district_leader"),
        ({"outcome": "not_verifiable"}, "district_leader"),
        ({"ti_flag": True}, "district_leader"),
        ({}, "section_chief"),
    ],
)
def test_outcome_and_amount_say_who_decides(found: dict[str, Any], who: str) -> None:
    assert PROCESS.decisions["wv_decided_by"].decide(SMALL | found) == who


@pytest.mark.parametrize(
    ("table", "found", "step"),
    [
        ("wv_after_inquiry", {"inquiry_method": "letter", "letter_service": "failed"}, "onsite"),
        ("wv_after_inquiry", {"contact_result": "answered"}, "desk"),
        ("wv_after_inquiry", {"contact_result": "unreachable"}, "onsite"),
        ("wv_after_inquiry", {"contact_result": "refused", "next_step": "interview"}, "interview"),
        ("wv_after_interview", {"interview_approval": "refuse"}, "desk"),
        ("wv_after_interview", {"contact_result": "absent"}, "conclude"),
        ("wv_after_interview", {"contact_result": "held"}, "desk"),
        ("wv_after_visit", {"onsite_approval": "refuse", "next_step": "onsite"}, "desk"),
        ("wv_after_visit", {"onsite_approval": "agree", "next_step": "conclude"}, "conclude"),
    ],
)
def test_result_of_a_contact_says_where_it_leads(
    table: str, found: dict[str, Any], step: str
) -> None:
    assert PROCESS.decisions[table].decide(found) == step


def test_page_of_the_process_lists_its_variables() -> None:
    listed = re.findall(r"^\| `(\w+)` \| [a-z ]+ \|", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted({*PROCESS.variables})


def test_page_of_the_process_lists_its_verbs() -> None:
    page = README.read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \| (?:`\w+`(?:, )?)+ \|", page, re.MULTILINE))
    verbs = {element.topic for element in PROCESS.elements.values() if element.topic}
    assert listed == verbs
