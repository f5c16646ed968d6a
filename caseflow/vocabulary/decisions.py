"""What the answers of a step decided, in the words of its form."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.vocabulary import choices as terms
from caseflow.vocabulary.choices import (
    abnormal,
    batches,
    campaigns,
    correction,
    data_correction,
    data_request,
    directive,
    evaluation,
    penalty,
    third_party,
    transfer,
    zero_filing,
)
from caseflow.vocabulary.terms import Term

# Answers that say what was decided, each with the vocabularies that its words come from. What a
# step leads to is not among them: the steps that were opened say it.
_DECIDED: Mapping[str, tuple[type[Term], ...]] = {
    "dispatch_decision": (terms.DispatchDecision, correction.ReturnedDispatch),
    "assign_decision": (terms.AssignDecision,),
    "accept_decision": (terms.AcceptDecision,),
    "recusal_decision": (terms.RecusalDecision,),
    "inquiry_method": (terms.InquiryMethod,),
    "letter_signature": (terms.SignDecision,),
    "letter_service": (terms.ServiceResult,),
    "order_signature": (terms.SignDecision,),
    "demand_signature": (terms.SignDecision,),
    "proposal": (penalty.PenaltyDecisionProposed,),
    "notice_decision": (terms.AgreeSendBack,),
    "defence_result": (penalty.DefenceResult,),
    "hearing_result": (penalty.HearingResult,),
    "decision": (penalty.PenaltyDecision,),
    "payment_result": (penalty.PaymentResult,),
    "preparation": (correction.PreparationDecision,),
    "remind_answer": (correction.ReminderAnswer,),
    "compliance_next": (correction.ComplianceNext,),
    "service_result": (terms.ServiceResult,),
    "service_notice_signature": (terms.SignDecision,),
    "contact_result": (terms.InquiryResult, terms.InterviewOutcome),
    "interview_approval": (terms.InterviewApproval,),
    "postponement_decision": (terms.AgreeRefuse,),
    "onsite_approval": (terms.AgreeRefuse,),
    "books_approval": (terms.AgreeRefuse,),
    "onsite_found": (terms.OnsiteFound, abnormal.AbFound),
    "confirmation": (terms.Confirmation,),
    "review_decision": (terms.ReviewDecision, evaluation.TaReview),
    "approval_decision": (terms.ApprovalDecision,),
    "third_return_decision": (terms.ThirdReturnDecision,),
    "authority_signature": (terms.SignDecision,),
    "authority_result": (third_party.AuthorityResult,),
    "cause": (zero_filing.ZeroFilingCause,),
    "vote": (terms.Vote, evaluation.TaVote),
    "collective_decision": (terms.CollectiveDecision,),
    "correction_decision": (terms.AgreeSendBack,),
    "transfer_review": (transfer.TiReview,),
    "transfer_approval": (transfer.TiApproval,),
    "sorting": (transfer.TiSorting,),
    "source_answer": (transfer.TiAnswer,),
    "inspection_signature": (terms.SignDecision,),
    "own_decision": (directive.DrOwnDecision,),
    "receipt_decision": (directive.DrReceipt,),
    "report_decision": (directive.DrReportDecision,),
    "countersign_opinion": (directive.DrCountersign,),
    "instruction_decision": (directive.DrInstruction,),
    "section_decision": (directive.DrSectionDecision,),
    "answer_signature": (terms.SignDecision,),
    "evaluation_decision": (directive.DrEvaluationDecision,),
    "result_signature": (terms.SignDecision,),
    "directive_closing": (directive.DrClosing,),
    "feedback_kind": (transfer.TiFeedback,),
    "supply_signature": (terms.SignDecision,),
    "registration_decision": (terms.AgreeSendBack,),
    "desk_signature": (terms.AgreeSendBack,),
    "paper_signature": (terms.SignDecision,),
    "notice_service": (terms.ServiceResult,),
    "notice_result": (evaluation.TaNoticeResult,),
    "absence": (evaluation.TaAbsence,),
    "access": (evaluation.TaAccess,),
    "determination_next": (evaluation.TaNext,),
    "motion": (evaluation.TaMotion,),
    "minutes_signature": (evaluation.TaMinutesSignature,),
    "exec_paper": (evaluation.TaPaper,),
    "exec_service": (evaluation.TaService,),
    "follow_up": (evaluation.TaFollowUp,),
    "objection_opinion": (evaluation.TaObjectionOpinion,),
    "transfer_answer": (evaluation.TaTransferAnswer,),
    "closing_decision": (terms.AgreeSendBack,),
    "remind_result": (abnormal.AbReminderResult,),
    "demand_result": (abnormal.AbDemandResult,),
    "enforce_approval": (abnormal.AbEnforcementApproval,),
    "enforce_result": (abnormal.AbEnforcementResult,),
    "public_notice": (abnormal.AbNotice,),
    "public_signature": (terms.SignDecision,),
    "later_act": (abnormal.AbLaterAct,),
    "release_reason": (abnormal.AbReleaseReason,),
    "release_result": (abnormal.AbReleaseResult,),
    "release_review": (terms.AgreeSendBack,),
    "release_approval": (abnormal.AbReleaseApproval,),
    "correction_review": (data_correction.DcReview,),
    "correction_approval": (data_correction.DcApproval,),
    "correction_check": (data_correction.DcCheck,),
    "source_reply": (data_correction.DcReply,),
    "dispute": (data_correction.DcDispute,),
    "receipt": (data_request.RqReceipt,),
    "answer_result": (data_request.RqAnswer,),
    "preparation_result": (data_request.RqPreparation,),
    "quality_decision": (data_request.RqQuality, batches.TbQuality),
    "feedback_signature": (terms.SignDecision,),
    "third_decision": (data_request.RqThirdReturn,),
    "use_result": (data_request.RqUse,),
    "extension": (terms.AgreeRefuse,),
    "batch_approval": (batches.ZbApproval,),
    "batch_signature": (batches.ZbSignature,),
    "campaign_decision": (campaigns.CampaignApproval,),
    "destruction_check": (data_request.RqDestruction,),
}

# Decisions after which a step is done again or a proposal is dropped.
_SENDS_BACK = frozenset(
    {"send_back", "refuse", "object", "change_officers", "send_back_finally", "reject"}
)


def decided(answers: Mapping[str, object]) -> tuple[Term, ...]:
    """The decisions among the answers of a step, or among what it routes by."""
    found = (_named(vocabularies, answers.get(field)) for field, vocabularies in _DECIDED.items())
    return tuple(term for each in found for term in each)


def sends_back(answers: Mapping[str, object]) -> bool:
    """Whether the answers send something back, refuse it or drop it."""
    return any(term.value in _SENDS_BACK for term in decided(answers))


def _named(vocabularies: tuple[type[Term], ...], value: object) -> tuple[Term, ...]:
    """The first of the vocabularies' terms that the value names; none of an unknown value."""
    return tuple(term for each in vocabularies for term in each if term.value == value)[:1]
