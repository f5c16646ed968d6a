"""Choices that forms offer, by the name a form gives them (``properties.vocabulary``).

Each kind of case has a module of its own; what kinds share is in ``verification``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

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
    plan,
    serving,
    third_party,
    transfer,
    verification,
    zero_filing,
)
from caseflow.vocabulary.choices.serving import (
    NoticeMedium,
    OnTheSpotService,
    PersonalService,
    ServicePlace,
)
from caseflow.vocabulary.choices.verification import (
    AcceptDecision,
    AgreeRefuse,
    AgreeSendBack,
    ApprovalDecision,
    AssignDecision,
    AssignReturnReason,
    CollectiveDecision,
    Confirmation,
    DecidedBy,
    DeskNext,
    DeskResult,
    DispatchDecision,
    DutyNotMet,
    Finding,
    FindingCause,
    IndicatorVerdict,
    InquiryMethod,
    InquiryNext,
    InquiryResult,
    InterviewApproval,
    InterviewOutcome,
    InterviewPerson,
    InvoiceStopGround,
    OffenceSign,
    OnsiteFound,
    OnsiteNext,
    OnsitePlace,
    PlannedFor,
    Priority,
    RecordSignature,
    RecusalDecision,
    RecusalDeclaration,
    RefusalReason,
    ReturnReason,
    ReturnTo,
    ReviewDecision,
    SendBackTo,
    ServiceMethod,
    ServiceResult,
    SignDecision,
    StepState,
    Tax,
    ThirdReturnDecision,
    Vote,
    WvOutcome,
    YesNo,
)
from caseflow.vocabulary.terms import CaseKind, Role, Term

_MODULES = (
    abnormal,
    data_correction,
    data_request,
    evaluation,
    verification,
    serving,
    correction,
    third_party,
    zero_filing,
    penalty,
    transfer,
    directive,
    batches,
    plan,
    campaigns,
)


def _of(module: ModuleType) -> Iterator[type[Term]]:
    """The vocabularies that a module defines."""
    for each in vars(module).values():
        is_term = isinstance(each, type) and issubclass(each, Term)
        if is_term and each.__module__ == module.__name__:
            yield each


_SHARED: tuple[type[Term], ...] = (CaseKind, Role)

VOCABULARIES: Mapping[str, type[Term]] = {
    term.__name__: term for term in (*_SHARED, *(each for m in _MODULES for each in _of(m)))
}

__all__ = [
    "VOCABULARIES",
    "AcceptDecision",
    "AgreeRefuse",
    "AgreeSendBack",
    "ApprovalDecision",
    "AssignDecision",
    "AssignReturnReason",
    "CollectiveDecision",
    "Confirmation",
    "DecidedBy",
    "DeskNext",
    "DeskResult",
    "DispatchDecision",
    "DutyNotMet",
    "Finding",
    "FindingCause",
    "IndicatorVerdict",
    "InquiryMethod",
    "InquiryNext",
    "InquiryResult",
    "InterviewApproval",
    "InterviewOutcome",
    "InterviewPerson",
    "InvoiceStopGround",
    "NoticeMedium",
    "OffenceSign",
    "OnTheSpotService",
    "OnsiteFound",
    "OnsiteNext",
    "OnsitePlace",
    "PersonalService",
    "PlannedFor",
    "Priority",
    "RecordSignature",
    "RecusalDecision",
    "RecusalDeclaration",
    "RefusalReason",
    "ReturnReason",
    "ReturnTo",
    "ReviewDecision",
    "SendBackTo",
    "ServiceMethod",
    "ServicePlace",
    "ServiceResult",
    "SignDecision",
    "StepState",
    "Tax",
    "ThirdReturnDecision",
    "Vote",
    "WvOutcome",
    "YesNo",
]
