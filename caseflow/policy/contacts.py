"""Who reads telephone and identity numbers of a household in full; all others see them masked."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from caseflow.vocabulary import Actor

# Steps in which somebody turns to the taxpayer: their forms ask for a call, a visit, a service.
CONTACT_FORMS = frozenset(
    {
        "oc_reminder",
        "ab_later_check",
        "ab_onsite_application",
        "ab_onsite_record",
        "ab_release_application",
        "ab_reminder",
        "oc_service",
        "oc_service_notice",
        "oc_service_notice_run",
        "pn_defence",
        "pn_hearing_notice",
        "pn_hearing_record",
        "pn_hearing_service",
        "ta_absence",
        "ta_books_return",
        "ta_books_taken",
        "ta_follow_up",
        "ta_interview_material",
        "ta_notice_reply",
        "ta_notice_service",
        "ta_onsite_supplement",
        "ta_paper_service",
        "ta_risk_notice",
        "wv_inquiry",
        "wv_interview_application",
        "wv_interview_notice",
        "wv_interview_outcome",
        "wv_interview_record",
        "wv_letter_service",
        "wv_notice_service",
        "wv_onsite_application",
        "wv_onsite_record",
        "wv_reply",
        "zf_onsite_application",
        "zf_onsite_record",
    }
)
# Validators of fields that hold such a number.
NUMBERS = frozenset({"identity_number", "phone"})


class Unmasked(Enum):
    """Why somebody reads the numbers in full."""

    ADMINISTRATOR = "administrator"
    STEP = "step"


def reads_numbers(
    actor: Actor, *, administrator_id: int | None, forms_held: Collection[str] = ()
) -> Unmasked | None:
    """Why the actor reads a household's numbers in full, if so.

    The household's administrator always; the holder of an open step, whose form is one of
    ``forms_held``, while that step needs them, which is noted.
    """
    if actor.user_id is None or actor.user_id == administrator_id:
        return Unmasked.ADMINISTRATOR
    return Unmasked.STEP if CONTACT_FORMS.intersection(forms_held) else None
