"""What a panel decides on a tax evaluation (6d): a changed outcome with its sums, and its paper."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from caseflow.models import AssessedAmount, Case, Document
from caseflow.vocabulary import Actor
from tests import evaluation
from tests.cast import Cast
from tests.services.test_tax_evaluation import MONDAY, begun, refused
from tests.services.test_time import at

TEXT, VAT = evaluation.TEXT, evaluation.VAT
WHY = "纳税人补充的凭证足以说明差异，审议后变更。"
CIT = {
    "tax": "cit",
    "period": "2008-Y",
    "declared": "10000.00",
    "recomputed": "60000.00",
    "due_on": "2009-06-01",
    "recovery": "calculation_error",
}
LARGE = [{**VAT, "recomputed": "210000.00"}, CIT]
NAMED = ("tax", "period", "declared", "recomputed", "due_on")


def line(of: dict[str, Any], **changes: str) -> dict[str, Any]:
    """A line of a motion: of its form are no other columns."""
    return {**{name: of[name] for name in NAMED}, **changes}


def sitting(session: Session, **changes: object) -> tuple[Cast, Case, list[Actor]]:
    """A determination is before its panel."""
    people, case = begun(session)
    signs = {"signs": changes["signs"]} if "signs" in changes else {}
    evaluation.reviewed(session, people, case, "determine", **signs)
    evaluation.signed(session, people, case)
    evaluation.determined(session, people, case, **changes)
    evaluation.agreed(session, people, case)
    members = [people.deputy, people.legal, people.other_chief]
    evaluation.convened(session, people, case, members)
    return people, case, members


def moved(outcome: str, *amounts: dict[str, Any]) -> dict[str, Any]:
    """Answers of a motion for another outcome."""
    told = {"officers_left": "九时十分汇报，九时三十分退场", "discussion": TEXT}
    change = {"motion_outcome": outcome, "amounts": list(amounts), "change_reason": WHY}
    return {"motion": "changed", **told, **change}


def decided(session: Session, case: Case, members: list[Actor], motion: dict[str, Any]) -> None:
    evaluation.do(session, members[0], case, "motion", **motion)
    evaluation.voted(session, case, dict.fromkeys(members, "for"))
    evaluation.minuted(session, case, members)


def rows(session: Session, case: Case) -> dict[str, AssessedAmount]:
    found = select(AssessedAmount).where(AssessedAmount.case_id == case.id)
    return {row.tax: row for row in session.scalars(found)}


def recomputed(session: Session, case: Case) -> dict[str, Decimal]:
    return {tax: row.recomputed for tax, row in rows(session, case).items()}


def paper(session: Session, case: Case) -> dict[str, Any]:
    """The newest determination on paper, as its layout gets it."""
    found = select(Document.data).where(
        Document.case_id == case.id, Document.kind == "evaluation_determination"
    )
    data: dict[str, Any] = session.scalars(found.order_by(Document.id.desc())).first() or {}
    return data


def signers(session: Session, case: Case) -> list[str]:
    return [each["name"] for each in paper(session, case)["opinions"]]


def test_a_case_that_the_panel_clears_keeps_no_sums_and_is_signed_by_the_panel(
    session: Session,
) -> None:
    with at(MONDAY):
        people, case, members = sitting(session, amounts=LARGE)
        decided(session, case, members, moved("cleared"))
        assert case.facts["outcome"] == "cleared"
        assert rows(session, case) == {}
    names = [each.name for each in (people.officer, *members)]
    assert signers(session, case) == names
    parts = {part["title"]: part["lines"] for part in paper(session, case)["parts"]}
    assert parts["认定理由"] == [WHY]


@pytest.mark.parametrize("outcome", ["self_corrected", "adjusted", "determined"])
def test_a_changed_outcome_that_lies_in_its_sums_names_them(session: Session, outcome: str) -> None:
    with at(MONDAY):
        people, case, _ = sitting(session, amounts=LARGE)
        codes = refused(session, people.deputy, case, "motion", **moved(outcome))
        assert codes == {"amounts": "motion_needs_sums"}


def test_a_changed_outcome_without_tax_names_no_sums(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = sitting(session, amounts=LARGE)
        codes = refused(session, people.deputy, case, "motion", **moved("guided", line(VAT)))
        assert codes == {"amounts": "motion_without_sums"}


def test_sums_that_no_case_can_have_are_refused_before_the_vote(session: Session) -> None:
    with at(MONDAY):
        people, case, _ = sitting(session, amounts=LARGE)
        twice = moved("self_corrected", line(VAT), line(VAT, period="2009-Q4"))
        codes = refused(session, people.deputy, case, "motion", **twice)
        assert codes == {"amounts-1-period": "tax_and_period_twice"}


def test_a_tax_that_a_changed_motion_does_not_name_stays_as_determined(session: Session) -> None:
    with at(MONDAY):
        _, case, members = sitting(session, amounts=LARGE)
        # December as the last quarter: the same tax and period, written in another way.
        motion = moved("self_corrected", line(VAT, period="2009-Q4", recomputed="20000.00"))
        decided(session, case, members, motion)
        found = recomputed(session, case)
        assert found == {"vat": Decimal("20000.00"), "cit": Decimal("60000.00")}


def test_a_changed_motion_keeps_the_columns_that_its_form_does_not_ask(session: Session) -> None:
    with at(MONDAY):
        evaded = {**VAT, "period": "2003-12", "due_on": "2004-01-12", "recovery": "evasion"}
        evaded |= {"income_adjustment": "4000.00"}
        _, case, members = sitting(session, signs=["evasion"], amounts=[evaded])
        motion = moved("transferred_inspection", line(evaded, recomputed="16000.00"))
        decided(session, case, members, motion)
        row = rows(session, case)["vat"]
        assert (row.recomputed, row.income_adjusted) == (Decimal("16000.00"), Decimal("4000.00"))


def test_what_goes_on_to_inspection_takes_along_what_was_determined(session: Session) -> None:
    with at(MONDAY):
        people, case, members = sitting(session, signs=["evasion"], amounts=LARGE)
        decided(session, case, members, moved("transferred_inspection"))
        found = recomputed(session, case)
        assert found == {"vat": Decimal("210000.00"), "cit": Decimal("60000.00")}
        agreed = {"approval_decision": "agree", "opinion": evaluation.OPINION}
        evaluation.do(session, people.leader, case, "approval", **agreed)
    everybody = (people.officer, *members, people.leader)
    assert signers(session, case) == [each.name for each in everybody]
