"""What a step decides upon or goes on from: which earlier steps are shown beside its form."""

from __future__ import annotations

from collections.abc import Mapping

# What is decided upon in a review, as the kinds of case call their conclusions.
_CONCLUDED = ("conclusion", "determination", "classify", "conclude", "propose")
# By the names that the steps have in their own drawing, in whichever it is called.
_DECIDES_UPON: Mapping[str, tuple[str, ...]] = {
    "decide_main_recusal": ("accept_main", "propose"),
    "decide_second_recusal": ("accept_second",),
    "sign_letter": ("make_inquiry",),
    "serve_letter": ("make_inquiry",),
    "reply": ("make_inquiry",),
    "approve_interview": ("apply_interview",),
    "set_interview_time": ("apply_interview",),
    "approve_postponement": ("interview_outcome", "apply_interview"),
    "record_interview": ("apply_interview",),
    "confirm_interview": ("record_interview",),
    "approve_onsite": ("apply_onsite",),
    "approve_books": ("apply_onsite", "approve_onsite"),
    "record_visit": ("apply_onsite",),
    "confirm_visit": ("record_visit",),
    "desk_check": ("reply", "record_interview", "record_visit"),
    "conclusion": ("reply", "record_interview", "record_visit"),
    "record_review": ("convene_review", *_CONCLUDED),
    "approve_correction": ("correct_data",),
    # Tax evaluation.
    "sign_desk": ("desk_review",),
    "sign_risk_notice": ("risk_notice",),
    "serve_risk_notice": ("risk_notice",),
    "notice_reply": ("risk_notice",),
    "interview_material": ("record_interview",),
    "visit_supplement": ("record_visit",),
    "approve_taking_books": ("visit_supplement",),
    "serve_books_notice": ("visit_supplement",),
    "return_books": ("serve_books_notice",),
    "desk_review": ("notice_reply", "reply", "record_interview", "visit_supplement"),
    "determination": ("desk_review", "record_interview", "visit_supplement", "objection_review"),
    "review": _CONCLUDED,
    "third_return": (*_CONCLUDED, "review"),
    "approval": (*_CONCLUDED, "review", "minutes", "record_review"),
    "panel_report": ("determination", "review"),
    "convene": ("panel_report",),
    "motion": ("panel_report", "determination", "review"),
    "vote": ("convene_review", "motion", "panel_report", *_CONCLUDED),
    "minutes": ("motion", "panel_report"),
    "minutes_sign": ("minutes", "motion"),
    "exec_notice": ("determination",),
    "notice_sign": ("exec_notice", "determination"),
    "notice_sign_leader": ("exec_notice", "determination"),
    "notice_serve": ("exec_notice",),
    "follow_up": ("exec_notice",),
    "name_objection_reviewer": ("follow_up",),
    "objection_review": ("follow_up", "determination"),
    "plain_sign": ("correct_data",),
    "report": ("determination",),
    "sign_report": ("report",),
    "name_reviewer": ("report",),
    "closing_review": ("report", "determination"),
    "closing_approval": ("closing_review", "report"),
    # Zero filing.
    "desk": ("make_inquiry", "reply", "record_visit"),
    "classify": ("desk", "record_visit"),
    "classify_confirm": ("classify",),
    # Third-party verification.
    "verify": ("make_inquiry", "reply", "record_interview", "record_visit", "authority_answer"),
    "conclude": (
        *("verify", "record_visit", "authority_answer"),
        *("limit", "enforce_record", "later_check"),
    ),
    "sign_authority_inquiry": ("draft_authority_inquiry",),
    "authority_answer": ("draft_authority_inquiry",),
    # Transfer to inspection.
    "director_approval": ("propose", "review", "record_review"),
    "hand_over": ("propose",),
    "sort": ("hand_over", "propose"),
    "accept_source": ("propose", "hand_over", "sort"),
    "decide_selection_recusal": ("accept_source",),
    "sign_answer": ("accept_source",),
    "feedback": ("propose", "supply"),
    "supply": ("feedback",),
    "sign_supply": ("supply", "feedback"),
    "sign_feedback": ("feedback",),
    "register": ("feedback",),
    "confirm_registration": ("register", "feedback"),
    # Data request.
    "receive": ("request", "answer", "prepare"),
    "answer": ("receive",),
    "prepare": ("request", "receive", "quality"),
    "quality": ("request", "prepare"),
    "third_sending_back": ("prepare", "quality"),
    "deliver": ("request", "prepare", "quality"),
    "use_report": ("request", "deliver"),
    "extend": ("use_report",),
    "verify_destruction": ("destroy",),
    # Data correction.
    **dict.fromkeys(
        ("review_section", "review_district", "review_division"),
        ("request_section", "request_district", "request_city"),
    ),
    **dict.fromkeys(
        ("approve_district", "approve_division", "check", "touched"),
        (
            *("request_section", "request_district", "request_city"),
            *("review_section", "review_district", "review_division"),
        ),
    ),
    "source_reply": ("check",),
    "settle_dispute": ("source_reply", "check"),
    # Abnormal households.
    "cosign": ("conclude", "record_visit"),
    "enforce_approve": ("enforce_propose", "demand_write"),
    "confirm_enforcement": ("enforce_record",),
    "public_notice_sign": ("public_notice",),
    "release_review": ("release_apply", "release_wrong"),
    "release_approve": ("release_apply", "release_wrong", "release_review"),
}
# Steps that end in a proposal of the decision table.
PROPOSING = frozenset({"conclusion", "determination", "classify", "conclude"})


def own_name(element: str) -> str:
    """A step as its own drawing calls it.

    >>> own_name("inquiry/sign_letter")
    'sign_letter'
    """
    return element.rpartition("/")[2]


def of(element: str, stage: str) -> tuple[str, ...]:
    """The own names of the steps that a step decides upon or goes on from."""
    return _DECIDES_UPON.get(own_name(element), ("conclusion",) if stage == "decision" else ())
