"""Every form of a shipped drawing is filled in by the past, but for roads that are named here."""

from pathlib import Path

from caseflow.demo.past import answers

_FORMS = Path(__file__).parents[2] / "forms"
# Roads that no officer of the demonstration chooses; the forms of each stand on it alone.
_ROADS = {
    "a household that pays or is looked for again": (
        "ab_demand ab_demand_result ab_demand_signature ab_execution ab_later_check"
        " ab_enforcement_approval ab_enforcement_proposal ab_enforcement_record"
    ),
    "a household that is found, or was none": (
        "ab_release_application ab_release_approval ab_release_assignment ab_release_invoices"
        " ab_release_registration ab_release_review ab_wrong_identification"
    ),
    "orders without an officer, revoked or served by public notice": (
        "oc_dispatch oc_revocation_letter oc_service_notice oc_service_notice_run"
        " oc_service_notice_sign"
    ),
    "a hearing": "pn_hearing_notice pn_hearing_record pn_hearing_report pn_hearing_service",
    "evaluations with books, a notice or a third return": (
        "ta_books_approval ta_books_return ta_books_taken ta_notice_reply ta_notice_service"
        " ta_notice_signature ta_objection_review ta_risk_notice ta_third_return"
        " ta_transfer_answer"
    ),
    "a district's own directive": "dr_own_report dr_own_signature dr_receipt",
    "a request that is kept longer or sent back three times": "rq_extension rq_third_return",
    "a transfer that inspection asks more of": "ti_recusal ti_supply ti_supply_signature",
    "figures that another authority is asked about": (
        "tp_authority_answer tp_authority_inquiry tp_authority_signature tp_comparison"
    ),
}


def test_every_form_is_filled_in_but_those_of_roads_not_taken() -> None:
    shipped = {path.stem for path in _FORMS.glob("*.form")}
    named = {form for forms in _ROADS.values() for form in forms.split()}
    assert shipped - answers.known() == named
