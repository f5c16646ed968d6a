"""Steps that are handed in only by somebody who has just shown who sits there: one table.

Kept here and not in the drawing, as with who approves a version: who changes a drawing must not
choose how well it is guarded. The table goes by forms, since a drawing names its steps as it likes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caseflow.vocabulary.choices import DispatchDecision

# Forms that decide or close, even where a drawing keeps nobody from their steps.
CONFIRMED_FORMS = frozenset(
    {
        "dc_approval",
        "dc_check",
        "dc_dispute",
        "dc_review",
        "rq_delivery",
        "rq_third_return",
        "oc_demand_signature",
        "oc_order_signature",
        "oc_service_notice_sign",
        "pn_decision",
        "pn_notice",
        "ta_approval",
        "ta_books_approval",
        "ta_closing_approval",
        "ta_closing_review",
        "ta_desk_signature",
        "ta_minutes",
        "ta_minutes_signature",
        "ta_notice_signature",
        "ta_objection_review",
        "ta_paper_signature",
        "ta_report_signature",
        "ta_review",
        "ta_third_return",
        "ta_vote",
        "ti_approval",
        "ti_confirmation",
        "ti_recusal",
        "ti_review",
        "ti_signature",
        "ti_supply_signature",
        "wv_approval",
        "wv_books_approval",
        "wv_closing",
        "wv_collective_minutes",
        "wv_correction_approval",
        "wv_interview_approval",
        "wv_letter_signature",
        "wv_onsite_approval",
        "wv_postponement",
        "wv_recusal",
        "wv_review",
        "wv_third_return",
        "wv_vote",
        "zf_onsite_approval",
        "tp_authority_signature",
    }
)
# Forms that share out work: free of it, whoever a drawing keeps from their steps.
FREE_FORMS = frozenset(
    {
        "oc_assign",
        "oc_dispatch",
        "ta_convene",
        "ta_named_reviewer",
        "ti_assign",
        "wv_assign",
        "wv_dispatch",
        "wv_hold",
    }
)
# Answers that end a case at once: confirmed even in a form that is free.
_ENDING: Mapping[str, frozenset[str]] = {
    "dispatch_decision": frozenset(
        {DispatchDecision.VOID_DUPLICATE.value, DispatchDecision.VOID_DATA_ERROR.value}
    ),
}


@dataclass(frozen=True, slots=True)
class StepGuards:
    """What a step says of who may hand it in: its form, relation, and who is kept from it."""

    form_key: str
    relation: str | None
    separates: bool


def needs_confirmation(step: StepGuards, answers: Mapping[str, Any] | None = None) -> bool:
    """Whether a step, with these answers if known, is handed in only after confirming.

    A step that keeps anybody away, or of a member of a collective, is confirmed unless its form
    is one of ``FREE_FORMS``.
    """
    if any((answers or {}).get(key) in ending for key, ending in _ENDING.items()):
        return True
    if step.form_key in FREE_FORMS:
        return False
    is_named = step.form_key in CONFIRMED_FORMS
    return is_named or step.separates or step.relation == "collective_member"
